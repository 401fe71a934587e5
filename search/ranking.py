"""The order of what was found: the engine's score, then what readers mean. The same for every engine."""

from __future__ import annotations

import datetime

from django.utils import timezone

from search.engines.base import Hit
from search.models import SearchDocument
from search.query import Query, TermGroup
from search.text import stems

#: How many of the best are looked at closely.
CLOSELY = 60
#: A title that holds everything asked for is worth this much of the best score more.
TITLE_SHARE = 0.6
#: The same for names (topics, services, codes).
NAMES_SHARE = 0.25
#: Everything asked for in what the page says of itself: title, names and summary.
NEAR_SHARE = 0.4
#: Everything asked for, anywhere in it.
EVERYTHING_SHARE = 0.5
#: The words next to one another, as typed, in title or summary.
PHRASE_SHARE = 0.3
#: What a synonym counts beside the word that was typed.
SYNONYM_SHARE = 0.7
#: Recency only breaks ties: ten years are worth this much.
RECENCY_SHARE = 0.02


def _holds(found: list[str], group: TermGroup) -> bool:
    """Whether one of the group's phrases stands in the list of stems."""
    return any(stands(found, phrase) for phrase in group.phrases if phrase)


def stands(found: list[str], phrase: tuple[str, ...]) -> bool:
    """Whether the phrase's stems stand next to one another in the list."""
    size = len(phrase)
    return any(tuple(found[start : start + size]) == phrase for start in range(len(found) - size + 1))


def _share(found: list[str], query: Query) -> float:
    return sum(_holds(found, group) for group in query.groups) / len(query.groups) if query.groups else 0.0


def _recency(date: datetime.date | None) -> float:
    """1 for today, 0 for ten years ago and earlier."""
    if date is None:
        return 0.0
    return max(0.0, 1 - (timezone.localdate() - date).days / 3650)


def rank(query: Query, hits: list[Hit]) -> list[Hit]:
    """The best hits put in order by their texts (one query); the rest as the engine gave them. Or all by date."""
    if query.sort == "newest":
        return _newest_first(hits)
    close, rest = hits[:CLOSELY], hits[CLOSELY:]
    if not close:
        return hits
    fields = ("title", "summary", "body", "codes", "keywords", "date", "kind")
    documents = SearchDocument.objects.only(*fields).in_bulk([hit.document_id for hit in close])
    best = max(hit.score for hit in close) or 1.0
    typed = tuple(stem for group in query.groups for stem in group.phrases[0])

    def judged(hit: Hit) -> Hit:
        document = documents.get(hit.document_id)
        if document is None:
            return hit
        title = stems(document.title, query.language)
        names = stems(" ".join([*document.codes, *document.keywords]), query.language)
        summary = stems(document.summary, query.language)
        bonus = TITLE_SHARE * _share(title, query) ** 2 + NAMES_SHARE * _share(names, query) ** 2
        bonus += NEAR_SHARE * _share([*title, "", *names, "", *summary], query) ** 2
        if len(query.groups) > 1:
            every = [*title, "", *names, "", *summary, "", *stems(document.body, query.language)]
            bonus += EVERYTHING_SHARE * _share(every, query) ** 3
        if len(typed) > 1 and (stands(title, typed) or stands(stems(document.summary, query.language), typed)):
            bonus += PHRASE_SHARE
        if query.code and query.code in document.codes:
            bonus += 10.0 if document.kind == "standard" else 1.0
        return Hit(hit.document_id, hit.score / best + bonus + RECENCY_SHARE * _recency(document.date))

    return [*sorted(map(judged, close), key=lambda hit: -hit.score), *rest]


def _newest_first(hits: list[Hit]) -> list[Hit]:
    """By date, pages without one at the end; pages of one day stay as they were."""
    found = SearchDocument.objects.filter(pk__in=[hit.document_id for hit in hits])
    dates = dict(found.values_list("pk", "date"))
    return sorted(hits, key=lambda hit: dates.get(hit.document_id) or datetime.date.min, reverse=True)
