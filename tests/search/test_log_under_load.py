"""Counting searches with several writers at once, and with a database that is busy or broken."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import DjangoDbBlocker

from home.models import HomePage
from search import log
from search.finding import Found
from search.models import LoggedSearch
from search.query import parse
from tests import databases, environment, factories

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOCALE = "en-gb"


def a_request(text: str) -> HttpRequest:
    return RequestFactory().get("/search/", {"q": text}, headers={"User-Agent": BROWSER})


def search(text: str) -> int:
    return Client().get("/search/", {"q": text}, headers={"User-Agent": BROWSER}).status_code


def logged() -> list[tuple[str, int, int, int]]:
    return list(LoggedSearch.objects.values_list("query", "searches", "opened", "results"))


#: On PostgreSQL threads meet in the test's database, outside its transaction; SQLite's lies in memory and is not shared.
in_a_shared_database = (
    pytest.mark.django_db(transaction=True)
    if environment.on_postgresql()
    else pytest.mark.usefixtures("_database_in_a_file")
)


@pytest.fixture
def _database_in_a_file(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    name, in_memory = connection.settings_dict["NAME"], connection.connection
    connection.connection = None
    with django_db_blocker.unblock(), databases.file_copy_in_use(environment.migrated_database()):
        yield
    databases._name(name)
    connection.connection = in_memory


@in_a_shared_database
def test_many_at_once_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "PATIENCE", 20_000)  # both cores may be busy with other tests
    start = threading.Barrier(6)
    found = Found(parse("kiwi", LOCALE), total=3)

    def reader() -> None:
        start.wait()
        for _time in range(5):
            log.log_search(a_request("kiwi"), found)
            log.log_opened("kiwi", LOCALE)
        connections.close_all()

    threads = [threading.Thread(target=reader) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert logged() == [("kiwi", 30, 30, 3)]


@in_a_shared_database
@pytest.mark.skipif(environment.on_postgresql(), reason="PostgreSQL locks rows, not the whole database")
def test_while_somebody_else_writes_the_page_comes_without_being_counted(caplog: pytest.LogCaptureFixture) -> None:
    factories.home_page()
    search("kiwi")
    LoggedSearch.objects.all().delete()
    with sqlite3.connect(connection.settings_dict["NAME"]) as other:
        other.execute("BEGIN IMMEDIATE")
        start = time.perf_counter()
        assert search("kiwi") == 200
        assert time.perf_counter() - start < 5
        other.rollback()
    other.close()
    assert "was not counted" in caplog.text
    assert logged() == []
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] > log.PATIENCE


def test_without_its_table_the_search_still_answers(home_page: HomePage, caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE search_loggedsearch RENAME TO elsewhere")
    assert search("kiwi") == 200
    assert "was not counted" in caplog.text
