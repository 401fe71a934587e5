"""Did you mean …: the nearest words that public pages, or the editors' vocabulary, really use."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from home.models import remembered
from home.visibility import published_q
from search.engines.index import are_indexed
from search.models import SearchDocument, SynonymGroup
from search.query import Query, TermGroup
from search.text import language_of, meaningful, stem, words

SHORTEST = 4
#: Words are taken from what as many of the newest pages say of themselves, and from the texts of fewer: reading all
#: texts of a large hub would take a minute of somebody's search, and it is done anew after every change.
MOST_PAGES, READ_WHOLE = 20_000, 1000
#: Edits allowed, by length of the word.
EDITS = ((5, 1), (8, 2), (99, 3))
#: What is typed of a word must be this long to be taken for its beginning.
BEGINNING = 5
#: Spellings that sound alike in English, one after the other.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^(ps|sc(?=[iey]))", "s"),
        ("sch|sk|sc", "sk"),
        ("ph", "f"),
        ("tz|ts|z", "s"),
        ("qu|ck|ch|[ckq]", "k"),
        ("gh|(?<=[gr])h", ""),
        ("[eiy]+", "i"),
        ("[aou]+", "a"),
        (r"(.)\1+", r"\1"),
    )
]


def vocabulary(locale: str) -> Counter[str]:
    """Words of public pages, and of editors' synonyms, with the number of pages that use them."""

    def ask() -> Counter[str]:
        found: Counter[str] = Counter()
        rows = SearchDocument.objects.shown().filter(published_q("page__"), locale=locale).order_by("-pk")
        name_words = cache(words)  # thousands of pages share their topics
        for title, keywords in rows.values_list("title", "keywords")[:MOST_PAGES].iterator():
            found.update({*words(title), *chain.from_iterable(map(name_words, keywords))})
        for summary, body in rows.values_list("summary", "body")[:READ_WHOLE]:
            found.update(set(words(f"{summary} {body}")))
        for group in SynonymGroup.objects.filter(is_active=True, language=language_of(locale)):
            found.update(set(words(group.terms)))
        return Counter({word: number for word, number in found.items() if word.isalpha()})

    return remembered(f"search:words:{locale}", ask)


def did_you_mean(query: Query) -> str:
    """The text with unknown words replaced by the nearest known ones; empty when there is nothing better."""
    typed = words(query.text)
    unknown = _unknown(typed, query.language)
    if not unknown:
        return ""
    known = vocabulary(query.locale)
    corrected, position = [], 0
    while position < len(typed):
        word, following = typed[position], "".join(typed[position + 1 : position + 2])
        if following and {word, following} & unknown and word + following in known:
            corrected.append(word + following)  # "anti psychotic"
            position += 1
        else:
            corrected.append(_nearest(word, known) if word in unknown and word not in known else word)
        position += 1
    found = " ".join(corrected)
    return found if found != " ".join(typed) else ""


def _unknown(typed: list[str], language: str) -> set[str]:
    """The words that no page has (one query)."""
    asked = [word for word in dict.fromkeys(meaningful(typed, language)) if word.isalpha()]
    if not asked:
        return set()
    found = are_indexed(TermGroup(word, ((stem(word, language),),)) for word in asked)
    return {word for word, is_there in zip(asked, found, strict=True) if not is_there}


def _nearest(word: str, known: Counter[str]) -> str:
    """The known word with the fewest edits, else two words run together, else one that sounds alike or begins so."""
    if len(word) < SHORTEST:
        return word
    edits = next(allowed for length, allowed in EDITS if len(word) <= length)
    near = process.extract(word, known.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=edits, limit=8)
    best = min(near, key=lambda found: (found[1], *_likeness(word, found[0], known)), default=None)
    if best and best[1] == 1:
        return best[0]
    return _apart(word, known) or (best[0] if best else "") or _alike(word, known) or word


def _likeness(word: str, found: str, known: Counter[str]) -> tuple[bool, float, int]:
    return found[0] != word[0], -fuzz.ratio(word, found), -known[found]


def _apart(word: str, known: Counter[str]) -> str:
    """ "health check" of "healthcheck"; the most used words where it can be cut in several places."""
    places = range(3, len(word) - 2)
    cuts: list[tuple[str, ...]] = [(word[:place], word[place:]) for place in places]
    cuts = [cut for cut in cuts if cut[0] in known and cut[1] in known]
    return " ".join(max(cuts, key=lambda cut: min(known[part] for part in cut), default=("",))).strip()


def _alike(word: str, known: Counter[str]) -> str:
    sound = _sound(word)
    alike = [found for found in known if abs(len(found) - len(word)) < 4 and _sound(found) == sound]
    if not alike and len(word) >= BEGINNING:
        alike = [found for found in known if found.startswith(word)]
        return max(alike, key=lambda found: known[found], default="")
    return min(alike, key=lambda found: _likeness(word, found, known), default="")


def _sound(word: str) -> str:
    for spelling, sound in _SOUNDS:
        word = spelling.sub(sound, word)
    return word
