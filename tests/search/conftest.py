"""A real search server. The first test that needs one starts it; on a machine without Java such tests are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from tests.services import elasticsearch as service


@contextmanager
def _or_skip() -> Iterator[None]:
    try:
        yield
    except service.MissingError as error:
        if service.may_be_missing():
            pytest.skip(str(error))
        raise


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """All tests of a process share this server: each makes indices under names of its own."""
    with _or_skip(), service.elasticsearch_server() as url:
        yield url


@pytest.fixture
def search_server(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=30) as connected:
        yield connected


@pytest.fixture
def index_name(search_server: Elasticsearch) -> Iterator[str]:
    """Taken away after the test with everything whose name begins with it."""
    name = f"test-{uuid4().hex}"
    yield name
    search_server.indices.delete(
        index=[*search_server.indices.get(index=f"{name}*")] or "none", ignore_unavailable=True
    )


@pytest.fixture(scope="module")
def own_server() -> Iterator[service.Server]:
    """For tests that pause, kill or restart it. They leave it running."""
    with _or_skip(), service.running_server() as server:
        yield server
