"""The whole demonstration site: links and anchors lead somewhere, and every page has a sound frame and policy."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client

#: Lists that combine filters have more addresses than anybody could visit.
MOST_PAGES = 400


#: What the content security policy forbids; blocks of data are not run.
INLINE = "script:not([src], [type='application/ld+json']), style, [style], [onclick], [onload]"


@dataclass(frozen=True, slots=True)
class Visited:
    """What the tests want to know of a response; of a page also its frame."""

    status: int
    policy: str = ""
    ids: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    headings: tuple[int, ...] = ()
    language: str = ""
    title: str = ""
    inline: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        return bool(self.headings)


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
        return Visited(response.status_code)
    soup = BeautifulSoup(response.content, "html.parser")
    return Visited(
        status=200,
        policy=response.get("Content-Security-Policy", ""),
        ids=tuple(str(element["id"]) for element in soup.find_all(id=True)),
        links=tuple(urljoin(address, link) for link in _links(soup)),
        headings=tuple(int(heading.name[1]) for heading in soup.find_all(["h1", "h2", "h3", "h4", "h5", "h6"])),
        language=str(soup.html["lang"]) if soup.html else "",
        title=soup.title.get_text() if soup.title else "",
        inline=tuple(str(element)[:120] for element in soup.select(INLINE)),
    )


def local(address: str) -> str | None:
    """Path and query of an address of ours, without the fragment; None for other hosts and for mailto: and the like."""
    parts = urlsplit(address)
    if parts.scheme not in {"", "http", "https"} or parts.hostname not in {None, "localhost"}:
        return None
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def is_followed(address: str) -> bool:
    """Filters combine without end: their links are followed from the lists themselves only.

    Every page has a link to the login that leads back to it; the login itself is seen all the same.
    """
    parts = urlsplit(address)
    if parts.query and parts.path.startswith("/accounts/"):
        return False
    return parts.query.count("=") <= 1 and not parts.path.startswith(("/static/", "/cms/"))


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


def test_every_page_has_one_first_heading_and_skips_no_level(site: dict[str, Visited]) -> None:
    for address, page in site.items():
        if page.is_page:
            assert page.headings.count(1) == page.headings[0] == 1, address
            steps = zip(page.headings, page.headings[1:], strict=False)
            assert all(deeper <= level + 1 for level, deeper in steps), (address, page.headings)


def test_every_page_names_its_language_and_itself(site: dict[str, Visited]) -> None:
    pages = {address: page for address, page in site.items() if page.is_page}
    assert {page.language for page in pages.values()} == {"en-gb"}
    assert [address for address, page in pages.items() if not page.title.endswith("Quality Improvement Network")] == []
    titles = Counter(page.title for address, page in pages.items() if "?" not in address)
    assert [title for title, count in titles.items() if count > 1] == []


def test_no_identifier_is_used_twice_on_a_page(site: dict[str, Visited]) -> None:
    twice = {address: [one for one, n in Counter(page.ids).items() if n > 1] for address, page in site.items()}
    assert {address: ids for address, ids in twice.items() if ids} == {}


def test_every_page_forbids_what_is_inline_and_has_nothing_inline(site: dict[str, Visited]) -> None:
    for address, page in site.items():
        if page.is_page:
            assert "default-src 'none'" in page.policy, address
            assert "unsafe" not in page.policy, address
            assert page.inline == (), address
