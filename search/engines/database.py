"""The embedded engine: full text in the hub's own database, SQLite (FTS5) or PostgreSQL.

Text is folded and stemmed by `search.text` before it is indexed, so both databases find the same documents. The index
is a table of its own beside `SearchDocument`, made by a migration. Visibility is asked of the pages themselves in every
query: what was made private a moment ago is found no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL

from home.visibility import published_q
from search.engines.base import FEW, MOST_RESULTS, Counts, Hit, Results
from search.models import SearchDocument, SearchFacet
from search.query import FACETS, Query, TermGroup
from search.ranking import rank
from search.text import fold, language_of, stems, words

TABLE = "search_index"
#: Fields of the index with their weights, the strongest first. Weights follow what readers mean: the title names it.
FIELDS = (("title", 8.0), ("names", 5.0), ("summary", 3.0), ("body", 1.0))


def index_row(document: SearchDocument) -> tuple[int, str, str, str, str, str]:
    """(id, then the stemmed title, names, summary and body, then the unstemmed words for suggestions)."""
    language = language_of(document.locale)

    def stemmed(text: str) -> str:
        found = stems(text, language)
        return " ".join(found)

    names = " ".join([*document.codes, *document.keywords])
    return (
        document.pk,
        stemmed(document.title),
        stemmed(names),
        stemmed(document.summary),
        stemmed(document.body),
        " ".join(words(f"{document.title} {names}")),
    )


def best_of(found: str) -> str:
    """SQL for (id, score, how many there are), the best first, of a query for (id, score)."""
    return (
        f"WITH found AS MATERIALIZED ({found}) SELECT id, score, (SELECT count(*) FROM found) FROM found "
        f"ORDER BY score DESC, id LIMIT {MOST_RESULTS}"
    )


class SQLiteDialect:
    """FTS5 with bm25; the text in it is stemmed already."""

    def matching(self, groups: Iterable[TermGroup], every: bool) -> tuple[str, list[Any]]:
        """SQL that selects ids of matching rows."""
        return f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [self._expression(groups, every)]

    def ranked(self, groups: list[TermGroup], every: bool, inside: str, params: list[Any]) -> tuple[str, list[Any]]:
        """SQL for (id, score, how many there are), the best first, of matching rows within the subquery `inside`."""
        weights = ", ".join(str(weight) for _name, weight in FIELDS)
        # The sign before rowid keeps SQLite from looking up the words once for each row within.
        found = (
            f"SELECT rowid AS id, -bm25({TABLE}, {weights}, 0) AS score FROM {TABLE} "
            f"WHERE {TABLE} MATCH %s AND +rowid IN ({inside})"
        )
        sql = best_of(found)
        return sql, [self._expression(groups, every), *params]

    def beginning(self, typed: list[str]) -> tuple[str, list[Any]]:
        prefixes = " AND ".join(f'words : "{word}" *' for word in typed)
        return f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT 200", [prefixes]

    def put(self, rows: list[tuple[Any, ...]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(row[0],) for row in rows])
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, title, names, summary, body, words) VALUES (%s, %s, %s, %s, %s, %s)", rows
            )

    def remove(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk in ids])

    def _expression(self, groups: Iterable[TermGroup], every: bool) -> str:
        columns = " ".join(name for name, _weight in FIELDS)
        parts = [" OR ".join(f'"{" ".join(phrase)}"' for phrase in group.phrases if phrase) for group in groups]
        joined = (" AND " if every else " OR ").join(f"({part})" for part in parts if part)
        return f"{{{columns}}} : ({joined})"


class PostgreSQLDialect:
    """A tsvector of stemmed words, weighted A to D by field; rare words count more, as bm25 does it."""

    LABELS = "ABCD"

    def matching(self, groups: Iterable[TermGroup], every: bool) -> tuple[str, list[Any]]:
        return (
            f"SELECT document_id FROM {TABLE} WHERE vector @@ to_tsquery('simple', %s)",
            [self._expression(groups, every)],
        )

    def ranked(self, groups: list[TermGroup], every: bool, inside: str, params: list[Any]) -> tuple[str, list[Any]]:
        weights = [weight / FIELDS[0][1] for _name, weight in reversed(FIELDS)]
        array = "{" + ", ".join(str(weight) for weight in weights) + "}"
        rarity = (
            f"ln(1 + (SELECT count(*) FROM {TABLE})::float / "
            f"(1 + (SELECT count(*) FROM {TABLE} WHERE vector @@ to_tsquery('simple', %s))))"
        )
        score = " + ".join([f"{rarity} * ts_rank('{array}', vector, to_tsquery('simple', %s), 1)"] * len(groups))
        expressions = [expression for group in groups for expression in [self._expression([group], True)] * 2]
        found = (
            f"SELECT document_id AS id, {score} AS score FROM {TABLE} "
            f"WHERE vector @@ to_tsquery('simple', %s) AND document_id IN ({inside})"
        )
        sql = best_of(found)
        return sql, [*expressions, self._expression(groups, every), *params]

    def beginning(self, typed: list[str]) -> tuple[str, list[Any]]:
        prefixes = " & ".join(f"'{word}':*" for word in typed)
        return f"SELECT document_id FROM {TABLE} WHERE words @@ to_tsquery('simple', %s) LIMIT 200", [prefixes]

    def put(self, rows: list[tuple[Any, ...]]) -> None:
        vector = " || ".join(f"setweight(to_tsvector('simple', %s), '{label}')" for label in self.LABELS)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (document_id, vector, words) VALUES (%s, {vector}, to_tsvector('simple', %s)) "
                "ON CONFLICT (document_id) DO UPDATE SET vector = EXCLUDED.vector, words = EXCLUDED.words",
                rows,
            )

    def remove(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE document_id = ANY(%s)", [ids])

    def _expression(self, groups: Iterable[TermGroup], every: bool) -> str:
        parts = []
        for group in groups:
            phrases = [" <-> ".join(f"'{word}'" for word in phrase) for phrase in group.phrases if phrase]
            parts.append("(" + " | ".join(f"({phrase})" for phrase in phrases) + ")")
        return (" & " if every else " | ").join(parts)


class DatabaseEngine:
    """Searches the hub's own database."""

    name = "database"

    def __init__(self) -> None:
        self.dialect = PostgreSQLDialect() if connection.vendor == "postgresql" else SQLiteDialect()

    def search(self, query: Query, start: int, size: int) -> Results:
        groups = list(query.groups)
        if not groups:
            return Results()
        every, (hits, total) = True, self._ranked(query, groups, True)
        if len(hits) < FEW and len(groups) > 1:
            every, (hits, total) = False, self._ranked(query, groups, False)
        return Results(
            hits=hits[start : start + size],
            total=total,
            facets=self._facets(query, groups, every),
            is_loose=bool(hits) and not every,
        )

    def suggest(self, typed: str, locale: str, size: int) -> list[int]:
        found = words(typed)[:8]
        if not found or len(fold(typed).strip()) < 2:
            return []
        sql, params = self.dialect.beginning(found)
        shown = self._visible(locale).filter(pk__in=RawSQL(sql, params))  # noqa: S611  (parameters only)
        return list(shown.order_by("kind", "title").values_list("pk", flat=True)[:size])

    def knows(self, word: str, locale: str) -> bool:
        """Whether a public page has the word in any form."""
        group = TermGroup(word, (tuple(stems(word, language_of(locale))),))
        return self._matching(Query(word, locale), [group], True).exists()

    def put(self, documents: Iterable[SearchDocument]) -> None:
        self.dialect.put([index_row(document) for document in documents])

    def remove(self, ids: Iterable[int]) -> None:
        self.dialect.remove(list(ids))

    def _visible(self, locale: str) -> QuerySet[SearchDocument]:
        return SearchDocument.objects.shown().filter(published_q("page__"), locale=locale)

    def _matching(
        self, query: Query, groups: list[TermGroup], every: bool, without: str = ""
    ) -> QuerySet[SearchDocument]:
        """Public documents that match the words and the filters (one filter may be left out)."""
        sql, params = self.dialect.matching(groups, every)
        return self._filtered(query, without).filter(pk__in=RawSQL(sql, params))  # noqa: S611  (parameters only)

    def _filtered(self, query: Query, without: str = "") -> QuerySet[SearchDocument]:
        documents = self._visible(query.locale)
        for name, values in query.filters.items():
            if values and name != without:
                rows = SearchFacet.objects.filter(name=name, value__in=values).values("document_id")
                documents = documents.filter(pk__in=rows)
        return documents

    def _ranked(self, query: Query, groups: list[TermGroup], every: bool) -> tuple[list[Hit], int]:
        """(the best, how many there are)."""
        inside, params = self._filtered(query).values("pk").query.sql_with_params()
        sql, values = self.dialect.ranked(groups, every, inside, list(params))
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        return rank(query, [Hit(pk, float(score)) for pk, score, _total in rows]), rows[0][2] if rows else 0

    def _facets(self, query: Query, groups: list[TermGroup], every: bool) -> Counts:
        """Counts by filter; a filter in use is counted as if it were not, so that other values can be added."""
        used = [name for name, values in query.filters.items() if values]
        found: Counts = {name: {} for name in FACETS}
        for name, value, number in self._facet_rows(self._matching(query, groups, every), exclude=used):
            found[name][value] = number
        for used_name in used:
            rows = self._facet_rows(self._matching(query, groups, every, without=used_name), only=used_name)
            for name, value, number in rows:
                found[name][value] = number
        return found

    def _facet_rows(
        self, documents: QuerySet[SearchDocument], exclude: list[str] | None = None, only: str = ""
    ) -> Iterator[tuple[str, str, int]]:
        names = [only] if only else [name for name in FACETS if name not in (exclude or [])]
        rows = SearchFacet.objects.filter(document_id__in=documents.values("pk"), name__in=names)
        yield from rows.values_list("name", "value").annotate(number=Count("pk")).order_by()
