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


def is_ours(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"", "http", "https"} and parts.hostname in {None, "localhost"}


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
            target = urldefrag(link).url
            relative = target.removeprefix(site_url) or "/"
            if is_ours(target) and is_followed(relative) and relative not in found:
                waiting.append(relative)
    return found


def test_the_crawl_sees_the_whole_site(site: dict[str, Visited]) -> None:
    assert len(site) < MOST_PAGES
    assert sum(address.startswith("/framework/") for address in site) >= 33
    assert sum(address.startswith("/practice/") for address in site) >= 27
    assert sum(address.startswith("/documents/") for address in site) >= 2


def test_no_link_is_broken(site: dict[str, Visited]) -> None:
    assert {address: page.status for address, page in site.items() if page.status != 200} == {}


def test_every_anchor_has_its_target(site: dict[str, Visited], site_url: str) -> None:
    missing = set()
    for address, page in site.items():
        for link in page.links:
            target, fragment = urldefrag(link)
            there = site.get(target.removeprefix(site_url) or address)
            if fragment and is_ours(target) and there is not None and fragment not in there.ids:
                missing.add((address, link))
    assert missing == set()


def test_no_page_is_named_twice(site: dict[str, Visited]) -> None:
    """A page has one address: nothing links to it without its slash or through a redirect."""
    assert [address for address in site if f"{address}/" in site] == []


def test_dbg(site):
    import collections
    c=collections.Counter((a.split("/")[1]+("?" if "?" in a else "")) for a in site)
    print(c, len(site))
    assert 0
