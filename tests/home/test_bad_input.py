"""Whatever is sent, the answer is a helpful page with the right status, never a failure."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.factories import SiteTree

pytestmark = pytest.mark.slow


@pytest.fixture
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


@pytest.fixture
def client() -> Client:
    """Answers as the server would: a failure is a 500, not an exception."""
    return Client(raise_request_exception=False)


def addresses(site: SiteTree) -> list[str]:
    pages = [getattr(site, name).get_url() for name in SiteTree.__slots__ if name != "claim"]
    views = ["/feed/", "/blog/feed/", "/sitemap.xml", "/robots.txt", "/health/", "/accounts/login/", "/topics/smoking/"]
    return [*pages, *views, site.claim.service.get_absolute_url(), site.claim.service.organisation.get_absolute_url()]


QUERIES = {
    "nothing": "",
    "names without values": "theme&page&sort",
    "page zero": "page=0",
    "page below zero": "page=-99999999999999999999",
    "page beyond everything": "page=99999999999999999999999999",
    "page with a superscript": "page=%C2%B2",
    "page in Arabic digits": "page=%D9%A3",
    "page with five thousand digits": "page=" + "9" * 5000,
    "page as a fraction": "page=1.0",
    "page not a number": "page=NaN",
    "quotation marks": "theme=%22&topic=%27&standard=%27%3B--&organisation=%60&q=%22",
    "brackets": "theme[]=1&theme[0]=1&topic={}&standard=(((&sort=[",
    "markup": "theme=%3Cscript%3Ealert(1)%3C/script%3E",
    "template words": "theme=%7B%7B7*7%7D%7D&sort=%25s%25(x)s",
    "invalid UTF-8": "theme=%ff%fe&page=%e2%82",
    "half an escape": "theme=%&page=%2",
    "half a surrogate": "theme=%ED%A0%80",
    "hundreds of values": "&".join(f"year={number}" for number in range(700)),
    "every filter at once": "theme=1&theme=2&standard=1.1&setting=primary-care&condition=x&population=adults&year=2025"
    "&result=worked&evidence=trial&organisation=x&topic=x&sort=title&page=2",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_lists_bear_every_query(client: Client, site: SiteTree, query: str) -> None:
    lists = [page.get_url() for page in (site.library, site.research_index, site.blog, site.standard)]
    answers = {address: client.get(f"{address}?{query}").status_code for address in [*lists, "/accounts/login/"]}
    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("query", ["", "page=-1&theme=%22%ff&x[]=%", "&".join(f"year={year}" for year in range(700))])
def test_every_address_bears_a_query(client: Client, site: SiteTree, query: str) -> None:
    answers = {address: client.get(f"{address}?{query}").status_code for address in addresses(site)}
    assert set(answers.values()) == {200}, answers


def test_what_came_in_the_address_is_escaped(client: Client, site: SiteTree) -> None:
    html = client.get(f"{site.library.get_url()}?theme=1&x=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "address",
    ["/?page=%00", "/practice/?theme=a%00b", "/%00/", "/practice/%00", "/feed/?x=%00", "/accounts/login/?next=%00"],
)
def test_a_nul_character_is_a_bad_request(client: Client, site: SiteTree, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "We could not read that address" in response.content.decode()


def test_a_raw_nul_character_is_a_bad_request(client: Client, site: SiteTree) -> None:
    assert client.get("/", QUERY_STRING="theme=\x00").status_code == 400


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages"])
def test_a_nul_character_in_a_cookie_is_a_bad_request(client: Client, site: SiteTree, name: str) -> None:
    for address in ("/", "/accounts/login/", "/cms/"):
        assert client.get(address, headers={"cookie": f'{name}="abcdefgh\\000"'}).status_code == 400, address


def test_a_nul_character_in_a_form_is_refused(client: Client, site: SiteTree) -> None:
    answer = client.post("/accounts/login/", {"login": "a\x00@example.org", "password": "\x00"})
    assert answer.status_code == 200


def test_a_huge_query_is_a_bad_request(client: Client, site: SiteTree) -> None:
    for address in addresses(site):
        response = client.get(f"{address}?theme={'x' * 10_000}")
        assert response.status_code == 400, address
        assert "We could not read that address" in response.content.decode()


NO_SUCH_PAGES = [
    "/no-such-page/",
    "/practice/no-such-page/",
    "/topics/no-such-topic/",
    "/organisations/nobody/",
    "/services/nothing/",
    "/documents/999/nothing.pdf",
    "/documents/99999999999999999999999/nothing.pdf",
    "/media/documents/secret.pdf",
    "/media/images/../../hub/settings.py",
    "/media/images/%2e%2e/%2e%2e/hub/settings.py",
    "/media/original_images/nothing.png",
    "/media/",
    "/ﾃ/%F0%9F%92%A9/",
    "/practice/%22%27%3B--/",
    "/%ff%fe/",
    "/" + "x" * 10_000 + "/",
    "/" + "x/" * 1_000,
    "/wp-login.php",
    "/.env",
    "/admin/",
    "/_util/authenticate_with_password/1/1/x/",
]


@pytest.mark.parametrize("address", NO_SUCH_PAGES, ids=[address[:40] for address in NO_SUCH_PAGES])
def test_what_is_not_there_is_not_found_and_helps_on(client: Client, site: SiteTree, address: str) -> None:
    response = client.get(address, follow=True)
    assert response.status_code == 404
    html = response.content.decode()
    assert "We cannot find that page" in html
    assert 'href="/"' in html


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_wrong_methods_are_not_allowed(client: Client, site: SiteTree, method: str) -> None:
    own = [address for address in addresses(site) if not address.startswith("/accounts/")]
    answers = {address: getattr(client, method)(address).status_code for address in own}
    assert set(answers.values()) == {405}, answers


def test_head_is_get_without_a_body(client: Client, site: SiteTree) -> None:
    for address in addresses(site):
        response = client.head(address)
        assert response.status_code == 200, address
        assert response.content == b""


def test_options_says_what_pages_allow(client: Client, site: SiteTree) -> None:
    response = client.options(site.library.get_url())
    assert response.status_code == 200
    assert set(response["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("host", ["evil.example.org", "localhost:80:80", "", "127.0.0.1@evil.example.org", "[::1"])
def test_another_host_is_a_bad_request(client: Client, site: SiteTree, host: str) -> None:
    for address in ("/", "/practice/", "/feed/", "/robots.txt", "/accounts/login/", "/sitemap.xml"):
        response = client.get(address, headers={"host": host or " "})
        assert response.status_code == 400, address
        assert "We could not read that address" in response.content.decode()


@pytest.mark.parametrize("address", ["/practice", "/blog", "/feed", "/topics/smoking", "/accounts/login"])
def test_a_missing_slash_is_added_and_the_query_kept(client: Client, site: SiteTree, address: str) -> None:
    response = client.get(f"{address}?theme=1&theme=2")
    assert response.status_code == 301
    assert response["Location"] == f"{address}/?theme=1&theme=2"


@pytest.mark.parametrize("address", ["//evil.example.org", "//evil.example.org/%2e%2e", "/%5cevil.example.org"])
def test_a_missing_slash_never_leads_away(client: Client, site: SiteTree, address: str) -> None:
    response = client.get("/", PATH_INFO=address)
    assert response.status_code in {301, 404}
    assert not response.get("Location", "/").startswith(("//", "/\\", "http"))


def test_odd_headers_are_borne(client: Client, site: SiteTree) -> None:
    headers = {
        "accept-language": "xx-" + "y" * 600 + ",*;q=abc,\u00e9",
        "if-modified-since": "yesterday",
        "if-none-match": '"\u00e9',
        "referer": "\u00e9://[",
        "accept-encoding": "gzip;q=x",
        "cookie": "=;;;a=b; sessionid=%00; messages=garbage; csrftoken=" + "x" * 5000,
        "range": "bytes=99-1",
        "x-forwarded-proto": "https, http",
        "x-requested-with": "XMLHttpRequest",
        "content-type": "application/json; charset=nonsense",
    }
    for address in addresses(site):
        assert client.get(address, headers=headers).status_code == 200, address
