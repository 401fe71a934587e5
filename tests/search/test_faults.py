"""What readers, editors and the worker see when Elasticsearch is unwell, and that nothing is lost by it.

A real server stands behind a proxy that refuses, hangs, delays and cuts. Times have a margin for a busy machine; the
bounds that readers are promised are those the client is configured with, and are asserted as such.
"""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import F
from django.test import Client
from elasticsearch import Elasticsearch
from pytest_django import DjangoCaptureOnCommitCallbacks, DjangoDbBlocker, Settings
from wagtail.models import Page, PageViewRestriction

from home.models import HomePage, JobRun
from hub.management.commands.worker import Worker, run_if_due
from hub.schedule import JOBS
from search import shipping
from search.engines import elasticsearch
from search.engines.base import EngineDownError
from search.engines.choosing import Breaker, answer, breaker
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.models import SearchDocument
from search.projection import rebuild
from search.query import parse
from tests import admin_pages, databases, environment, factories
from tests.services.elasticsearch import Server
from tests.services.proxy import Behaviour, Proxy, running_proxy

pytestmark = pytest.mark.elasticsearch

LOCALE = "en-gb"
#: Seconds that a busy machine may take beyond what is promised.
MARGIN = 1.5
NOTICE = "Search is running in a simpler way"
SHIP = next(job for job in JOBS if job.name == shipping.JOB)


@pytest.fixture(scope="module")
def proxy(elasticsearch_url: str) -> Iterator[Proxy]:
    with running_proxy(urlsplit(elasticsearch_url).port or 0) as proxy:
        yield proxy


def use(settings: Settings, url: str, index: str) -> None:
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = url, index
    client.cache_clear()
    breaker.worked()
    shipping.pauses.worked()


@pytest.fixture
def engine(settings: Settings, proxy: Proxy, index_name: str) -> Iterator[Proxy]:
    """The hub searches and ships through the proxy."""
    proxy.be(Behaviour.PASS)
    proxy.delay = 1.5
    use(settings, proxy.url, index_name)
    yield proxy
    proxy.be(Behaviour.PASS)
    use(settings, "", index_name)


@pytest.fixture
def walking(home_page: HomePage) -> Page:
    return factories.content_page(home_page, "A walking group", slug="walking", summary="They walk each Tuesday.")


@pytest.fixture
def shipped(engine: Proxy, walking: Page) -> Proxy:
    """One page, in the index, and everything loaded that the first search loads."""
    shipping.ship()
    eventually(lambda: not page_found("walking")[1])
    return engine


def page_found(text: str) -> tuple[str, bool, float]:
    """(the search page, whether it says that the database answered, seconds)."""
    breaker_was_open = breaker.is_open
    started = time.perf_counter()
    response = Client().get("/search/", {"q": text})
    seconds = time.perf_counter() - started
    assert response.status_code == 200
    content = response.content.decode()
    assert NOTICE in content or not breaker_was_open
    return content, NOTICE in content, seconds


def eventually(true: Callable[[], Any], within: float = 20.0) -> None:
    """Wait until it is so; both cores may be busy with other tests."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "It did not come true."
        breaker.worked()
        time.sleep(0.05)


def waiting() -> int:
    return SearchDocument.objects.unsynced().count()


def total(text: str) -> int:
    """What Elasticsearch itself finds."""
    return ElasticsearchEngine().search(parse(text, LOCALE), 0, 10).total


def serving() -> list[str]:
    return list(client(20.0).indices.get_alias(name=elasticsearch.settings.ELASTICSEARCH_INDEX))


def status() -> str:
    out = StringIO()
    call_command("search_status", stdout=out)
    return out.getvalue()


def due(job: Any = SHIP) -> bool:
    """Let the job be due now, whatever it waits for, and run it."""
    JobRun.objects.filter(name=job.name).update(last_run_at=None, busy_until=None)
    return run_if_due(job)


# Readers


def missing_index(proxy: Proxy) -> None:
    client(20.0).indices.delete(index=serving())


def closed_index(proxy: Proxy) -> None:
    client(20.0).indices.close(index=serving())


FAULTS: dict[str, Callable[[Proxy], None]] = {
    "refuses": lambda proxy: proxy.be(Behaviour.REFUSE),
    "hangs": lambda proxy: proxy.be(Behaviour.HANG),
    "is slow": lambda proxy: proxy.be(Behaviour.SLOW),
    "breaks off": lambda proxy: proxy.be(Behaviour.CUT),
    "has no index": missing_index,
    "has closed the index": closed_index,
}


def test_a_reader_waits_for_the_server_less_than_a_second(engine: Proxy) -> None:
    assert elasticsearch.PATIENCE <= 0.7, "which leaves the database its time"
    assert (client()._request_timeout, client()._max_retries) == (elasticsearch.PATIENCE, 0)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_database_answers_when_the_server(shipped: Proxy, fault: str) -> None:
    FAULTS[fault](shipped)
    content, noticed, seconds = page_found("walking")
    assert noticed
    assert "walking</mark> group" in content
    assert seconds < 1 + MARGIN


@pytest.mark.parametrize("fault", ["hangs", "has no index"])
def test_suggestions_come_all_the_same_when_the_server(shipped: Proxy, fault: str) -> None:
    FAULTS[fault](shipped)
    answered = Client().get("/search/suggest/", {"q": "walk"})
    assert [row["title"] for row in answered.json()["suggestions"]] == ["A walking group"]


def test_after_one_failure_nobody_connects_for_a_while(shipped: Proxy) -> None:
    shipped.be(Behaviour.HANG)
    page_found("walking")
    breaker.closed_again_at = time.monotonic() + 60
    approaches = shipped.approaches
    seconds = [page_found("walking")[2] for _reader in range(5)]
    assert shipped.approaches == approaches
    assert min(seconds) < elasticsearch.PATIENCE


def test_when_the_pause_is_over_the_server_is_asked_again(shipped: Proxy) -> None:
    shipped.be(Behaviour.HANG)
    page_found("walking")
    shipped.be(Behaviour.PASS)
    assert page_found("walking")[1], "not yet"
    assert breaker.seconds_left <= Breaker.FIRST
    breaker.closed_again_at = 0
    eventually(lambda: not page_found("walking")[1])
    assert not breaker.has_failed


def test_after_a_pause_one_reader_tries_for_all() -> None:
    tried = Breaker()
    for _reader in range(8):
        tried.failed()
    assert tried.seconds_left <= Breaker.FIRST, "those who failed together count once"
    tried.closed_again_at = 0
    assert [tried.lets_through() for _reader in range(3)] == [True, False, False]
    for _attempt in range(8):
        tried.closed_again_at = 0
        tried.failed()
    assert 10 < tried.seconds_left <= 30
    tried.worked()
    assert tried.lets_through()


# Editors


def test_publishing_does_not_wait_for_a_server_that_hangs(
    shipped: Proxy,
    walking: Page,
    admin_client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    admin_pages.form_at(
        admin_client, f"/cms/pages/{walking.pk}/edit/", "page-edit-form", type(walking)
    )  # loads the admin
    approaches = shipped.approaches
    shipped.be(Behaviour.HANG)
    with django_capture_on_commit_callbacks(execute=True):
        page = Page.objects.get(pk=walking.pk).specific
        page.title = "A swimming group"
        started = time.perf_counter()
        page.save_revision().publish()
    assert time.perf_counter() - started < 2
    saved = admin_pages.edit(admin_client, walking, title="A rowing group", **{"action-publish": "yes"})
    assert saved.status_code == 302
    rebuild()
    assert shipped.approaches == approaches
    assert "rowing</mark> group" in page_found("rowing")[0]


# The worker


def test_the_worker_backs_off_and_says_where_it_stands(shipped: Proxy, walking: Page) -> None:
    assert due()
    walking.save()
    shipped.be(Behaviour.HANG)
    pauses = []
    for _attempt in range(6):
        started = time.perf_counter()
        assert not due()
        assert time.perf_counter() - started < elasticsearch.KNOCKING_PATIENCE + MARGIN
        pauses.append(round(shipping.pauses.seconds_left))
        assert JobRun.objects.get(name=SHIP.name).busy_until is not None
        shipping.pauses.closed_again_at = 0
        shipped.be(Behaviour.REFUSE)  # as good as hanging, and quicker
    assert pauses == [2, 4, 8, 16, 30, 30], "what was written is there within a minute of the recovery"

    approaches = shipped.approaches
    shipped.be(Behaviour.PASS)
    assert not run_if_due(SHIP), "not before the pause is over"
    assert shipped.approaches == approaches
    shipped.be(Behaviour.REFUSE)
    said = status()
    assert "to send 1\n" in said
    assert "next attempt" in said
    assert "elasticsearch does not answer (ConnectionError); the database searches instead" in said

    shipped.be(Behaviour.PASS)
    assert due()
    assert shipping.difference().count == 0
    assert "to send 0\n" in status()


def test_a_missing_index_is_made_and_serves_only_when_it_is_full(
    shipped: Proxy, home_page: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        factories.content_page(home_page, f"A rowing group {number}")
    shipping.ship()
    missing_index(shipped)
    monkeypatch.setattr(shipping, "BATCH", 2)
    seen: list[dict[str, str]] = []
    send = shipping._send

    def watched(*values: Any) -> dict[int, str]:
        seen.append(shipping._serving())
        return send(*values)

    monkeypatch.setattr(shipping, "_send", watched)
    assert due()
    assert len(seen) > 1
    assert not any(seen)
    assert (shipping.difference().count, waiting()) == (0, 0)
    assert not page_found("walking")[1]


def test_an_index_of_an_earlier_version_is_made_anew_and_the_database_searches_meanwhile(
    shipped: Proxy, walking: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    mappings = elasticsearch.MAPPINGS
    properties = {name: kind for name, kind in mappings["properties"].items() if name != "pk"}
    monkeypatch.setitem(mappings, "properties", properties)
    monkeypatch.setitem(mappings, "_meta", {"shape": "earlier"})
    shipping.rebuild_index()
    monkeypatch.undo()
    content, is_database, _seconds = page_found("walking")
    assert is_database
    assert "/walking/" in content
    old = serving()
    shipping.ship()
    assert serving() != old
    eventually(lambda: not page_found("walking")[1])
    assert (shipping.difference().count, waiting()) == (0, 0)


def test_an_index_that_vanishes_while_it_is_filled_takes_nothing(
    shipped: Proxy, walking: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not count as sent, and no index without our mappings springs up."""
    walking.save()
    rebuild()
    missing_index(shipped)
    monkeypatch.setattr(shipping, "_serving", lambda: {"it was there a moment ago": shipping.SHAPE})
    with pytest.raises(EngineDownError, match="index_not_found"):
        shipping.ship()
    assert waiting() == 1
    monkeypatch.undo()
    assert not client(20.0).indices.exists(index=elasticsearch.settings.ELASTICSEARCH_INDEX)
    assert due()
    assert (shipping.difference().count, waiting()) == (0, 0)


@pytest.mark.parametrize(
    "block",
    ["write", "read_only_allow_delete"],  # the second is what Elasticsearch sets when its disk is nearly full
)
def test_what_a_read_only_index_refuses_is_sent_when_it_takes_again(
    shipped: Proxy, walking: Page, home_page: HomePage, block: str
) -> None:
    [index] = serving()
    client(20.0).indices.put_settings(index=index, settings={f"index.blocks.{block}": True})
    factories.content_page(home_page, "A rowing group")
    walking.unpublish()
    assert not due()
    assert waiting() == 2
    assert f"{index} takes nothing (index.blocks.{block})" in status()
    eventually(lambda: not page_found("walking")[1], 10)
    assert total("walking") == 0, "what was taken offline is not found, although the server still has it"

    client(20.0).indices.put_settings(index=index, settings={f"index.blocks.{block}": None})
    assert due()
    assert (waiting(), shipping.difference().count) == (0, 0)
    assert total("rowing") == 1


def test_a_page_moved_to_a_private_section_is_not_found_before_the_server_knows(
    shipped: Proxy, walking: Page, home_page: HomePage
) -> None:
    members = factories.content_page(home_page, "For members")
    PageViewRestriction.objects.create(page=members.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    eventually(lambda: total("walking") == 1)
    Page.objects.get(pk=walking.pk).move(Page.objects.get(pk=members.pk), pos="last-child")
    assert total("walking") == 0


def test_an_expired_page_is_not_found_although_no_worker_runs(shipped: Proxy, walking: Page) -> None:
    walking.expire_at = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1)
    walking.save()
    shipping.ship()
    time.sleep(1.1)
    assert total("walking") == 0


def test_with_too_much_to_hide_the_database_answers(
    shipped: Proxy, walking: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elasticsearch, "MOST_HIDDEN", 0)
    walking.unpublish()
    results, stood_in = answer(parse("walking", LOCALE), 0, 10)
    assert (results.total, stood_in) == (0, True)


def test_one_document_that_is_refused_does_not_hold_up_the_others(
    shipped: Proxy, walking: Page, home_page: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipping, "BATCH", 2)
    for number in range(4):
        factories.content_page(home_page, f"A rowing group {number}")
    while rebuild():
        pass
    SearchDocument.objects.filter(page=walking).update(version=F("version") + 1, facets={"topic": [{"no": "keyword"}]})
    with pytest.raises(EngineDownError, match="document_parsing_exception"):
        shipping.ship()
    assert waiting() == 1
    assert shipping.difference().outdated == [SearchDocument.objects.get(page=walking).pk]


def test_a_half_finished_rebuild_leaves_the_old_index_serving(
    shipped: Proxy, walking: Page, home_page: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def killed(_done: int, _all: int) -> None:
        walking.save()  # meanwhile somebody publishes
        rebuild()
        raise KilledError

    alias = elasticsearch.settings.ELASTICSEARCH_INDEX
    neighbour = f"{alias}-staging-20261122180000000000"
    client(20.0).indices.create(index=neighbour)
    monkeypatch.setattr(shipping, "BATCH", 1)
    old = serving()
    with pytest.raises(KilledError):
        shipping.rebuild_index(killed)
    assert serving() == old
    assert len(client(20.0).indices.get(index=f"{alias}-*")) == 3
    shipping.ship()
    assert shipping.difference().count == 0, "what was published meanwhile is in the old index"
    shipping.rebuild_index()
    [new] = serving()
    assert [new] != old
    assert set(client(20.0).indices.get(index=f"{alias}-*")) == {new, neighbour}, "but another hub's index stays"


def test_what_changes_during_a_rebuild_is_in_the_new_index(
    shipped: Proxy, walking: Page, home_page: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = factories.content_page(home_page, "A rowing group")
    shipping.ship()

    def meanwhile(done: int, _all: int) -> None:
        if done != 1:
            return
        factories.content_page(home_page, "A cycling group")
        leaving.delete()
        walking.title, walking.summary = "A running group", "They meet each Tuesday."
        walking.save()
        shipping.ship()

    monkeypatch.setattr(shipping, "BATCH", 1)
    shipping.rebuild_index(meanwhile)
    assert (shipping.difference().count, waiting()) == (0, 0)
    assert [total(word) for word in ("walking", "rowing", "running", "cycling")] == [0, 0, 1, 1]


def test_two_indices_behind_the_name_become_one(shipped: Proxy) -> None:
    """Two workers that both found none may have left that."""
    alias = elasticsearch.settings.ELASTICSEARCH_INDEX
    client(20.0).indices.create(index=f"{alias}-20261122180000000000", aliases={alias: {}})
    assert len(serving()) == 2
    assert due()
    assert len(serving()) == 1
    assert shipping.difference().count == 0


def test_rows_put_back_from_a_backup_win_over_newer_documents(shipped: Proxy, walking: Page) -> None:
    for _edit in range(3):
        walking.save()
        shipping.ship()
    SearchDocument.objects.filter(page=walking).update(title="From the backup", version=1, synced_version=1)
    shipping.catch_up()
    assert shipping.difference().count == 0
    row = SearchDocument.objects.get(page=walking)
    there = client(20.0).get(index=elasticsearch.settings.ELASTICSEARCH_INDEX, id=str(row.pk))
    assert there["_source"]["sort_title"] == "From the backup"


def test_commands_say_in_words_that_the_server_is_away(shipped: Proxy) -> None:
    shipped.be(Behaviour.REFUSE)
    with pytest.raises(CommandError, match="what answered before goes on answering"):
        call_command("search_rebuild", stdout=StringIO())
    with pytest.raises(CommandError, match="cannot be compared"):
        call_command("search_reconcile", stdout=StringIO())


def test_after_a_restart_everything_written_meanwhile_is_there_by_itself(
    own_server: Server, settings: Settings, index_name: str, walking: Page, home_page: HomePage
) -> None:
    """Only the worker's ordinary rounds run. The server is killed as in a power cut, and comes back."""
    use(settings, own_server.url, index_name)
    worker = Worker()
    worker.round()
    assert waiting() == 0
    own_server.kill()
    worker.round()
    for number in range(3):
        factories.content_page(home_page, f"A rowing group {number}")
    walking.unpublish()
    JobRun.objects.filter(name=SHIP.name).update(busy_until=None)
    worker.round()
    assert waiting() >= 4 or SearchDocument.objects.dirty().count() >= 4
    assert "rowing" in page_found("rowing")[0]

    own_server.start()
    started = time.monotonic()
    while waiting() or SearchDocument.objects.dirty().exists():
        assert time.monotonic() - started < 60
        worker.round()
        time.sleep(0.2)
    assert shipping.difference().count == 0
    out = StringIO()
    call_command("search_reconcile", dry_run=True, stdout=out)
    assert out.getvalue() == "missing 0, outdated 0, stray 0\n"
    with Elasticsearch(own_server.url, request_timeout=20) as direct:
        direct.indices.delete(index=serving())
    use(settings, "", index_name)


@pytest.fixture
def file_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database that threads can share, each over a connection of its own."""
    if environment.on_postgresql():
        pytest.skip("The file is SQLite's; what is shown here does not depend on the database.")
    with django_db_blocker.unblock():
        connection.connection = None  # the one in memory belongs to other tests
        with databases.file_copy_in_use(environment.migrated_database()):
            yield


@pytest.mark.usefixtures("file_database")
def test_of_several_workers_at_once_none_loses_or_reverses_an_update(
    settings: Settings, proxy: Proxy, engine: Proxy
) -> None:
    home = factories.home_page()
    for number in range(6):
        factories.content_page(home, f"Group {number}")
    shipping.ship()
    proxy.delay = 0.1
    proxy.be(Behaviour.SLOW)
    stop, problems = threading.Event(), []

    def at_it(job: Callable[[], object]) -> None:
        try:
            while not stop.is_set():
                with suppress(EngineDownError):  # two rebuilds at once: one of them wins
                    job()
        except Exception as error:
            problems.append(error)
        finally:
            connections.close_all()

    def edit() -> None:
        for number in range(60):
            rows = SearchDocument.objects.filter(is_dirty=False, page__isnull=False).order_by("?")[:2]
            for row in rows:
                SearchDocument.objects.filter(pk=row.pk).update(
                    title=f"Group in state {number}", is_removed=number % 5 == 0, version=F("version") + 1
                )
            time.sleep(0.03)
        stop.set()

    jobs: list[Callable[[], object]] = [shipping.ship, shipping.ship, shipping.ship, shipping.rebuild_index, edit]
    threads = [threading.Thread(target=at_it, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not problems
    proxy.be(Behaviour.PASS)

    shipping.ship()
    assert (waiting(), shipping.difference().count) == (0, 0)
    there = client(20.0).search(index=elasticsearch.settings.ELASTICSEARCH_INDEX, size=100)["hits"]["hits"]
    rows = SearchDocument.objects.shown().values_list("pk", "title")
    assert {(int(hit["_id"]), hit["_source"]["sort_title"]) for hit in there} == set(rows)
