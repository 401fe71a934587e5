"""Which engine answers: Elasticsearch when it is configured and well, the embedded one otherwise."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings

from search.engines.base import Engine, EngineDownError, Results
from search.engines.database import DatabaseEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.query import Query

logger = logging.getLogger("search")
T = TypeVar("T")


class Breaker:
    """Stops asking a server that just failed, for a while that doubles up to a bound; one for each process."""

    FIRST, LONGEST = 2.0, 30.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.worked()

    @property
    def is_open(self) -> bool:
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        return self.closed_again_at - time.monotonic()

    def lets_through(self) -> bool:
        """Whether to ask now. After a pause one asks for all: the others go on without until it has an answer."""
        with self._lock:
            if self.is_open:
                return False
            if self.has_failed:
                self._wait()
            return True

    def failed(self) -> None:
        """Of several that were waiting for the same answer, one counts."""
        with self._lock:
            if not self.is_open:
                self._wait()

    def worked(self) -> None:
        self.closed_again_at, self.pause, self.has_failed = 0.0, self.FIRST, False

    def _wait(self) -> None:
        self.closed_again_at, self.has_failed = time.monotonic() + self.pause, True
        self.pause = min(self.pause * 2, self.LONGEST)


breaker = Breaker()


def _with_fallback(ask: Callable[[Engine], T]) -> tuple[T, bool]:
    """(the answer, whether the embedded engine stood in for the configured one)."""
    if settings.ELASTICSEARCH_URL and breaker.lets_through():
        try:
            answered = ask(ElasticsearchEngine())
        except EngineDownError as error:
            breaker.failed()
            logger.warning("Elasticsearch does not answer (%s); the database searches instead.", error)
        else:
            breaker.worked()
            return answered, False
    return ask(DatabaseEngine()), bool(settings.ELASTICSEARCH_URL)


def answer(query: Query, start: int, size: int) -> tuple[Results, bool]:
    """(results, whether the embedded engine stood in)."""
    return _with_fallback(lambda engine: engine.search(query, start, size))


def suggest(typed: str, locale: str, size: int) -> list[int]:
    return _with_fallback(lambda engine: engine.suggest(typed, locale, size))[0]
