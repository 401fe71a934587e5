"""What people look for: how often a public search was made, by day and language, and nothing about who made it.

No address, account, session or time of day is kept, only the words, after everything that looks like an e-mail address
or a long number is taken out. See docs/decisions/0012-what-people-look-for.md.
"""

from __future__ import annotations

import datetime
import logging
import re
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from home.models.review import add_months
from search.finding import Found
from search.models import LoggedSearch, SearchGap
from search.query import FACETS
from search.text import fold, words

logger = logging.getLogger("search")

MOST_CHARACTERS = 100
#: Different things asked for in a day that are counted; more is a robot's doing.
MOST_A_DAY = 5_000
#: What was asked for only once is kept this long.
ONCE_KEPT_DAYS = 30
KEPT_MONTHS = 13
#: Milliseconds that a count waits for another writer: it is not worth a reader's time.
PATIENCE = 100

#: Parameters of an address that changes a search somebody has made already.
CHANGES = {"page", "sort", "synonyms", "format", *FACETS}
#: What programs that are not a reader's browser call themselves.
ROBOTS = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|archiver|scan|monitor|preview|fetch|headless|lighthouse|facebookexternalhit"
    r"|curl|wget|httpie|python|java/|go-http|okhttp|axios|node|ruby|perl|libwww|phantom|scrapy",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<!\S)\S*\s?@\s?\S*")
#: Six digits or more, whatever signs or spaces stand between them: telephone, NHS and hospital numbers, dates of birth.
_NUMBER = re.compile(r"\b\w*\d(?:[\W_]*\d){5,}\w*")

_COUNT = f"""
INSERT INTO {LoggedSearch._meta.db_table} (query, locale, day, searches, opened, results)
SELECT %s, %s, %s, 1, 0, %s WHERE (SELECT count(*) FROM {LoggedSearch._meta.db_table} WHERE day = %s) < {MOST_A_DAY}
ON CONFLICT (query, locale, day) DO UPDATE
SET searches = {LoggedSearch._meta.db_table}.searches + 1, results = EXCLUDED.results
"""  # noqa: S608  (fixed names; what people type travels as parameters)


def normalised(text: str) -> str:
    """The words of a search in one spelling, without what may point to a person; empty when nothing else is left."""
    kept = _NUMBER.sub(" ", _EMAIL.sub(" ", fold(text)))
    return textwrap.shorten(" ".join(words(kept)), MOST_CHARACTERS, placeholder="")


def is_new_search(request: HttpRequest) -> bool:
    """Whether a reader has just asked for something: no robot, no prefetch, no next page or other order of the same."""
    agent = request.headers.get("User-Agent", "")
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")]
    return (
        request.method == "GET"
        and bool(agent)
        and not ROBOTS.search(agent)
        and not any("prefetch" in purpose or "preview" in purpose for purpose in purposes)
        and not CHANGES & request.GET.keys()
        and not _comes_from_the_same_search(request)
    )


def _comes_from_the_same_search(request: HttpRequest) -> bool:
    """Back to the best match, a filter taken away …: the page before has the same words."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
        asked = parse_qs(before.query).get("q", [""])[0]
    except ValueError:
        return False
    return before.path == request.path and normalised(asked) == normalised(request.GET.get("q", ""))


def log_search(request: HttpRequest, found: Found) -> None:
    """Count a search; whatever goes wrong, the reader gets the page."""
    query = normalised(request.GET.get("q", ""))  # as typed: cut before, an address or a number might be half there
    if not query or found.query.is_empty or not is_new_search(request):
        return
    today = timezone.localdate()
    _write(lambda: _execute(_COUNT, [query, found.query.locale, today, found.total, today]))


def log_opened(text: str, locale: str) -> None:
    """Count that a result of today's search was opened; never more of them than searches."""
    rows = LoggedSearch.objects.filter(query=normalised(text), locale=locale, day=timezone.localdate())
    _write(lambda: rows.filter(opened__lt=F("searches")).update(opened=F("opened") + 1))


def _execute(sql: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _write(count: Callable[[], object]) -> None:
    """Gives up when the database is busy or away."""
    try:
        with _short_wait(), transaction.atomic():
            count()
    except DatabaseError as error:
        logger.warning("A search was not counted (%s).", type(error).__name__)


@contextmanager
def _short_wait() -> Iterator[None]:
    """SQLite is locked as a whole while anybody writes: there the usual wait of many seconds is cut short."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def forget(text: str) -> int:
    """Delete what holds these words, whenever it was searched for; returns how many searches of a day that were."""
    wanted = " ".join(words(text))
    if not wanted:
        return 0
    SearchGap.objects.filter(query__contains=wanted).delete()
    deleted, _by_model = LoggedSearch.objects.filter(query__contains=wanted).delete()
    return int(deleted)


def purge() -> None:
    """Delete what was asked for only once a month ago, and everything that is too old; notes go with the last count."""
    today = timezone.localdate()
    same = {"query": OuterRef("query"), "locale": OuterRef("locale")}
    others = LoggedSearch.objects.filter(**same).exclude(pk=OuterRef("pk"))
    taken_up = SearchGap.objects.filter(**same)
    once = LoggedSearch.objects.filter(searches=1, day__lt=today - datetime.timedelta(days=ONCE_KEPT_DAYS))
    once.exclude(Exists(others)).exclude(Exists(taken_up)).delete()
    LoggedSearch.objects.filter(day__lt=add_months(today, -KEPT_MONTHS)).delete()
    SearchGap.objects.exclude(Exists(LoggedSearch.objects.filter(**same))).delete()
