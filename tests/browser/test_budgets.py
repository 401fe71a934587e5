"""What a page costs over the wire: the reader may have an old phone on hospital Wi-Fi. It talks to us alone."""

from __future__ import annotations

from collections import Counter

import brotli
import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import PHONE, PageAt
from tests.browser.pages import PAGES

#: Bytes of brotli, by Playwright's kinds of resource. Static files are compressed once, as well as can be; pages quickly.
BUDGETS = {"document": 12_000, "stylesheet": 15_000, "script": 6_000}
REQUESTS = 8


def load(page: Page, address: str) -> list[Response]:
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address)
    return responses


def sizes(responses: list[Response]) -> Counter[str]:
    """Bytes of brotli by kind of resource, of the kinds that have a budget."""
    bytes_of: Counter[str] = Counter()
    for response in responses:
        kind = response.request.resource_type
        if kind in BUDGETS:
            quality = 5 if kind == "document" else 11
            bytes_of[kind] += len(brotli.compress(response.body(), quality=quality))
    return bytes_of


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())
def test_a_page_stays_within_its_budget(page_at: PageAt, site_url: str, address: str) -> None:
    """Violations of the content security policy would show in the console, of which `page_at` keeps watch."""
    responses = load(page_at(PHONE), address)
    assert {response.url.startswith(site_url) for response in responses} == {True}
    assert len(responses) <= REQUESTS, [response.url for response in responses]
    assert {kind: size for kind, size in sizes(responses).items() if size > BUDGETS[kind]} == {}


def test_static_files_are_sent_compressed_and_kept_for_ever(page_at: PageAt) -> None:
    kept = [response for response in load(page_at(), "/") if "/static/" in response.url]
    assert kept
    for response in kept:
        assert "immutable" in response.headers["cache-control"], response.url
        if response.url.endswith((".css", ".js")):
            assert response.headers["content-encoding"] in {"br", "gzip"}, response.url
