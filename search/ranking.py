"""The order of what was found. Engines find; this weighs what they found, so every engine shows the same order.

Words weigh by rarity and by where they stand: BM25F over title, names, summary and body (Robertson and Zaragoza, "The
Probabilistic Relevance Framework", 2009). On top comes what readers mean by several words: pages with all of them,
words next to one another, and a standard's code.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from django.utils import timezone

from search.engines.base import Hit
from search.engines.index import Texts, counted, texts
from search.models import SearchDocument
from search.query import Phrase, Query, TermGroup
from search.text import stems

#: How many of the best are looked at closely.
CLOSELY = 100
#: What a word counts by field.
WEIGHTS = (("title", 8.0), ("names", 3.0), ("summary", 3.0), ("body", 1.0))
#: Usual number of words in each field: a word counts for less in a longer text.
USUAL_WORDS = (9, 25, 35, 500)
#: How much the length counts, by field, 0 to 1.
LENGTH_COUNTS = (0.5, 0.4, 0.4, 0.5)
#: From where on more of the same word adds little.
SATURATION = 6.0
#: What a synonym counts beside the word that was typed.
SYNONYM_SHARE = 0.7
#: What a related phrase counts.
RELATED_SHARE = 0.25
#: What the words of a known term count when they stand apart.
APART_SHARE = 0.5
#: Words with less than this share of the rarest word's weight need not be in a page.
COMMON_SHARE = 0.4
#: Two words next to one another, as typed.
PAIR_SHARE = 0.7
#: The same with a word such as "get" or "as", which finds nothing by itself.
GLUE_SHARE = 0.3
#: All that was typed, as typed.
PHRASE_SHARE = 0.5
#: One of the page's names (title, topics, services, authors) is exactly what was typed.
NAMED_SHARE = 0.3
#: A title that holds everything asked for.
TITLE_SHARE = 0.3
#: The standard whose code was typed, far before all others.
CODE_BONUS = 100.0
#: Recency only breaks ties: ten years are worth this much.
RECENCY_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page must hold to be found: every group of `must`, and with `any_of` every group of one of these sets.

    `weights` say how rare each of `groups` is; `looser` is what to ask for when hardly any page fits.
    """

    groups: list[TermGroup]
    weights: list[float]
    must: list[TermGroup]
    any_of: list[tuple[TermGroup, ...]]
    is_loose: bool = False
    looser: Wanted | None = None


def wanted(query: Query) -> Wanted:
    """Which of the words a page must have: common ones, beside rarer ones, only count for the order (one query)."""
    groups = list(query.groups)
    total, found = counted(groups)
    weights = [math.log(1 + (total - min(number, total) + 0.5) / (number + 0.5)) for number in found]
    rarest = max((weight for weight, number in zip(weights, found, strict=True) if number), default=0.0)
    telling = [
        group
        for group, weight, number in zip(groups, weights, found, strict=True)
        if group.is_exact or not number or weight >= COMMON_SHARE * rarest
    ]
    strict = Wanted(groups, weights, telling, [])
    numbers = dict(zip(groups, found, strict=True))
    exact = [group for group in telling if group.is_exact and numbers[group]]
    loose = [group for group in telling if group not in exact]
    if not loose or not (len(groups) > 1 or loose[0].apart):
        return strict
    common = tuple(group for group in groups if group not in telling)
    known = [group for group in loose if numbers[group] or group.apart] or loose
    any_of = [] if exact else [*((group,) for group in known), *([common] if common else [])]
    looser = Wanted(groups, weights, exact, any_of, is_loose=len(groups) > 1)
    return replace(strict, looser=looser) if all(found) else looser


def stands(found: list[str], phrase: Phrase) -> bool:
    """Whether the phrase's stems stand next to one another in the list."""
    return f" {' '.join(phrase)} " in f" {' '.join(found)} "


def rank(query: Query, asked: Wanted, hits: list[Hit]) -> list[Hit]:
    """The best hits put in order by what the pages say (two queries); the rest, and "newest", stay as they are."""
    if query.sort == "newest" or not hits:
        return hits
    close, rest = hits[:CLOSELY], hits[CLOSELY:]
    ids = [hit.document_id for hit in close]
    said = texts(ids)
    documents = SearchDocument.objects.only("kind", "codes", "keywords", "date").in_bulk(ids)
    judge = _Judge(query, asked)

    def judged(hit: Hit) -> Hit:
        document, text = documents.get(hit.document_id), said.get(hit.document_id)
        return Hit(hit.document_id, judge.score(document, text)) if document and text else hit

    return [*sorted(map(judged, close), key=lambda hit: (-hit.score, hit.document_id)), *rest]


class _Judge:
    """Scores the pages of one search."""

    def __init__(self, query: Query, asked: Wanted) -> None:
        self.query, self.language = query, query.language
        self.weighed = list(zip(asked.groups, asked.weights, strict=True))
        self.everything = sum(asked.weights) or 1.0
        self.typed = tuple(stems(query.text, query.language))
        self.pairs = self._pairs()

    def _pairs(self) -> list[tuple[Phrase, float]]:
        """Neighbours as they were typed, with a weight; less for those with a word that finds nothing by itself."""
        weights = {stem: weight for group, weight in self.weighed for stem in group.phrases[0]}
        inside = {pair for group, _weight in self.weighed for pair in pairwise(group.phrases[0])}
        found: list[tuple[Phrase, float]] = []
        for pair in pairwise(self.typed):
            known = [weights[stem] for stem in pair if stem in weights]
            if known and pair not in inside:
                found.append((pair, min(known) * (1.0 if len(known) == 2 else GLUE_SHARE)))
        return found

    def score(self, document: SearchDocument, text: Texts) -> float:
        norms = [
            1 - share + share * field.count(" ") / usual
            for field, usual, share in zip(text.fields, USUAL_WORDS, LENGTH_COUNTS, strict=True)
        ]
        strengths = [self._strength(text, norms, group) for group, _weight in self.weighed]
        score = found = title = named = 0.0
        names = [_name(name, self.language) for name in document.keywords]
        for (group, weight), strength in zip(self.weighed, strengths, strict=True):
            score += weight * _saturated(strength)
            found += weight if strength else 0.0
            title += weight if any(_count(text.fields[0], phrase) for phrase in group.phrases) else 0.0
            named += weight if any(phrase in names for phrase in group.phrases) else 0.0
        score *= found / self.everything
        score += sum(PAIR_SHARE * weight * _saturated(self._sum(text, norms, pair)) for pair, weight in self.pairs)
        if len(self.typed) > 2:
            score += PHRASE_SHARE * self.everything * any(_count(field, self.typed) for field in text.fields)
        score += TITLE_SHARE * self.everything * (title / self.everything) ** 2
        score += NAMED_SHARE * max(named, self.everything if self.typed in names else 0.0)
        if self.query.code and self.query.code in document.codes and document.kind == "standard":
            score += CODE_BONUS
        return score + self.everything * RECENCY_SHARE * _recency(document.date)

    def _strength(self, text: Texts, norms: list[float], group: TermGroup) -> float:
        """How much the page speaks of it: most by the typed words, less by others that mean the same or are related."""
        typed, *same = group.phrases
        found = self._sum(text, norms, typed)
        found += SYNONYM_SHARE * sum(self._sum(text, norms, phrase) for phrase in same)
        found += RELATED_SHARE * sum(self._sum(text, norms, phrase) for phrase in group.related)
        apart = (min(self._sum(text, norms, (word,)) for word in words) for words in group.apart)
        return max(found, APART_SHARE * max(apart, default=0.0))

    def _sum(self, text: Texts, norms: list[float], phrase: Phrase) -> float:
        wanted_text = f" {' '.join(phrase)} "
        counts = [field.count(wanted_text) for field in text.fields]
        if not any(counts):
            return 0.0
        return sum(
            weight * count / norm for (_name, weight), count, norm in zip(WEIGHTS, counts, norms, strict=True) if count
        )


@lru_cache(maxsize=10_000)
def _name(name: str, language: str) -> Phrase:
    return tuple(stems(name, language))


def _count(field: str, phrase: Phrase) -> int:
    return field.count(f" {' '.join(phrase)} ")


def _saturated(strength: float) -> float:
    return strength / (strength + SATURATION)


def _recency(date: datetime.date | None) -> float:
    """1 for today, 0 for ten years ago and earlier."""
    if date is None:
        return 0.0
    return max(0.0, 1 - (timezone.localdate() - date).days / 3650)
