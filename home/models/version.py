"""A counter that moves whenever anything changes that public counts rest on.

Counts over the whole library (examples by standard, by setting, filter choices) are remembered until it moves, so a
page costs the same with thirty and with five thousand case studies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db import models
from django.utils import timezone

from home.visibility import forget, once_per_request

T = TypeVar("T")
_ROW = 1


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

    @classmethod
    def current(cls) -> int:
        return once_per_request(
            "content_version", lambda: cls.objects.filter(pk=_ROW).values_list("number", flat=True).first() or 0
        )


def remembered(key: str, ask: Callable[[], T]) -> T:
    """`ask()`, or its answer since the content last changed; at most a minute old, because pages expire by time."""
    minute = timezone.now().strftime("%d%H%M")
    answer: T = cache.get_or_set(f"content:{ContentVersion.current()}:{minute}:{key}", ask, 120)
    return answer
