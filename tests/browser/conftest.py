"""A browser, and the hub with its demonstration content.

All browser tests share one server and one database: a test that changes something puts it back, or changes only
what it made itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django import DjangoDbBlocker

from tests import databases, environment
from tests.browser.browsers import chromium
from tests.browser.server import running_server

#: Playwright's loop runs in the tests' thread; without this Django refuses to use its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE, DESKTOP = 390, 1280
#: How long the browser waits for something before a test fails: long, for a busy machine; nobody waits it out otherwise.
PATIENCE = 45_000
expect.set_options(timeout=PATIENCE)

PageAt = Callable[..., Page]


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration content, in a file that server threads can share."""
    with django_db_blocker.unblock(), databases.file_copy_in_use(environment.demonstration_database()):
        yield


@pytest.fixture(scope="session")
def site_url(django_db_setup: None) -> Iterator[str]:
    """Address of the running hub. The database is open to these tests, without a transaction around each."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def emails_are_kept(site_url: str, settings: Any) -> None:
    """As outside tests: written to the database, where the worker finds them."""
    settings.EMAIL_BACKEND = "post_office.EmailBackend"


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console and scripts complained of; `page_at` asserts at the end that it is empty."""
    return []


def _listen(page: Page, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


@pytest.fixture
def page_at(browser: Browser, site_url: str, complaints: list[str]) -> Iterator[PageAt]:
    """`page_at(width)`: a page in a fresh browser context, whose addresses may be relative ("/practice/").

    `page_at(width, javascript=False)` is a reader without JavaScript.
    """
    contexts: list[BrowserContext] = []

    def open_page(width: int = DESKTOP, *, height: int = 900, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=site_url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        _listen(page, complaints)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
