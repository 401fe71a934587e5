"""The index table of the hub's own database: stemmed words by field, in SQLite (FTS5) or PostgreSQL (tsvector).

It is made by migrations and kept beside `SearchDocument`, whichever engine finds pages: how rare a word is and what a
found page says are always asked here, so every engine puts pages in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from search.models import SearchDocument
from search.query import Phrase, TermGroup
from search.text import language_of, stems, words

TABLE = "search_index"
#: Fields of the index with their weights, the strongest first. Weights follow what readers mean: the title names it.
FIELDS = (("title", 8.0), ("names", 5.0), ("summary", 3.0), ("body", 1.0))
COLUMNS = ", ".join(name for name, _weight in FIELDS)

Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Texts:
    """A document's stems, one string a field in the order of FIELDS."""

    document_id: int
    fields: tuple[str, ...]


def index_row(document: SearchDocument) -> tuple[int, str, str, str, str, str]:
    """(id, then the stemmed title, names, summary and body, then the unstemmed words for suggestions)."""
    language = language_of(document.locale)
    names = " ".join([*document.codes, *document.keywords])
    stemmed = [" ".join(stems(text, language)) for text in (document.title, names, document.summary, document.body)]
    title, stemmed_names, summary, body = stemmed
    return document.pk, title, stemmed_names, summary, body, " ".join(words(f"{document.title} {names}"))


class SQLiteIndex:
    """FTS5 with bm25; the text in it is stemmed already."""

    key = f"{TABLE}.rowid"

    def matching(self, must: Iterable[TermGroup], any_of: Iterable[tuple[TermGroup, ...]] = ()) -> Sql:
        """SQL that selects ids of rows with every group of `must` and, if there are any, all of one of `any_of`.

        For `any_of` the words of a known term may stand apart.
        """
        return f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [self._expression(must, any_of)]

    def count(self, group: TermGroup) -> Sql:
        return f"SELECT count(*) FROM {TABLE} WHERE {TABLE} MATCH %s", [self._expression([group])]

    def score(self, groups: list[TermGroup], weights: list[float]) -> Sql:
        """SQL of a first score, to choose which rows are looked at closely."""
        return f"-bm25({TABLE}, {', '.join(str(weight) for _name, weight in FIELDS)}, 0)", []

    def beginning(self, typed: list[str]) -> Sql:
        prefixes = " AND ".join(f'words : "{word}" *' for word in typed)
        return f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s LIMIT 200", [prefixes]

    def put(self, rows: list[tuple[Any, ...]]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(row[0],) for row in rows])
            cursor.executemany(
                f"INSERT INTO {TABLE} (rowid, {COLUMNS}, words) VALUES (%s, %s, %s, %s, %s, %s)",
                rows,
            )

    def remove(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [(pk,) for pk in ids])

    def _expression(self, must: Iterable[TermGroup], any_of: Iterable[tuple[TermGroup, ...]] = ()) -> str:
        parts = [self._group(group) for group in must]
        if loose := " OR ".join(self._together(groups) for groups in any_of):
            parts.append(f"({loose})")
        return f"{{{COLUMNS.replace(',', '')}}} : ({' AND '.join(parts)})"

    def _together(self, groups: Iterable[TermGroup]) -> str:
        return f"({' AND '.join(self._group(group, group.apart) for group in groups)})"

    def _group(self, group: TermGroup, apart: tuple[Phrase, ...] = ()) -> str:
        phrases = [f'"{" ".join(phrase)}"' for phrase in group.all_phrases]
        spread = [" AND ".join(f'"{word}"' for word in words_) for words_ in apart]
        return f"({' OR '.join([*phrases, *(f'({part})' for part in spread)])})"


class PostgreSQLIndex:
    """A tsvector of stemmed words, weighted A to D by field, beside the words themselves."""

    key = f"{TABLE}.document_id"
    LABELS = "ABCD"

    def matching(self, must: Iterable[TermGroup], any_of: Iterable[tuple[TermGroup, ...]] = ()) -> Sql:
        return (
            f"SELECT document_id FROM {TABLE} WHERE vector @@ to_tsquery('simple', %s)",
            [self._expression(must, any_of)],
        )

    def count(self, group: TermGroup) -> Sql:
        return (
            f"SELECT count(*) FROM {TABLE} WHERE vector @@ to_tsquery('simple', %s)",
            [self._expression([group])],
        )

    def score(self, groups: list[TermGroup], weights: list[float]) -> Sql:
        """Rare words count more, as bm25 does it; `ts_rank` alone does not know rarity."""
        array = "{" + ", ".join(str(weight / FIELDS[0][1]) for _name, weight in reversed(FIELDS)) + "}"
        one = f"%s * ts_rank('{array}', vector, to_tsquery('simple', %s), 1)"
        pairs = zip(weights, groups, strict=True)
        return " + ".join([one] * len(groups)), [
            part for weight, group in pairs for part in (weight, self._expression([group]))
        ]

    def beginning(self, typed: list[str]) -> Sql:
        prefixes = " & ".join(f"'{word}':*" for word in typed)
        return f"SELECT document_id FROM {TABLE} WHERE words @@ to_tsquery('simple', %s) LIMIT 200", [prefixes]

    def put(self, rows: list[tuple[Any, ...]]) -> None:
        vector = " || ".join(f"setweight(to_tsvector('simple', %s), '{label}')" for label in self.LABELS)
        changed = ", ".join(f"{name} = EXCLUDED.{name}" for name in [*COLUMNS.split(", "), "vector", "words"])
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (document_id, {COLUMNS}, vector, words) "
                f"VALUES (%s, %s, %s, %s, %s, {vector}, to_tsvector('simple', %s)) "
                f"ON CONFLICT (document_id) DO UPDATE SET {changed}",
                [(*row[:5], *row[1:]) for row in rows],
            )

    def remove(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE document_id = ANY(%s)", [ids])

    def _expression(self, must: Iterable[TermGroup], any_of: Iterable[tuple[TermGroup, ...]] = ()) -> str:
        parts = [self._group(group) for group in must]
        if loose := " | ".join(self._together(groups) for groups in any_of):
            parts.append(f"({loose})")
        return " & ".join(parts)

    def _together(self, groups: Iterable[TermGroup]) -> str:
        return f"({' & '.join(self._group(group, group.apart) for group in groups)})"

    def _group(self, group: TermGroup, apart: tuple[Phrase, ...] = ()) -> str:
        phrases = [" <-> ".join(f"'{word}'" for word in phrase) for phrase in group.all_phrases]
        spread = [" & ".join(f"'{word}'" for word in words_) for words_ in apart]
        return f"({' | '.join(f'({part})' for part in [*phrases, *spread])})"


Index = SQLiteIndex | PostgreSQLIndex


def index() -> Index:
    """The index of the database in use."""
    return PostgreSQLIndex() if connection.vendor == "postgresql" else SQLiteIndex()


def counted(groups: Iterable[TermGroup]) -> tuple[int, list[int]]:
    """(number of documents, number of documents with each group), in one query."""
    asked = [index().count(group) for group in groups]
    parts = [f"SELECT count(*) FROM {TABLE}{'' if connection.vendor == 'postgresql' else '_docsize'}"]
    parts += [sql for sql, _params in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"({part})" for part in parts), [one for _sql, params in asked for one in params]
        )
        total, *found = cursor.fetchone()
    return total, found


def are_indexed(groups: Iterable[TermGroup]) -> list[bool]:
    """Whether there is any document with each group, in one query: much less work than counting them."""
    asked = [index().matching([group]) for group in groups]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"EXISTS ({sql})" for sql, _params in asked),
            [one for _sql, params in asked for one in params],
        )
        return [bool(found) for found in cursor.fetchone()]


def texts(ids: list[int]) -> dict[int, Texts]:
    """What the documents say, by id, in one query."""
    if not ids:
        return {}
    key = index().key
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(ids))
        cursor.execute(f"SELECT {key}, {COLUMNS} FROM {TABLE} WHERE {key} IN ({places})", ids)
        return {pk: Texts(pk, tuple(f" {text} " for text in fields)) for pk, *fields in cursor.fetchall()}
