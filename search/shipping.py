"""Send search rows to Elasticsearch: what changed, everything anew, or only what differs.

Every row has a version; the server is told it ("external versioning"), so late, repeated and parallel shipments cannot
put an older state over a newer one. A row counts as sent only when the index that serves has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from elasticsearch import Elasticsearch, NotFoundError, helpers

from search.engines.base import EngineDownError
from search.engines.choosing import Breaker
from search.engines.elasticsearch import (
    KNOCKING_PATIENCE,
    MAPPINGS,
    SHAPE,
    SHIPPING_PATIENCE,
    as_sent,
    client,
    failures,
)
from search.models import SearchDocument
from search.projection import rebuild

BATCH = 500
#: The name of the worker's job, under which `home.models.JobRun` notes how it went.
JOB = "ship search"
Progress = Callable[[int, int], None]

#: How long the worker leaves a server alone that did not take what it was sent.
pauses = Breaker()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the index differs from the rows: ids of documents missing, out of date, or not wanted there.

    `versions` are those that the server has of documents out of date or not wanted.
    """

    missing: list[int]
    outdated: list[int]
    stray: list[int]
    versions: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.outdated) + len(self.stray)


def server() -> Elasticsearch:
    return client(SHIPPING_PATIENCE)


def ship() -> int:
    """Build what is dirty, then send what the server does not have; returns how many rows were sent.

    Raises EngineDownError when the server does not take them; they are sent again next time. An index that is missing,
    or that an earlier version made in another shape, is made anew, and serves only when it is full.
    """
    while rebuild():
        pass
    if not settings.ELASTICSEARCH_URL:
        _forget_deleted(SearchDocument.objects.filter(is_dirty=False))
        return 0
    with failures():
        return _ship_rows() if list(_serving().values()) == [SHAPE] else rebuild_index()


def catch_up() -> None:
    """Ship, then compare everything and mend what differs: what was lost on the server, or put back from a backup."""
    ship()
    if settings.ELASTICSEARCH_URL and (found := difference()).count:
        mend(found)


def _ship_rows() -> int:
    """Send what is not there yet. One document that is refused does not hold up the others."""
    sent, problem = 0, ""
    for taken, refusal in _sent(SearchDocument.objects.unsynced(), settings.ELASTICSEARCH_INDEX, refresh=True):
        _note({row.pk: row.version for row in taken})
        sent, problem = sent + len(taken), problem or refusal
    if problem:
        raise EngineDownError(problem)
    return sent


def _serving() -> dict[str, str]:
    """{name of the index behind the alias: the shape it was made with}: one, unless something is wrong."""
    try:
        found = client(KNOCKING_PATIENCE).indices.get_mapping(index=settings.ELASTICSEARCH_INDEX)
    except NotFoundError:
        return {}
    return {name: index["mappings"].get("_meta", {}).get("shape", "") for name, index in found.items()}


def _create_index() -> tuple[str, str]:
    """(its name, an alias to fill it by: should somebody delete the index meanwhile, filling it makes no other one)."""
    name = f"{settings.ELASTICSEARCH_INDEX}-{timezone.now():%Y%m%d%H%M%S%f}"
    door = f"{name}-filling"
    body: dict[str, Any] = {"mappings": MAPPINGS, "settings": {"number_of_shards": 1, "number_of_replicas": 0}}
    server().indices.create(index=name, aliases={door: {}}, **body)
    return name, door


def _action(row: SearchDocument, index: str) -> dict[str, Any]:
    action: dict[str, Any] = {
        "_index": index,
        "_id": str(row.pk),
        "version": row.version,
        "version_type": "external_gte",
    }
    if row.is_removed or row.page is None:
        return {**action, "_op_type": "delete"}
    return {**action, "_op_type": "index", "_source": as_sent(row)}


def _sent(
    rows: QuerySet[SearchDocument], index: str, refresh: bool = False
) -> Iterator[tuple[list[SearchDocument], str]]:
    """Send rows in batches; yields those that the server has now, and why it refused one.

    Raises EngineDownError when it takes none of a batch: it is read-only, or full.
    """
    rows, last = rows.select_related("page").order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        refusals = _send(batch, index, refresh)
        taken = [row for row in batch if row.pk not in refusals]
        refusal = next(iter(refusals.values()), "")
        if not taken:
            raise EngineDownError(refusal)
        yield taken, refusal
        last = batch[-1].pk


def _send(rows: list[SearchDocument], index: str, refresh: bool) -> dict[int, str]:
    """{id: why} of what was refused. A version conflict is no refusal: the server has something newer."""
    results = helpers.streaming_bulk(
        server(),
        (_action(row, index) for row in rows),
        chunk_size=BATCH,
        raise_on_error=False,
        refresh=refresh,
        require_alias=True,
    )
    items = [next(iter(item.values())) for ok, item in results if not ok]
    return {
        int(item["_id"]): f"document {item['_id']}: {item['error']['type']}"
        for item in items
        if "error" in item and item["status"] != 409
    }


def _note(versions: dict[int, int]) -> None:
    """Note that the index that serves has these rows in these versions."""
    ids_by_version: dict[int, list[int]] = {}
    for pk, version in versions.items():
        ids_by_version.setdefault(version, []).append(pk)
    for version, ids in ids_by_version.items():
        for piece in _pieces(ids):
            some = SearchDocument.objects.filter(pk__in=piece)
            some.filter(synced_version__lt=version).update(synced_version=version)
            _forget_deleted(some.filter(version=version, is_dirty=False))


def _forget_deleted(rows: QuerySet[SearchDocument]) -> None:
    """Rows of deleted pages are kept only until the server knows."""
    rows.filter(is_removed=True, page__isnull=True).delete()


def rebuild_index(progress: Progress | None = None) -> int:
    """Fill a new index beside the one that serves, then let the alias point to it; returns the number of documents.

    Killed half way, it leaves everything as it was, but for an index that the next one clears away.
    """
    with failures():
        name, door = _create_index()
        rows = SearchDocument.objects.shown().filter(page__isnull=False)
        total, versions = rows.count(), {}
        for taken, _refusal in _sent(rows, door):
            versions.update({row.pk: row.version for row in taken})
            if progress:
                progress(len(versions), total)
        _swap(name, door)
        _note(versions)
        # What changed meanwhile went to the old index, and what was refused goes to none
        mend(difference())
        return len(versions)


def _swap(name: str, door: str) -> None:
    """Let the alias point to this index alone, in one step, and clear away what earlier rebuilds left behind."""
    alias = settings.ELASTICSEARCH_INDEX
    server().indices.refresh(index=name)
    server().indices.update_aliases(
        actions=[
            *({"remove_index": {"index": old}} for old in _serving()),
            {"remove": {"index": name, "alias": door}},
            {"add": {"index": name, "alias": alias}},
        ]
    )
    ours = re.compile(rf"{re.escape(alias)}-\d{{20}}")  # not those of another hub ("hub-staging-2026…")
    for leftover in server().indices.get(index=f"{alias}-*"):
        if leftover != name and ours.fullmatch(leftover):
            server().options(ignore_status=404).indices.delete(index=leftover)


def difference() -> Difference:
    """Compare rows with the index, document by document. Without an index, everything is missing."""
    there: dict[int, int] = {}
    with failures():
        if _serving():
            server().indices.refresh(index=settings.ELASTICSEARCH_INDEX)
            query = {"query": {"match_all": {}}, "version": True, "_source": False}
            hits = helpers.scan(server(), index=settings.ELASTICSEARCH_INDEX, query=query, size=5000)
            there = {int(hit["_id"]): int(hit["_version"]) for hit in hits}
    wanted = dict(SearchDocument.objects.shown().filter(page__isnull=False).values_list("pk", "version"))
    outdated = [pk for pk, version in wanted.items() if there.get(pk, version) != version]
    stray = [pk for pk in there if pk not in wanted]
    return Difference(
        missing=[pk for pk in wanted if pk not in there],
        outdated=outdated,
        stray=stray,
        versions={pk: there[pk] for pk in [*outdated, *stray]},
    )


def mend(found: Difference) -> None:
    """Send what is missing or out of date, delete what should not be there."""
    documents = SearchDocument.objects
    for pk, version in found.versions.items():  # the server is ahead of rows that came from a backup
        documents.filter(pk=pk, version__lte=version).update(version=version + 1)
    for ids in _pieces([*found.missing, *found.outdated, *found.stray]):
        documents.filter(pk__in=ids).update(synced_version=0)
    with failures():
        for ids in _pieces(found.stray):
            unknown = set(ids) - set(documents.filter(pk__in=ids).values_list("pk", flat=True))
            deletions = [{"_op_type": "delete", "_id": str(pk)} for pk in unknown]
            helpers.bulk(server(), deletions, index=settings.ELASTICSEARCH_INDEX, raise_on_error=False)
        _ship_rows()


def _pieces(ids: list[int]) -> Iterator[list[int]]:
    """As many at a time as a query takes."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
