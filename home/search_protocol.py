"""How pages and the public search speak to one another without knowing one another.

A page describes itself (`Searchable`): the search app knows no page type. A list of pages asks for the counts of its
filters (`facet_counts`): it does not know who counts.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

#: {filter's name: {value: number of pages}}
Counts = dict[str, dict[str, int]]
#: From a kind of page ("case-study") and the values chosen, by filter, to counts.
Counter = Callable[[str, dict[str, list[str]]], Counts]

_counters: list[Counter] = []


def count_facets_with(counter: Counter) -> None:
    """Called once by the app that keeps the facts of all pages; the last one counts."""
    _counters.append(counter)


def facet_counts(kind: str, chosen: dict[str, list[str]]) -> Counts | None:
    """How many listed pages of a kind each filter value would give beside the other filters' chosen values.

    A filter's own chosen values are left out of account: another value of it adds pages. None when nobody counts.
    """
    return _counters[-1](kind, chosen) if _counters else None


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """What the search should know about one public page.

    `kind` is a stable key ("case-study"), `codes` are standard codes, `keywords` are names readers may type (topics,
    services, conditions), `facets` map a filter's name to the values the page has.
    """

    kind: str
    title: str
    summary: str
    body: str = ""
    codes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    facets: dict[str, list[str]] = field(default_factory=dict)
    date: datetime.date | None = None


#: A link to a paper: readers search for its DOI, which the words of the link seldom say.
_PAPER = re.compile(r"""href=["']https?://(?:dx\.)?doi\.org/([^"']+)""")


def words_of(*texts: Any) -> str:
    """Plain text of rich text, StreamFields and strings, one after the other, then the DOIs of linked papers."""
    found = [str(text) for text in texts if text]
    papers = dict.fromkeys(doi for text in found for doi in _PAPER.findall(text))
    return " ".join([*(strip_tags(_spaced(text)) for text in found), *papers])


def _spaced(text: str) -> str:
    """HTML with a space before every tag, so that the words of neighbouring elements stay apart."""
    return text.replace("<", " <")


def stream_words(stream: Any) -> str:
    """The words of a StreamField's value."""
    return " ".join(words_of(text) for block in stream for text in block.block.get_searchable_content(block.value))


class Searchable:
    """Mixin of page types: answers "what should search know about you". Types extend the parts they differ in."""

    #: Stable key of the kind of page; it stands in addresses (`/search/?kind=…`).
    search_kind: str = "page"

    def search_document(self) -> SearchFacts | None:
        """What search should know; None keeps the page out of it."""
        page: Any = self
        topics = list(page.topics.all())
        return SearchFacts(
            kind=self.search_kind,
            title=page.title,
            summary=page.summary,
            body=self.search_body(),
            codes=tuple(self.search_codes()),
            keywords=(*(topic.name for topic in topics), *self.search_names()),
            facets={
                "theme": [str(theme.number) for theme in page.themes],
                "topic": [topic.slug for topic in topics],
                "condition": [condition.slug for condition in page.conditions],
                **self.search_facets(),
            },
            date=page.first_published_at.date() if page.first_published_at else None,
        )

    def search_body(self) -> str:
        """The words of the page beyond title and summary."""
        return ""

    def search_codes(self) -> list[str]:
        """Codes of standards that the page is about."""
        return []

    def search_names(self) -> list[str]:
        """Names that readers may look for: themes, conditions, services, organisations."""
        page: Any = self
        themes = [_("Theme %(number)s: %(name)s") % {"number": one.number, "name": one.name} for one in page.themes]
        return [*themes, *(condition.name for condition in page.conditions)]

    def search_facets(self) -> dict[str, list[str]]:
        """Values of further filters."""
        return {}
