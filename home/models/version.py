"""A counter that moves whenever anything changes that public pages rest on.

What is the same for every reader (a standard's examples, counts over the whole library, the choices of filters, the
navigation, how a card looks) is remembered until it moves, so a page costs the same with thirty and with five thousand
case studies. Everything that makes a page public or not moves it (`practice_library.signals`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db import models
from django.utils import timezone
from wagtail.models import Page

from home.visibility import forget, once_per_request

T = TypeVar("T")
_ROW = 1
#: Seconds that a remembered answer is kept when nothing changes.
KEPT = 3600


class ContentVersion(models.Model):
    """One row. It is raised in the transaction of the change, so a change that is rolled back moves nothing."""

    number = models.PositiveBigIntegerField(default=0)
    #: When the first of the published pages expires: content changes by itself then.
    next_expiry = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def raise_(cls) -> None:
        ending = Page.objects.filter(live=True, expire_at__isnull=False).order_by("expire_at")
        values = {"number": models.F("number") + 1, "next_expiry": models.Subquery(ending.values("expire_at")[:1])}
        row = cls.objects.filter(pk=_ROW)
        if not row.update(**values):
            cls.objects.get_or_create(pk=_ROW)
            row.update(**values)
        forget("content_version")

    @classmethod
    def current(cls) -> ContentVersion:
        """As it is in the database, asked once a request."""
        return once_per_request("content_version", lambda: cls.objects.filter(pk=_ROW).first() or cls())


def content_state() -> int | None:
    """Names the state of the content; None while a page has expired that nobody has taken down yet."""
    version = ContentVersion.current()
    if version.next_expiry and version.next_expiry <= timezone.now():
        return None
    return version.number


def remembered(key: str, ask: Callable[[], T]) -> T:
    """`ask()`, or its answer since the content last changed."""
    state = content_state()
    if state is None:
        return ask()
    answer: T = cache.get_or_set(f"content:{state}:{key}", ask, KEPT)
    return answer
