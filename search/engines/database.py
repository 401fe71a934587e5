"""The embedded engine: full text in the hub's own database, SQLite (FTS5) or PostgreSQL.

Text is folded and stemmed by `search.text` before it is indexed, so both databases find the same documents. The index
is a table of its own beside `SearchDocument` (`search.engines.index`). Visibility is asked of the pages themselves in
every query: what was made private a moment ago is found no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL

from home.visibility import published_q
from search.engines.base import MOST_RESULTS, Counts, Hit, Results, is_few
from search.engines.index import TABLE, index, index_row
from search.models import SearchDocument, SearchFacet
from search.query import FACETS, Query
from search.ranking import Wanted, rank, wanted
from search.text import fold, words


class DatabaseEngine:
    """Searches the hub's own database."""

    name = "database"

    def __init__(self) -> None:
        self.index = index()

    def search(self, query: Query, start: int, size: int) -> Results:
        if not query.groups:
            return Results()
        asked = wanted(query)
        hits = self._ranked(query, asked)
        if asked.looser and is_few(self._unfiltered(query, asked, len(hits)), query):
            asked = asked.looser
            hits = self._ranked(query, asked)
        facets = self._facets(query, asked)
        kinds = query.filters.get("kind") or facets["kind"]  # every page is of one kind
        return Results(
            hits=rank(query, asked, hits)[start : start + size],
            total=sum(facets["kind"].get(kind, 0) for kind in kinds),
            facets=facets,
            is_loose=bool(hits) and asked.is_loose,
        )

    def _unfiltered(self, query: Query, asked: Wanted, filtered: int) -> int:
        """How many pages there are without filters, at least; `filtered` is how many there are with them."""
        if not query.filters or not is_few(filtered, query):
            return filtered
        return self._matching(replace(query, filters={}), asked).count()

    def suggest(self, typed: str, locale: str, size: int) -> list[int]:
        found = words(typed)[:8]
        if not found or len(fold(typed).strip()) < 2:
            return []
        sql, params = self.index.beginning(found)
        shown = self._visible(locale).filter(pk__in=RawSQL(sql, params))  # noqa: S611  (parameters only)
        return list(shown.order_by("kind", "title").values_list("pk", flat=True)[:size])

    def put(self, documents: Iterable[SearchDocument]) -> None:
        self.index.put([index_row(document) for document in documents])

    def remove(self, ids: Iterable[int]) -> None:
        self.index.remove(list(ids))

    def _visible(self, locale: str) -> QuerySet[SearchDocument]:
        return SearchDocument.objects.shown().filter(published_q("page__"), locale=locale)

    def _matching(self, query: Query, asked: Wanted, without: str = "") -> QuerySet[SearchDocument]:
        """Public documents that match the words and the filters (one filter may be left out)."""
        sql, params = self.index.matching(asked.must, asked.any_of)
        return self._filtered(query, without).filter(pk__in=RawSQL(sql, params))  # noqa: S611  (parameters only)

    def _filtered(self, query: Query, without: str = "") -> QuerySet[SearchDocument]:
        documents = self._visible(query.locale)
        for name, values in query.filters.items():
            if values and name != without:
                rows = SearchFacet.objects.filter(name=name, value__in=values).values("document_id")
                documents = documents.filter(pk__in=rows)
        return documents

    def _ranked(self, query: Query, asked: Wanted) -> list[Hit]:
        """The best of all that match by the index's own score, or the newest of all that match."""
        inside, inside_params = self._filtered(query).values("id", "date").query.sql_with_params()
        matching, params = self.index.matching(asked.must, asked.any_of)
        score, score_params = self.index.score(asked.groups, asked.weights)
        order = "shown.date DESC NULLS LAST, score DESC" if query.sort == "newest" else "score DESC"
        condition = matching.partition(" WHERE ")[2]
        # CROSS JOIN keeps SQLite from looking up the words once for each row within.
        sql = (
            f"SELECT {self.index.key}, {score} AS score FROM {TABLE} CROSS JOIN ({inside}) shown "
            f"WHERE shown.id = {self.index.key} AND {condition} ORDER BY {order}, {self.index.key} LIMIT {MOST_RESULTS}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*score_params, *inside_params, *params])
            return [Hit(pk, float(score)) for pk, score in cursor.fetchall()]

    def _facets(self, query: Query, asked: Wanted) -> Counts:
        """Counts by filter; a filter in use is counted as if it were not, so that other values can be added."""
        used = [name for name, values in query.filters.items() if values]
        found: Counts = {name: {} for name in FACETS}
        for name, value, number in self._facet_rows(self._matching(query, asked), exclude=used):
            found[name][value] = number
        for used_name in used:
            rows = self._facet_rows(self._matching(query, asked, without=used_name), only=used_name)
            for name, value, number in rows:
                found[name][value] = number
        return found

    def _facet_rows(
        self, documents: QuerySet[SearchDocument], exclude: list[str] | None = None, only: str = ""
    ) -> Iterator[tuple[str, str, int]]:
        names = [only] if only else [name for name in FACETS if name not in (exclude or [])]
        rows = SearchFacet.objects.filter(document_id__in=documents.values("pk"), name__in=names)
        yield from rows.values_list("name", "value").annotate(number=Count("pk")).order_by()
