"""Did you mean …: the nearest words that public pages really use."""

from __future__ import annotations

from collections import Counter

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from home.models import remembered
from home.visibility import published_q
from search.models import SearchDocument, SynonymGroup
from search.query import Query
from search.text import language_of, words

SHORTEST = 4
#: Edits allowed, by length of the word.
EDITS = ((4, 1), (8, 2), (99, 3))


def vocabulary(locale: str) -> Counter[str]:
    """Words of public pages, and of editors' synonyms, with the number of pages that use them."""

    def ask() -> Counter[str]:
        found: Counter[str] = Counter()
        rows = SearchDocument.objects.shown().filter(published_q("page__"), locale=locale)
        for title, summary, body, keywords in rows.values_list("title", "summary", "body", "keywords").iterator():
            found.update(set(words(f"{title} {summary} {body} {' '.join(keywords)}")))
        for group in SynonymGroup.objects.filter(is_active=True, language=language_of(locale)):
            found.update(set(words(group.terms)))
        return found

    return remembered(f"search:words:{locale}", ask)


def did_you_mean(query: Query) -> str:
    """The text with unknown words replaced by the nearest known ones; empty when there is nothing better."""
    known = vocabulary(query.locale)
    corrected, changed = [], False
    for word in words(query.text):
        nearest = "" if word in known or len(word) < SHORTEST else _nearest(word, known)
        corrected.append(nearest or word)
        changed = changed or bool(nearest)
    return " ".join(corrected) if changed else ""


def _nearest(word: str, known: Counter[str]) -> str:
    edits = next(allowed for length, allowed in EDITS if len(word) <= length)
    near = process.extract(word, known.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=edits, limit=8)
    if not near:
        return ""
    return min(near, key=lambda found: (found[1], -fuzz.ratio(word, found[0]), -known[found[0]]))[0]
