"""What every public page carries, and the addresses beside the pages."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.models import Page, PageViewRestriction

from home import errors
from home.models import BasePage
from home.structured_data import breadcrumb_data
from tests import factories
from tests.factories import SiteTree

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


def pages_of(site: SiteTree) -> list[BasePage]:
    return [getattr(site, name) for name in SiteTree.__slots__ if name != "claim"]


def html_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


# Errors


def test_what_is_not_there_is_404_and_leads_on(client: Client, site: SiteTree) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    html = response.content.decode()
    assert "We cannot find that page" in html
    assert 'content="noindex"' in html
    assert "nhsuk" in html
    assert "<main" in html


def test_a_withdrawn_page_says_so(client: Client, site: SiteTree) -> None:
    site.case_study.unpublish()
    site.case_study.review.mark_withdrawn("A figure was wrong.")
    response = client.get(site.case_study.get_url())
    assert response.status_code == 410
    html = response.content.decode()
    assert "This page has been withdrawn" in html
    assert site.case_study.title not in html
    assert 'content="noindex"' in html


def test_a_page_that_was_merely_unpublished_is_404(client: Client, site: SiteTree) -> None:
    site.case_study.unpublish()
    assert client.get(site.case_study.get_url()).status_code == 404


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (errors.bad_request, 400, "We could not read that address"),
        (errors.permission_denied, 403, "You cannot see this page"),
        (errors.page_not_found, 404, "We cannot find that page"),
        (errors.server_error, 500, "Something went wrong on our side"),
    ],
)
def test_error_pages_need_no_database(rf: Any, view: Any, status: int, words: str) -> None:
    """This test has no access to one: any query would fail it."""
    response = view(rf.get("/"))
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_failure_in_a_page_is_a_helpful_500(site: SiteTree, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a bug with patient data in its message")

    monkeypatch.setattr("home.models.pages.ContentPage.get_context", fail)
    response = Client(raise_request_exception=False).get(site.about.get_url())
    assert response.status_code == 500
    html = response.content.decode()
    assert "Something went wrong on our side" in html
    assert "patient data" not in html


# Files for machines


def test_robots_keep_out_of_the_admin_and_find_the_sitemap(client: Client, db: None) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    text = response.content.decode()
    assert "Disallow: /cms/" in text
    assert "Sitemap: http://localhost/sitemap.xml" in text


def sitemap(client: Client) -> list[str]:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314  (our own answer)
    return [str(place.text) for place in root.iter(f"{SITEMAP}loc")]


def test_the_sitemap_names_every_public_page_by_its_whole_address(client: Client, site: SiteTree) -> None:
    assert set(sitemap(client)) == {page.get_full_url() for page in pages_of(site)}
    assert all(address.startswith("http://") for address in sitemap(client))


def test_the_sitemap_leaves_out_what_is_private(client: Client, site: SiteTree) -> None:
    PageViewRestriction.objects.create(page=site.framework.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert not [address for address in sitemap(client) if "/the-framework/" in address]


@pytest.mark.parametrize(("address", "entries"), [("/feed/", 3), ("/blog/feed/", 1)])
def test_feeds_are_atom(client: Client, site: SiteTree, address: str, entries: int) -> None:
    response = client.get(address)
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)  # noqa: S314  (our own answer)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}"), name
    found = feed.findall(f"{ATOM}entry")
    assert len(found) == entries
    for entry in found:
        for name in ("id", "title", "updated", "published", "summary"):
            assert entry.findtext(f"{ATOM}{name}"), name
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href", "").startswith("http://")
    assert len({entry.findtext(f"{ATOM}id") for entry in found}) == entries


def test_an_empty_feed_is_a_feed(client: Client, site: SiteTree) -> None:
    Page.objects.filter(depth__gt=2).update(live=False)
    for address in ("/feed/", "/blog/feed/"):
        feed = ElementTree.fromstring(client.get(address).content)  # noqa: S314  (our own answer)
        assert feed.findall(f"{ATOM}entry") == []


def test_a_page_without_a_first_publication_does_not_stop_the_feed(client: Client, site: SiteTree) -> None:
    type(site.case_study).objects.filter(pk=site.case_study.pk).update(first_published_at=None, last_published_at=None)
    assert client.get("/feed/").status_code == 200


def test_feeds_bear_odd_characters(client: Client, site: SiteTree) -> None:
    factories.blog_post(site.blog, "Body & mind <b>“first”</b> 😀", summary="1 < 2 & ]]>")
    feed = ElementTree.fromstring(client.get("/blog/feed/").content)  # noqa: S314  (our own answer)
    assert "Body & mind <b>“first”</b> 😀" in [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


# What a page says about itself


def structured(html: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("home", "Organization"), ("case_study", "Article"), ("post", "Article"), ("research", "ScholarlyArticle"),
     ("standard", "WebPage"), ("about", "WebPage")],
)  # fmt: skip
def test_structured_data_has_the_right_type(client: Client, site: SiteTree, name: str, kind: str) -> None:
    page = getattr(site, name)
    first = structured(html_of(client, page.get_url()))[0]
    assert first["@context"] == "https://schema.org"
    assert first["@type"] == kind
    assert first["url"] == page.get_full_url()
    if kind.endswith("Article"):
        assert first["headline"] == page.title
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d", first["datePublished"])
        assert first["author"]
    if name == "research":
        assert first["isBasedOn"] == "https://doi.org/10.1016/S2215-0366(19)30047-1"


def test_every_page_below_the_first_has_a_breadcrumb(client: Client, site: SiteTree) -> None:
    others = [
        site.claim.service.get_absolute_url(),
        site.claim.service.organisation.get_absolute_url(),
        "/topics/smoking/",
    ]
    for address in [*(page.get_url() for page in pages_of(site)[1:]), *others]:
        crumbs = structured(html_of(client, address))[-1]
        assert crumbs["@type"] == "BreadcrumbList", address
        steps = crumbs["itemListElement"]
        assert [step["position"] for step in steps] == list(range(1, len(steps) + 1))
        assert all(step["item"].startswith("http://localhost/") for step in steps), address
        assert steps[-1]["item"].endswith(address)


def test_a_standards_breadcrumb_leads_through_edition_and_theme(site: SiteTree, client: Client) -> None:
    names = [step["name"] for step in structured(html_of(client, site.standard.get_url()))[-1]["itemListElement"]]
    assert names == ["Home", "The framework", "Getting the basics right", "Check physical health once a year"]


def test_structured_data_cannot_break_out_of_its_element(client: Client, site: SiteTree) -> None:
    page = factories.content_page(site.home, "</script><script>alert(1)</script>", slug="odd", summary="<!-- & \u2028")
    html = html_of(client, page.get_url())
    assert "<script>alert" not in html
    assert structured(html)[0]["name"] == page.title


def test_breadcrumbs_keep_whole_addresses() -> None:
    [step] = breadcrumb_data([("Elsewhere", "https://example.org/")])["itemListElement"]
    assert step["item"] == "https://example.org/"


def meta(html: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', html))


def test_pages_can_be_shared(client: Client, site: SiteTree) -> None:
    for page in pages_of(site):
        html = html_of(client, page.get_url())
        found = meta(html)
        assert found["og:url"] == page.get_full_url(), page
        assert found["og:title"], page
        assert found["og:type"] == page.og_type
        assert found["og:image"].startswith("http://")
        assert found["description"] == found["og:description"], page
        assert f'<link rel="canonical" href="{page.get_full_url()}">' in html


def test_the_canonical_address_has_no_filters(client: Client, site: SiteTree) -> None:
    assert f'<link rel="canonical" href="{site.library.get_full_url()}">' in html_of(
        client, f"{site.library.get_url()}?theme=1&page=1"
    )


def test_what_the_editor_wrote_for_search_engines_goes_first(client: Client, site: SiteTree) -> None:
    site.about.search_description, site.about.seo_title = "For search engines", "A title for them"
    site.about.save_revision().publish()
    html = html_of(client, site.about.get_url())
    assert meta(html)["description"] == "For search engines"
    assert "<title>A title for them" in html


def test_pages_say_their_language_and_have_one_heading(client: Client, site: SiteTree) -> None:
    for page in pages_of(site):
        html = html_of(client, page.get_url())
        assert '<html lang="en-gb" dir="ltr">' in html
        assert len(re.findall(r"<h1[ >]", html)) == 1, page
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), (page, [one for one in ids if ids.count(one) > 1])


# Addresses that change


def test_a_new_slug_keeps_the_old_address_working(
    client: Client, site: SiteTree, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old = site.case_study.get_url()
    site.case_study.slug = "first-visit"
    with django_capture_on_commit_callbacks(execute=True):
        site.case_study.save_revision().publish()
    response = client.get(f"{old}?utm_source=mail")
    assert response.status_code == 301
    assert response["Location"].startswith("/practice/first-visit/")
    assert client.get(old, follow=True).status_code == 200


def test_moving_a_section_keeps_the_addresses_below_it_working(client: Client, site: SiteTree) -> None:
    child = factories.content_page(site.about, "Who we are")
    old = child.get_url()
    section = factories.content_page(site.home, "The network")
    Page.objects.get(pk=site.about.pk).move(Page.objects.get(pk=section.pk), pos="last-child")
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == "/the-network/about-the-network/who-we-are/"
    assert client.get(old, follow=True).status_code == 200


# Headers

PUBLIC = ["/", "/practice/", "/feed/", "/accounts/login/", "/no-such-page/", "/health/", "/robots.txt"]


def policy(response: Any) -> dict[str, list[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


@pytest.mark.parametrize("address", PUBLIC)
def test_public_answers_carry_the_strict_policy(client: Client, site: SiteTree, address: str) -> None:
    rules = policy(client.get(address))
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["object-src"] == rules["base-uri"] == ["'none'"]
    assert rules["form-action"] == rules["frame-ancestors"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & {word for rule in rules.values() for word in rule}


def test_public_pages_need_nothing_that_the_policy_forbids(client: Client, site: SiteTree) -> None:
    for address in [*(page.get_url() for page in pages_of(site)), "/accounts/login/", "/topics/smoking/"]:
        html = html_of(client, address)
        assert not re.search(r"<style[ >]", html), address
        assert not re.search(r'\sstyle="', html), address
        assert not re.search(r'\son[a-z]+="', html), address
        scripts = re.findall(r"<script([^>]*)>", html)
        assert all("src=" in script or "ld+json" in script for script in scripts), address
        assert "javascript:" not in html
        sources = re.findall(r'(?:src|srcset)="(https?:)?//', html)
        assert sources == [], address


def test_the_admin_has_a_looser_policy_and_previews_the_strict_one(
    client: Client, site: SiteTree, editor_client: Client
) -> None:
    assert "'unsafe-inline'" in policy(editor_client.get("/cms/"))["script-src"]
    preview = editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[site.case_study.pk]))
    assert preview.status_code == 200
    assert policy(preview)["script-src"] == ["'self'"]
    assert policy(preview)["frame-ancestors"] == ["'self'"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("address", PUBLIC)
def test_security_headers(client: Client, site: SiteTree, address: str) -> None:
    response = client.get(address)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_readers_get_no_cookie(client: Client, site: SiteTree) -> None:
    for page in pages_of(site):
        response = client.get(page.get_url())
        assert not response.cookies, page


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=3600)
def test_with_https_readers_are_led_to_it_and_monitoring_is_not(site: SiteTree) -> None:
    client = Client()
    assert client.get("/practice/?theme=1")["Location"] == "https://testserver/practice/?theme=1"
    assert client.get("/health/").status_code == 200
    assert client.get("/", secure=True)["Strict-Transport-Security"].startswith("max-age=3600")


@pytest.mark.parametrize("address", ["/health/", "/cms/login/", "/_util/login/", "/accounts/login/"])
def test_what_differs_from_person_to_person_is_not_kept(client: Client, site: SiteTree, address: str) -> None:
    assert "no-cache" in client.get(address)["Cache-Control"]


# Languages


def test_english_has_no_prefix(client: Client, site: SiteTree) -> None:
    for page in pages_of(site):
        assert not page.get_url().startswith("/en")
    for prefix in ("/en-gb/", "/en/", "/fr/", "/ar/practice/"):
        assert client.get(prefix).status_code == 404, prefix


@pytest.mark.parametrize("language", ["fr", "ar", "xx", "en-US,en;q=0.5"])
def test_the_browsers_language_changes_nothing_yet(client: Client, site: SiteTree, language: str) -> None:
    response = client.get("/", headers={"accept-language": language})
    assert response.status_code == 200
    assert '<html lang="en-gb"' in response.content.decode()
