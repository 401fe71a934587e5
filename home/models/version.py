"""A counter that moves whenever anything changes that public pages rest on.

What is the same for every reader (counts over the whole library, the choices of filters, the navigation, how a card
looks) is remembered until it moves, so a page costs the same with thirty and with five thousand case studies. What a
page may show is asked anew each time.
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

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def raise_(cls) -> None:
        if not cls.objects.filter(pk=_ROW).update(number=models.F("number") + 1):
            cls.objects.get_or_create(pk=_ROW, defaults={"number": 1})
        forget("content_version")
        forget("content_state")

    @classmethod
    def current(cls) -> int:
        return once_per_request(
            "content_version", lambda: cls.objects.filter(pk=_ROW).values_list("number", flat=True).first() or 0
        )


def _state() -> str:
    """The version, and the next moment at which a page expires: content changes by itself then."""
    version, now = ContentVersion.current(), timezone.now()
    key = f"content:{version}:next-expiry"
    ends_at, known = cache.get(key, (None, False))
    if not known or (ends_at and ends_at <= now):
        ends_at = Page.objects.filter(expire_at__gt=now).aggregate(first=models.Min("expire_at"))["first"]
        cache.set(key, (ends_at, True), KEPT)
    return f"{version}:{ends_at.timestamp() if ends_at else ''}"


def content_state() -> str:
    """Names the state of the content: what was remembered under another name is out of date."""
    return once_per_request("content_state", _state)


def remembered(key: str, ask: Callable[[], T]) -> T:
    """`ask()`, or its answer since the content last changed."""
    answer: T = cache.get_or_set(f"content:{content_state()}:{key}", ask, KEPT)
    return answer
