"""Send search rows to Elasticsearch: what changed, everything anew, or only what differs.

Every row has a version; the server is told it ("external versioning"), so late, repeated and parallel shipments cannot
put an older state over a newer one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import elasticsearch
from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone
from elasticsearch import Elasticsearch, helpers

from search.engines.base import EngineDownError
from search.engines.elasticsearch import MAPPINGS, SHIPPING_PATIENCE, as_sent, client
from search.models import SearchDocument
from search.projection import rebuild

logger = logging.getLogger("search")
BATCH = 500
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the index differs from the rows: ids of documents missing, out of date, or not wanted there."""

    missing: list[int]
    outdated: list[int]
    stray: list[int]

    @property
    def count(self) -> int:
        return len(self.missing) + len(self.outdated) + len(self.stray)


def server() -> Elasticsearch:
    return client(SHIPPING_PATIENCE)


def ship() -> int:
    """Build what is dirty, then send what the server does not have; returns how many rows were sent.

    Raises EngineDownError when the server does not take them; they are sent again next time.
    """
    while rebuild():
        pass
    if not settings.ELASTICSEARCH_URL:
        return 0
    sent = 0
    try:
        _ensure_alias()
        while rows := list(SearchDocument.objects.unsynced().select_related("page").order_by("pk")[:BATCH]):
            _send(rows, settings.ELASTICSEARCH_INDEX)
            sent += len(rows)
    except (elasticsearch.ApiError, elasticsearch.TransportError, helpers.BulkIndexError) as error:
        raise EngineDownError(type(error).__name__) from error
    return sent


def _ensure_alias() -> None:
    """Make index and alias when they are missing; everything is then sent again."""
    if not server().indices.exists_alias(name=settings.ELASTICSEARCH_INDEX):
        name = _create_index()
        server().indices.put_alias(index=name, name=settings.ELASTICSEARCH_INDEX)
        SearchDocument.objects.update(synced_version=0)


def _create_index() -> str:
    name = f"{settings.ELASTICSEARCH_INDEX}-{timezone.now():%Y%m%d%H%M%S%f}"
    server().indices.create(index=name, mappings=MAPPINGS, settings={"number_of_shards": 1, "number_of_replicas": 0})
    return name


def _actions(rows: list[SearchDocument], index: str) -> Iterator[dict[str, Any]]:
    for row in rows:
        action: dict[str, Any] = {
            "_index": index,
            "_id": str(row.pk),
            "version": row.version,
            "version_type": "external_gte",
        }
        if row.is_removed or row.page is None:
            yield {**action, "_op_type": "delete"}
        else:
            yield {**action, "_op_type": "index", "_source": as_sent(row, row.page.path)}


def _send(rows: list[SearchDocument], index: str) -> None:
    """Send rows and note their versions as sent. A version conflict means that the server has something newer."""
    failed = set()
    results = helpers.streaming_bulk(
        server(), _actions(rows, index), chunk_size=BATCH, raise_on_error=False, raise_on_exception=True
    )
    for ok, item in results:
        (result,) = item.values()
        if not ok and result["status"] not in {404, 409}:
            failed.add(int(result["_id"]))
    if failed:
        raise EngineDownError(f"{len(failed)} documents refused")
    for row in rows:
        SearchDocument.objects.filter(pk=row.pk, synced_version__lt=row.version).update(synced_version=row.version)
    gone = [row.pk for row in rows if row.page is None]
    SearchDocument.objects.filter(pk__in=gone, is_removed=True, page__isnull=True).delete()


def rebuild_index(progress: Progress | None = None) -> int:
    """Fill a new index beside the one that serves, then let the alias point to it; returns the number of documents."""
    name = _create_index()
    rows: QuerySet[SearchDocument] = SearchDocument.objects.shown().select_related("page").order_by("pk")
    total, done, last = rows.count(), 0, 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        _send(batch, name)
        last, done = batch[-1].pk, done + len(batch)
        if progress:
            progress(done, total)
    server().indices.refresh(index=name)
    old = list(server().indices.get_alias(name=settings.ELASTICSEARCH_INDEX)) if _alias_exists() else []
    actions = [{"remove_index": {"index": index}} for index in old]
    server().indices.update_aliases(actions=[*actions, {"add": {"index": name, "alias": settings.ELASTICSEARCH_INDEX}}])
    for leftover in _indices():
        if leftover != name:
            server().indices.delete(index=leftover)
    # What changed meanwhile went to the old index: send it again.
    SearchDocument.objects.filter(pk__gt=0).exclude(version=F("synced_version")).update(synced_version=0)
    ship()
    return done


def _alias_exists() -> bool:
    return bool(server().indices.exists_alias(name=settings.ELASTICSEARCH_INDEX))


def _indices() -> list[str]:
    return list(server().indices.get(index=f"{settings.ELASTICSEARCH_INDEX}-*", expand_wildcards="open"))


def difference() -> Difference:
    """Compare rows with the index, document by document."""
    server().indices.refresh(index=settings.ELASTICSEARCH_INDEX)
    there = {
        int(hit["_id"]): hit["_version"]
        for hit in helpers.scan(
            server(),
            index=settings.ELASTICSEARCH_INDEX,
            query={"query": {"match_all": {}}, "version": True, "_source": False},
        )
    }
    wanted = dict(SearchDocument.objects.shown().filter(page__isnull=False).values_list("pk", "version"))
    return Difference(
        missing=[pk for pk in wanted if pk not in there],
        outdated=[pk for pk, version in wanted.items() if pk in there and there[pk] != version],
        stray=[pk for pk in there if pk not in wanted],
    )


def mend(found: Difference) -> None:
    """Send what is missing or out of date, delete what should not be there."""
    SearchDocument.objects.filter(pk__in=[*found.missing, *found.outdated, *found.stray]).update(synced_version=0)
    for pk in found.stray:
        server().options(ignore_status=404).delete(index=settings.ELASTICSEARCH_INDEX, id=str(pk))
    ship()
