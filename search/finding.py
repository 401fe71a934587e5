"""One search from what was typed to what the page shows: engine, highlights, facets with labels, did-you-mean."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from home.models import Condition, Organisation, Setting, Theme, Topic, remembered
from home.visibility import published_q
from search.engines.base import Results
from search.engines.choosing import answer, suggest
from search.highlight import marked, snippet
from search.models import SearchDocument, SearchFacet
from search.query import FACETS, Choice, Query, parse
from search.ranking import stands
from search.spelling import did_you_mean
from search.text import fold, stems, words

_YEAR = re.compile(r"[12][0-9]{3}")

KINDS = {
    "standard": _("Standard"),
    "case-study": _("Case study"),
    "research": _("Research summary"),
    "post": _("Blog post"),
    "module": _("Training module"),
    "lesson": _("Lesson"),
    "theme": _("Theme"),
    "framework": _("Framework"),
    "page": _("Page"),
}
FACET_LABELS = {
    "kind": _("Kind of page"),
    "theme": _("Theme"),
    "setting": _("Setting"),
    "condition": _("Condition"),
    "topic": _("Topic"),
    "organisation": _("Organisation"),
    "year": _("Year"),
}


@dataclass(frozen=True, slots=True)
class FoundPage:
    """One result as it is shown; `title_html` and `snippet` are safe HTML with the words found marked."""

    title: str
    title_html: str
    snippet: str
    url: str
    kind: str
    kind_label: Any
    codes: list[str]
    theme: str
    theme_name: str
    date: datetime.date | None
    reason: Any


@dataclass(frozen=True, slots=True)
class Found:
    """What one search came to.

    `correction` is the text with unknown words put right, and `is_corrected` says that it was searched for in place of
    what was typed; `notice` says that the search engine is away and the simpler one answered; `also` names the related
    words that were searched for, or would have been; `unfiltered` is how many pages there would be without filters,
    asked when there is none with them; `has_unknown` says that filter values were left out because nobody knows them.
    """

    query: Query
    hits: list[FoundPage] = field(default_factory=list)
    total: int = 0
    groups: list[dict[str, Any]] = field(default_factory=list)
    chips: list[dict[str, str]] = field(default_factory=list)
    is_loose: bool = False
    correction: str = ""
    is_corrected: bool = False
    notice: bool = False
    also: tuple[str, ...] = ()
    unfiltered: int = 0
    has_unknown: bool = False

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.query.choices


def labels() -> dict[str, dict[str, str]]:
    """Labels of the filters' values, in the order in which they are shown."""

    def ask() -> dict[str, dict[str, str]]:
        return {
            "kind": {key: str(label) for key, label in KINDS.items()},
            "theme": {str(theme.number): str(theme) for theme in Theme.objects.order_by("number")},
            "setting": {key: str(label) for key, label in Setting.choices},
            "condition": dict(Condition.objects.order_by("kind", "name").values_list("slug", "name")),
            "topic": dict(Topic.objects.order_by("name").values_list("slug", "name")),
            "organisation": dict(Organisation.objects.order_by("name").values_list("slug", "name")),
        }

    return remembered("search:labels", ask)


def find(
    text: str, locale: str, *, filters: dict[str, list[str]], start: int, size: int, expand: bool, sort: str
) -> Found:
    """Search; never raises for what somebody typed."""
    known = labels()
    kept = {name: [value for value in values if _is_known(name, value, known)] for name, values in filters.items()}
    kept = {name: values for name, values in kept.items() if values}
    typed, query = understand(text, locale, kept, expand=expand, sort=sort)
    if query.is_empty:
        return Found(query)
    results, notice = answer(query, start, size)
    return Found(
        query=typed,
        hits=_pages(query, results, known),
        total=results.total,
        groups=_facet_groups(query, results, known),
        chips=_chips(query, known),
        is_loose=results.is_loose,
        correction=query.text if query is not typed else "" if expand else did_you_mean(query),
        is_corrected=query is not typed,
        notice=notice,
        also=query.also if expand else parse(text, locale).also,
        unfiltered=answer(replace(query, filters={}), 0, 1)[0].total if kept and not results.total else 0,
        has_unknown=sum(map(len, kept.values())) < sum(map(len, filters.values())),
    )


def understand(
    text: str, locale: str, filters: dict[str, list[str]], *, expand: bool = True, sort: str = "best"
) -> tuple[Query, Query]:
    """(what was typed, what to search for): words that no page has are corrected, unless only what was typed counts."""
    typed = parse(text, locale, filters, expand=expand, sort=sort)
    if not expand or any(group.is_exact for group in typed.groups):
        return typed, typed
    correction = did_you_mean(typed)
    return typed, parse(correction, locale, filters, sort=sort) if correction else typed


def _is_known(name: str, value: str, known: dict[str, dict[str, str]]) -> bool:
    return bool(_YEAR.fullmatch(value)) if name == "year" else value in known[name]


def _pages(query: Query, results: Results, known: dict[str, dict[str, str]]) -> list[FoundPage]:
    documents = SearchDocument.objects.in_bulk([hit.document_id for hit in results.hits])
    found = []
    for hit in results.hits:
        document = documents.get(hit.document_id)
        if document:
            theme = (document.facets.get("theme") or [""])[0]
            title, text = marked(document.title, query), snippet(document, query)
            found.append(
                FoundPage(
                    title=document.title,
                    title_html=title,
                    snippet=text,
                    url=document.url,
                    kind=document.kind,
                    kind_label=KINDS.get(document.kind, document.kind),
                    codes=document.codes,
                    theme=theme,
                    theme_name=known["theme"].get(theme, "").removeprefix(f"{theme} "),
                    date=document.date,
                    reason=_reason(document, query, is_marked="<mark>" in title + text),
                )
            )
    return found


def _reason(document: SearchDocument, query: Query, is_marked: bool) -> Any:
    """Why this page, where its text alone does not tell: a standard's code, related words found in place of the typed
    ones, or a name it goes by (topic, author, file to take away)."""
    if query.code and query.code in document.codes:
        is_standard = document.kind == "standard"
        return (_("This is standard %s") if is_standard else _("Is about standard %s")) % query.code
    found = stems(f"{document.title} {document.summary}", query.language)
    for other in query.also:
        phrase = tuple(stems(other, query.language))
        group = next((group for group in query.groups if phrase in group.all_phrases[1:]), None)
        if group and stands(found, phrase) and not stands(found, group.phrases[0]):
            return _("Has “%s”, which we also searched for") % other
    named = [] if is_marked else [name for name in document.keywords if _names(name, query)]
    return _("Listed under “%s”") % named[0] if named else ""


def _names(name: str, query: Query) -> bool:
    found = stems(name, query.language)
    return any(stands(found, phrase) for group in query.groups for phrase in group.all_phrases)


def _facet_groups(query: Query, results: Results, known: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Filters with counts, as `components/filter_form.html` takes them; values nobody would find are left out."""
    groups = []
    for name in FACETS:
        counts, chosen = results.facets.get(name, {}), query.filters.get(name, [])
        values = known.get(name) or {year: year for year in sorted(counts, reverse=True)}
        options = [
            {"value": value, "label": label, "count": counts.get(value, 0), "selected": value in chosen}
            for value, label in values.items()
            if counts.get(value) or value in chosen
        ]
        if options:
            group = {"kind": "checkboxes", "name": name, "label": FACET_LABELS[name], "options": options}
            groups.append({**group, "open": bool(chosen) or name == "kind"})
    return groups


def _chips(query: Query, known: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    return [
        {"name": name, "value": value, "label": known.get(name, {}).get(value, value)}
        for name, values in query.filters.items()
        for value in values
    ]


def suggestions(typed: str, locale: str, size: int) -> list[dict[str, str]]:
    """[{title, url, kind}] of pages whose title or names begin like what is typed; the closest titles first."""
    typed = typed[:100].replace("\x00", " ")
    ids = suggest(typed, locale, size * 8)
    documents = SearchDocument.objects.only("title", "url", "kind", "codes").in_bulk(ids)
    found = sorted((documents[pk] for pk in ids if pk in documents), key=lambda document: _distance(document, typed))
    return [
        {"title": _with_code(document), "url": document.url, "kind": str(KINDS.get(document.kind, ""))}
        for document in found[:size]
    ]


def _with_code(document: SearchDocument) -> str:
    return " ".join([*document.codes, document.title]) if document.kind == "standard" else document.title


def _distance(document: SearchDocument, typed: str) -> int:
    """How far a title is from what is typed: a standard's code, the beginning, words anywhere, only its names."""
    if document.kind == "standard" and any(code.startswith(typed.strip()) for code in document.codes):
        return 0
    if fold(document.title).startswith(fold(typed).strip()):
        return 1
    title = words(document.title)
    return 2 if all(any(word.startswith(part) for word in title) for part in words(typed)) else 3


def popular_topics(locale: str, size: int) -> list[tuple[str, str]]:
    """(name, address) of the topics that most public pages in this language have."""

    def ask() -> list[tuple[str, str]]:
        shown = SearchDocument.objects.shown().filter(published_q("page__"), locale=locale)
        rows = SearchFacet.objects.filter(name="topic", document__in=shown.values("pk")).values("value")
        slugs = list(
            rows.annotate(number=Count("pk")).order_by("-number", "value").values_list("value", flat=True)[:size]
        )
        topics = {topic.slug: topic for topic in Topic.objects.filter(slug__in=slugs)}
        return sorted((topics[slug].name, topics[slug].get_absolute_url()) for slug in slugs if slug in topics)

    return remembered(f"search:topics:{locale}:{size}", ask)
