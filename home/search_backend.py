"""Wagtail's own search (page explorer, choosers), made to bear whatever somebody types.

A quotation mark breaks the query that the stock SQLite backend writes, and a NUL character breaks SQLite's and
PostgreSQL's alike; both ended in an error page. Neither helps to find anything, so they are taken out here, once for
every search box of the admin.
"""

from __future__ import annotations

import re
from typing import Any

from wagtail.search.backends.database import SearchBackend as stock_backend

_UNUSABLE = re.compile(r'["\x00]+')


class BearsAnyText:
    """Mixin for a search backend: cleans what was typed before a query is made of it."""

    def _search(self, query_compiler_class: type, query: Any, model_or_queryset: Any, **kwargs: Any) -> Any:
        if isinstance(query, str):
            query = _UNUSABLE.sub(" ", query).strip()
        return super()._search(query_compiler_class, query, model_or_queryset, **kwargs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802  (the name that Wagtail imports)
    """The stock backend for the database in use, with `BearsAnyText` before it."""
    stock = type(stock_backend(dict(params)))
    return type(stock.__name__, (BearsAnyText, stock), {})(params)
