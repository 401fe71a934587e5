"""Keep the search rows in step with the pages."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import override
from wagtail.models import Page

from home.models import ContentVersion
from home.search_protocol import SearchFacts
from home.visibility import listed_q
from search.engines.database import DatabaseEngine
from search.models import SearchDocument, SearchFacet

#: As many are built at once in the request that changed them; more are left to the worker.
AT_ONCE = 50
BATCH = 200


#: Pages marked in the running transaction of this thread: built once after it, however often they were saved.
_pending = threading.local()


def mark(page_ids: Iterable[int]) -> None:
    """Mark pages' rows dirty in the running transaction, and build them right after it commits."""
    ids = set(page_ids)
    if not ids:
        return
    SearchDocument.objects.mark_dirty(ids)
    ContentVersion.raise_()
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        rebuild(ids)
        return
    if not any(callback is _build_pending for _savepoints, callback, _robust in connection.run_on_commit):
        _pending.ids = set()  # also when an earlier transaction was rolled back
        transaction.on_commit(_build_pending, robust=True)
    _pending.ids |= ids


def _build_pending() -> None:
    ids, _pending.ids = _pending.ids, set()
    if len(ids) <= AT_ONCE:
        rebuild(ids)


def rebuild(page_ids: Iterable[int] | None = None, limit: int = BATCH) -> int:
    """Build dirty rows again (of these pages, or any); returns how many. Safe with several at work."""
    dirty = SearchDocument.objects.dirty()
    if page_ids is not None:
        dirty = dirty.filter(page_key__in=list(page_ids))
    with transaction.atomic():
        rows = list(_locked(dirty.order_by("pk"))[:limit])
        if rows:
            _build(rows)
    return len(rows)


def _locked(rows: Any) -> Any:
    """Rows nobody else is building; on databases that cannot skip locks, transactions queue by themselves."""
    from django.db import connection

    can_skip = connection.features.has_select_for_update_skip_locked
    return rows.select_for_update(skip_locked=True) if can_skip else rows


def _build(rows: list[SearchDocument]) -> None:
    listed = Page.objects.filter(listed_q(), pk__in=[row.page_key for row in rows]).select_related("locale")
    pages = {page.pk: page for page in listed.specific()}
    shown, removed = [], []
    for row in rows:
        page = pages.get(row.page_key)
        facts = _facts(page)
        if facts:
            _fill(row, page, facts)
            shown.append(row)
        else:
            row.is_removed = True
            removed.append(row)
        row.is_dirty = False
        row.version += 1
    fields = [
        "page", "locale", "kind", "title", "summary", "body", "codes", "keywords", "facets", "url", "date",
        "is_removed", "is_dirty",
    ]  # fmt: skip
    SearchDocument.objects.bulk_update(rows, fields)
    SearchDocument.objects.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1)
    SearchFacet.objects.filter(document__in=rows).delete()
    SearchFacet.objects.bulk_create(
        [
            SearchFacet(document=row, name=name, value=str(value))
            for row in shown
            for name, values in {**row.facets, "kind": [row.kind]}.items()
            for value in dict.fromkeys(values)
        ]
    )
    engine = DatabaseEngine()
    engine.remove([row.pk for row in removed])
    engine.put(shown)
    ContentVersion.raise_()  # what somebody counted between the change of the page and now is out of date


def _facts(page: Any) -> SearchFacts | None:
    """What the page says of itself, its labels in its own language whoever saved it."""
    if page is None or not hasattr(page, "search_document"):
        return None
    with override(page.locale.language_code):
        facts: SearchFacts | None = page.search_document()
        return facts


def _fill(row: SearchDocument, page: Any, facts: SearchFacts) -> None:
    row.page, row.locale, row.url = page, page.locale.language_code, page.get_url() or ""
    row.kind, row.title, row.summary, row.body = facts.kind, facts.title[:255], facts.summary, facts.body
    row.codes, row.keywords, row.facets = list(facts.codes), list(facts.keywords), facts.facets
    row.date, row.is_removed = facts.date, False


def mark_all() -> int:
    """Mark every page of the hub; returns how many."""
    ids = list(Page.objects.filter(depth__gt=1).values_list("pk", flat=True))
    SearchDocument.objects.mark_dirty(ids)
    return len(ids)
