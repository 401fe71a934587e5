"""What a search engine answers, whichever it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from search.models import SearchDocument
from search.query import Query

#: Results a reader can page through; nobody reads further, and deep pages cost.
MOST_RESULTS = 300

#: With fewer pages that have every telling word, pages with some of the words are shown after them: a first page of
#: results is full.
FEW = 10

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, and how well it fits (only good for comparing within one answer)."""

    document_id: int
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """`hits` are one page of `total` documents; `facets` count, for each filter, documents by value.

    `is_loose` says that hardly any document has every word, so documents with some of them follow.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    facets: Counts = field(default_factory=dict)
    is_loose: bool = False


def is_few(number: int, query: Query) -> bool:
    """Whether so few pages have every telling word, filters aside, that pages with some of them are shown too.

    By date these would come first however little they have: so not while there is any with every word.
    """
    return number < (1 if query.sort == "newest" else FEW)


class Engine(Protocol):
    """Finds public documents. Raises EngineDownError when it cannot answer."""

    name: str

    def search(self, query: Query, start: int, size: int) -> Results: ...

    def suggest(self, typed: str, locale: str, size: int) -> list[int]:
        """Ids of documents whose title or names begin like what is typed so far."""
        ...

    def put(self, documents: Iterable[SearchDocument]) -> None: ...

    def remove(self, ids: Iterable[int]) -> None: ...


class EngineDownError(Exception):
    """The engine does not answer, or not in time."""
