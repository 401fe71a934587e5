"""The order of what was found. Engines find; this weighs what they found, so every engine shows the same order.

Words weigh by rarity and by where they stand: BM25F over title, names, summary and body (Robertson and Zaragoza, "The
Probabilistic Relevance Framework", 2009). On top comes what readers mean by several words: pages with all of them,
words next to one another, and a standard's code.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass, replace

from django.utils import timezone

from search.engines.base import Hit
from search.engines.index import FIELDS, Texts, counted, texts
from search.models import SearchDocument
from search.query import Query, TermGroup
from search.text import stems

#: How many of the best are looked at closely.
CLOSELY = 200
#: Usual number of words in each field: a word counts for less in a longer text.
USUAL_WORDS = (9, 25, 35, 500)
#: How much the length counts, by field, 0 to 1.
LENGTH_COUNTS = (0.5, 0.4, 0.4, 0.5)
#: From where on more of the same word adds little.
SATURATION = 6.0
#: What a synonym counts beside the word that was typed.
SYNONYM_SHARE = 0.7
#: What the words of a known term count when they stand apart.
APART_SHARE = 0.3
#: Words with less than this share of the rarest word's weight need not be in a page.
COMMON_SHARE = 0.4
#: How strongly missing words count against a page.
COVERAGE_POWER = 1.5
#: Two words next to one another, as typed.
PAIR_SHARE = 0.5
#: All that was typed, as typed.
PHRASE_SHARE = 0.5
#: A title that holds everything asked for.
TITLE_SHARE = 0.3
#: Kinds of pages that readers mean more often than others.
KINDS = {"standard": 1.1, "case-study": 1.05, "research": 1.0, "post": 1.0, "theme": 1.0, "page": 0.95}
#: The standard whose code was typed, far before all others.
CODE_BONUS = 100.0
#: Recency only breaks ties: ten years are worth this much.
RECENCY_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a page must hold to be found: every group of `must`, and with `any_of` at least one of these.

    `weights` say how rare each of `groups` is; `looser` is what to ask for when hardly any page fits.
    """

    groups: list[TermGroup]
    weights: list[float]
    must: list[TermGroup]
    any_of: list[TermGroup]
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
    exact = [group for group in telling if group.is_exact]
    loose = [group for group in telling if not group.is_exact]
    if len(telling) < 2 or not loose:
        return strict
    known = [group for group, number in zip(groups, found, strict=True) if number and group in loose]
    looser = Wanted(groups, weights, exact, known or loose, is_loose=True)
    return replace(strict, looser=looser) if len(known) == len(loose) else looser


def stands(found: list[str], phrase: tuple[str, ...]) -> bool:
    """Whether the phrase's stems stand next to one another in the list."""
    return f" {' '.join(phrase)} " in f" {' '.join(found)} "


def rank(query: Query, asked: Wanted, hits: list[Hit]) -> list[Hit]:
    """The best hits put in order by what the pages say (two queries); the rest, and "newest", as the engine gave them."""
    if query.sort == "newest" or not hits:
        return hits
    close, rest = hits[:CLOSELY], hits[CLOSELY:]
    ids = [hit.document_id for hit in close]
    said = texts(ids)
    documents = SearchDocument.objects.only("kind", "codes", "date").in_bulk(ids)
    judge = _Judge(query, asked)

    def judged(hit: Hit) -> Hit:
        document, text = documents.get(hit.document_id), said.get(hit.document_id)
        return Hit(hit.document_id, judge.score(document, text)) if document and text else hit

    return [*sorted(map(judged, close), key=lambda hit: (-hit.score, hit.document_id)), *rest]


class _Judge:
    """Scores the pages of one search."""

    def __init__(self, query: Query, asked: Wanted) -> None:
        self.query, self.asked = query, asked
        self.typed = tuple(stems(query.text, query.language))
        self.everything = sum(asked.weights) or 1.0
        self.pairs = self._pairs()

    def _pairs(self) -> list[tuple[tuple[str, ...], float]]:
        """Neighbouring groups, as typed, with the weight of the commoner one."""
        groups = list(zip(self.asked.groups, self.asked.weights, strict=True))
        both = [
            ((*first.phrases[0], *second.phrases[0]), min(weight, other))
            for (first, weight), (second, other) in zip(groups, groups[1:], strict=False)
        ]
        return [(phrase, weight) for phrase, weight in both if _count(f" {' '.join(self.typed)} ", phrase)]

    def score(self, document: SearchDocument, text: Texts) -> float:
        norms = [
            1 - share + share * field.count(" ") / usual
            for field, usual, share in zip(text.fields, USUAL_WORDS, LENGTH_COUNTS, strict=True)
        ]
        strengths = [self._strength(text, norms, group) for group in self.asked.groups]
        weighed = list(zip(self.asked.weights, strengths, strict=True))
        score = sum(weight * _saturated(strength) for weight, strength in weighed)
        share = sum(weight for weight, strength in weighed if strength) / self.everything
        score *= share**COVERAGE_POWER
        for phrase, weight in self.pairs:
            score += PAIR_SHARE * weight * _saturated(self._sum(text, norms, phrase))
        if len(self.typed) > 1:
            score += PHRASE_SHARE * self.everything * _saturated(self._sum(text, norms, self.typed))
        title = sum(
            weight
            for weight, group in zip(self.asked.weights, self.asked.groups, strict=True)
            if any(_count(text.fields[0], phrase) for phrase in group.phrases)
        )
        score += TITLE_SHARE * self.everything * (title / self.everything) ** 2
        score *= KINDS.get(document.kind, 0.9)
        if self.query.code and self.query.code in document.codes and document.kind == "standard":
            score += CODE_BONUS
        return score + self.everything * RECENCY_SHARE * _recency(document.date)

    def _strength(self, text: Texts, norms: list[float], group: TermGroup) -> float:
        typed, *others = group.phrases
        found = self._sum(text, norms, typed)
        if not found and group.apart:
            found = APART_SHARE * min(self._sum(text, norms, (word,)) for word in group.apart)
        return found + SYNONYM_SHARE * sum(self._sum(text, norms, other) for other in others)

    def _sum(self, text: Texts, norms: list[float], phrase: tuple[str, ...]) -> float:
        return sum(
            weight * _count(field, phrase) / norm
            for (_name, weight), field, norm in zip(FIELDS, text.fields, norms, strict=True)
        )


def _count(field: str, phrase: tuple[str, ...]) -> int:
    return field.count(f" {' '.join(phrase)} ")


def _saturated(strength: float) -> float:
    return strength / (strength + SATURATION)


def _recency(date: datetime.date | None) -> float:
    """1 for today, 0 for ten years ago and earlier."""
    if date is None:
        return 0.0
    return max(0.0, 1 - (timezone.localdate() - date).days / 3650)
