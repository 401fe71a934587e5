"""Addresses that lead on from a search: each keeps what was asked for and changes one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from search.log import normalised
from search.query import Query

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Written from what was understood, never from what was typed into the address: unknown parameters end here."""

    query: Query
    found_chips: list[dict[str, str]]
    is_wide: bool

    @property
    def kept(self) -> Pairs:
        """What a change of filters carries along, as hidden fields."""
        pairs = [("q", self.query.text)]
        if self.query.sort != "best":
            pairs.append(("sort", self.query.sort))
        if not self.is_wide:
            pairs.append(("synonyms", "off"))
        return pairs

    @property
    def chips(self) -> list[dict[str, Any]]:
        """Chosen filters, each with the address of the search without it."""
        return [
            {"label": chip["label"], "url": self._to(without=(chip["name"], chip["value"]))}
            for chip in self.found_chips
        ]

    @property
    def without_filters(self) -> str:
        return f"?{urlencode(self.kept)}"

    @property
    def csv(self) -> str:
        return self._to(format="csv")

    @property
    def best_first(self) -> str:
        return self._to(sort="")

    @property
    def newest_first(self) -> str:
        return self._to(sort="newest")

    @property
    def only_typed(self) -> str:
        return self._to(synonyms="off")

    @property
    def with_synonyms(self) -> str:
        return self._to(synonyms="")

    @property
    def opened(self) -> str:
        """Where a browser tells that a result was opened; empty when the words are not counted."""
        counted = normalised(self.query.text)
        return f"{reverse('search_opened')}?{urlencode({'q': counted})}" if counted else ""

    @property
    def _filters(self) -> Pairs:
        return [(name, value) for name, values in self.query.filters.items() for value in values]

    def _to(self, without: tuple[str, str] | None = None, **changes: str) -> str:
        """The same search with parameters changed; an empty value takes one away."""
        pairs = {**dict(self.kept), **changes}
        filters = [pair for pair in self._filters if pair != without]
        return f"?{urlencode([*((name, value) for name, value in pairs.items() if value), *filters])}"
