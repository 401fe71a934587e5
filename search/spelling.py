"""Did you mean …: the nearest words that public pages really use."""

from __future__ import annotations

from collections import Counter

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from home.models import remembered
from home.visibility import published_q
from search.engines.database import DatabaseEngine
from search.models import SearchDocument, SynonymGroup
from search.query import Query
from search.text import language_of, words

SHORTEST = 4
#: Words are taken from what as many of the newest pages say of themselves, and from the bodies of fewer: reading all
#: texts of a large hub would take a minute of somebody's search. What else is in use is asked of the index.
MOST_PAGES, MOST_BODIES = 20_000, 2_000
#: Edits allowed, by length of the word.
EDITS = ((4, 1), (8, 2), (99, 3))


def vocabulary(locale: str) -> Counter[str]:
    """Words of public pages, and of editors' synonyms, with the number of pages that use them."""

    def ask() -> Counter[str]:
        found: Counter[str] = Counter()
        shown = SearchDocument.objects.shown().filter(published_q("page__"), locale=locale).order_by("-pk")
        for title, summary, keywords in shown.values_list("title", "summary", "keywords")[:MOST_PAGES].iterator():
            found.update(set(words(f"{title} {summary} {' '.join(keywords)}")))
        for body in shown.values_list("body", flat=True)[:MOST_BODIES].iterator():
            found.update(set(words(body)))
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
        if nearest and DatabaseEngine().knows(word, query.locale):
            nearest = ""
        corrected.append(nearest or word)
        changed = changed or bool(nearest)
    return " ".join(corrected) if changed else ""


def _nearest(word: str, known: Counter[str]) -> str:
    edits = next(allowed for length, allowed in EDITS if len(word) <= length)
    near = process.extract(word, known.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=edits, limit=8)
    if not near:
        return ""
    return min(near, key=lambda found: (found[1], -fuzz.ratio(word, found[0]), -known[found[0]]))[0]
