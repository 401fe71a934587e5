"""The whole demonstration site: every link leads somewhere, every anchor has its target."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

#: Lists that combine filters have more addresses than anybody could visit.
MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Visited:
    status: int
    ids: frozenset[str]
    links: tuple[str, ...]


def _links(soup: BeautifulSoup) -> Iterator[str]:
    for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src"), ("source", "srcset")):
        for element in soup.find_all(tag, attrs={attribute: True}):
            for candidate in str(element[attribute]).split(",") if attribute == "srcset" else [str(element[attribute])]:
                yield candidate.strip().split(" ")[0]


def visit(client: Client, address: str) -> Visited:
    response = client.get(address, follow=True, headers={"host": "localhost"})
    is_page = response.get("Content-Type", "").startswith("text/html")
    if not is_page or response.status_code != 200:
        response.close()
        return Visited(response.status_code, frozenset(), ())
    soup = BeautifulSoup(response.content, "html.parser")
    ids = frozenset(str(element["id"]) for element in soup.find_all(id=True))
    return Visited(200, ids, tuple(urljoin(address, link) for link in _links(soup)))


def local(address: str) -> str | None:
    """Path and query of an address of ours, without the fragment; None for other hosts and for mailto: and the like."""
    parts = urlsplit(address)
    if parts.scheme not in {"", "http", "https"} or parts.hostname not in {None, "localhost"}:
        return None
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def is_followed(address: str) -> bool:
    """Filters combine without end: their links are followed from the lists themselves only."""
    query = urlsplit(address).query
    return query.count("=") <= 1 and not urlsplit(address).path.startswith(("/static/", "/cms/"))


@pytest.fixture(scope="module")
def site(site_url: str) -> dict[str, Visited]:
    """Everything that can be reached from the home page."""
    client, found = Client(), {}
    waiting = deque(["/"])
    while waiting and len(found) < MOST_PAGES:
        address = waiting.popleft()
        if address in found:
            continue
        found[address] = visit(client, address)
        for link in found[address].links:
            target = local(link)
            if target and is_followed(target) and target not in found:
                waiting.append(target)
    return found


def test_the_crawl_sees_the_whole_site(site: dict[str, Visited]) -> None:
    assert len(site) < MOST_PAGES
    assert sum(address.startswith("/framework/") for address in site) >= 33
    assert sum(address.startswith("/practice/") for address in site) >= 27
    assert sum(address.startswith("/documents/") for address in site) >= 2


def test_no_link_is_broken(site: dict[str, Visited]) -> None:
    assert {address: page.status for address, page in site.items() if page.status != 200} == {}


def test_every_anchor_has_its_target(site: dict[str, Visited]) -> None:
    missing = set()
    for address, page in site.items():
        for link in page.links:
            fragment, target = urldefrag(link).fragment, local(link)
            if fragment and target in site and fragment not in site[target].ids:
                missing.add((address, link))
    assert missing == set()


def test_no_page_is_named_twice(site: dict[str, Visited]) -> None:
    """A page has one address: nothing links to it without its slash or through a redirect."""
    assert [address for address in site if f"{address}/" in site] == []
