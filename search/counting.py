"""Counts for the filters of other lists, from the same rows as the search page's."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from home.models import remembered
from home.search_protocol import Counts
from home.visibility import listed_q
from search.models import SearchDocument, SearchFacet


def facet_counts(kind: str, chosen: dict[str, list[str]]) -> Counts:
    """`home.search_protocol.facet_counts`; without a choice it is remembered until the content changes."""
    used = {name: values for name, values in chosen.items() if values}
    return _counted(kind, used) if used else remembered(f"search:facets:{kind}", lambda: _counted(kind, used))


def _counted(kind: str, used: dict[str, list[str]]) -> Counts:
    """One query: a part for each filter in use, one for the rest."""
    parts = [_rows(kind, used).exclude(name__in=used)]
    for name in used:
        others = {other: values for other, values in used.items() if other != name}
        parts.append(_rows(kind, others).filter(name=name))
    found: Counts = {}
    for name, value, number in parts[0].union(*parts[1:], all=True):
        found.setdefault(name, {})[value] = number
    return found


def _rows(kind: str, chosen: dict[str, list[str]]) -> Any:
    """(filter, value, number) over the listed pages of a kind that have one of the chosen values of each filter."""
    documents = SearchDocument.objects.shown().filter(listed_q("page__"), kind=kind)
    for name, values in chosen.items():
        documents = documents.filter(
            pk__in=SearchFacet.objects.filter(name=name, value__in=values).values("document_id")
        )
    rows = SearchFacet.objects.filter(document__in=documents.values("pk"))
    return rows.values_list("name", "value").annotate(number=Count("pk")).order_by()
