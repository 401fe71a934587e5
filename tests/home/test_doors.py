"""There is one way in: every login address leads to the same page, and nobody is sent elsewhere or round in circles."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from wagtail.models import PageViewRestriction

from home.models import User
from tests import factories
from tests.factories import PASSWORD, SiteTree

LOGIN = "/accounts/login/"


@pytest.fixture
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


@pytest.fixture
def reader(db: None) -> User:
    """Somebody with an account and no access to the admin."""
    return factories.user("reader@example.org")


@pytest.fixture
def reader_client(reader: User) -> Client:
    client = Client()
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sign_in(client: Client, email: str = "reader@example.org", password: str = PASSWORD, **query: str) -> object:
    return client.post(
        f"{LOGIN}?{'&'.join(f'{key}={value}' for key, value in query.items())}", {"login": email, "password": password}
    )


# All doors are one


@pytest.mark.parametrize(
    ("door", "target"),
    [
        ("/cms/login/", "/cms/"),
        ("/cms/login/?next=/cms/pages/", "/cms/pages/"),
        ("/_util/login/?next=/practice/", "/practice/"),
        ("/_util/login/", "/"),
        ("/cms/", "/cms/"),
        ("/cms/pages/", "/cms/pages/"),
        ("/cms/pages/?q=smoking&p=2", "/cms/pages/?q=smoking&p=2"),
    ],
)
def test_every_door_leads_to_the_one_login_page(client: Client, site: SiteTree, door: str, target: str) -> None:
    response = client.get(door, follow=True)
    address = urlsplit(response.redirect_chain[-1][0])
    assert (response.status_code, address.path, address.netloc) == (200, LOGIN, "")
    assert parse_qs(address.query)["next"] == [target]


def test_a_private_page_leads_to_the_login_page_and_back(client: Client, site: SiteTree, reader: User) -> None:
    PageViewRestriction.objects.create(page=site.about.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    response = client.get(site.about.get_url())
    assert response.status_code == 302
    assert urlsplit(response["Location"]).path == LOGIN
    answer = client.post(response["Location"], {"login": reader.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == site.about.get_url()
    assert answer.status_code == 200


def test_the_login_page_is_the_only_one_that_takes_a_password(client: Client, reader: User) -> None:
    for door in ("/cms/login/", "/_util/login/"):
        client.post(door, {"username": reader.email, "password": PASSWORD, "login": reader.email})
        assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("prefix", ["en-gb", "en", "fr"])
def test_there_are_no_doors_under_a_language_prefix(client: Client, site: SiteTree, prefix: str) -> None:
    """English has no prefix, and no other language is switched on."""
    for door in ("accounts/login/", "_util/login/", "cms/login/", "cms/", "admin/"):
        assert client.get(f"/{prefix}/{door}").status_code == 404, door


def test_addresses_have_no_language_prefix() -> None:
    for name in ("account_login", "private_page_login", "feed"):
        assert not reverse(name).startswith("/en")


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/django-admin/", "/cms/admin/"])
def test_there_is_no_admin_of_django(client: Client, admin_client: Client, site: SiteTree, address: str) -> None:
    assert client.get(address).status_code in {302, 404}
    assert admin_client.get(address).status_code == 404


# Signed in without access to the admin


@pytest.mark.parametrize("address", ["/cms/login/", "/cms/", "/cms/pages/", "/cms/login/?next=/cms/pages/"])
def test_somebody_without_access_is_refused_and_not_sent_in_circles(
    reader_client: Client, site: SiteTree, address: str
) -> None:
    response = reader_client.get(address, follow=True)
    assert response.status_code == 403
    assert "You cannot see this page" in response.content.decode()


def test_signing_in_on_the_way_to_the_admin_without_access_ends_in_403(
    client: Client, site: SiteTree, reader: User
) -> None:
    response = client.post(f"{LOGIN}?next=/cms/", {"login": reader.email, "password": PASSWORD}, follow=True)
    assert response.status_code == 403


def test_an_editor_gets_in(editor_client: Client, site: SiteTree) -> None:
    assert editor_client.get("/cms/").status_code == 200
    assert editor_client.get("/cms/login/")["Location"] == "/cms/"


# Nobody is sent away


FOREIGN = [
    "https://evil.example.org/",
    "//evil.example.org/",
    "/\\evil.example.org/",
    "\\\\evil.example.org",
    "http:evil.example.org",
    "https:///evil.example.org",
    "javascript:alert(1)",
    " https://evil.example.org",
    "http://testserver@evil.example.org/",
    "\thttps://evil.example.org",
]


@pytest.mark.parametrize("target", FOREIGN)
def test_next_never_leads_to_another_site(client: Client, site: SiteTree, reader: User, target: str) -> None:
    for door in ("/cms/login/", "/_util/login/"):
        address = urlsplit(client.get(door, {"next": target})["Location"])
        assert (address.netloc, address.path) == ("", LOGIN)
        assert parse_qs(address.query)["next"][0] in {"/", "/cms/"}
    form = {"login": reader.email, "password": PASSWORD, "next": target}
    assert client.post(LOGIN, form, QUERY_STRING="").headers["Location"] == "/"
    # signed in by now
    assert client.get("/_util/login/", {"next": target})["Location"] == "/"
    assert client.get(LOGIN, {"next": target})["Location"] == "/"


# Accounts


@pytest.mark.parametrize(
    "address", ["/cms/password_reset/", "/cms/password_reset/done/", "/cms/password_reset/complete/"]
)
def test_wagtails_own_password_reset_is_closed(client: Client, site: SiteTree, address: str) -> None:
    response = client.get(address, follow=True)
    assert response.status_code == 404 or urlsplit(response.redirect_chain[-1][0]).path == LOGIN


def test_an_editor_changes_password_at_the_one_place_only(editor_client: Client, site: SiteTree) -> None:
    html = editor_client.get("/cms/account/").content.decode()
    assert 'name="password-' not in html
    assert 'name="name_email-email"' not in html


def test_a_wrong_password_says_no_more_than_an_unknown_address(client: Client, site: SiteTree, reader: User) -> None:
    answers = []
    for email in (reader.email, "nobody@example.org"):
        html = sign_in(client, email, "wrong").content.decode()
        answers.append(html[html.index("<main") : html.index("</main")].replace(email, ""))
        cache.clear()
    strip = lambda text: "".join(line for line in text.splitlines() if "csrf" not in line)  # noqa: E731
    assert strip(answers[0]) == strip(answers[1])
    assert "_auth_user_id" not in client.session


def test_resetting_a_password_does_not_tell_who_has_an_account(client: Client, site: SiteTree, reader: User) -> None:
    for email in (reader.email, "nobody@example.org"):
        response = client.post("/accounts/password/reset/", {"email": email})
        assert (response.status_code, response["Location"]) == (302, "/accounts/password/reset/confirm/")


def test_guessing_is_slowed_down(client: Client, site: SiteTree, reader: User) -> None:
    for _attempt in range(12):
        response = sign_in(client, password="a wrong guess")
    assert response.status_code in {200, 429}
    text = response.content.decode()
    assert "Too many" in text
    assert sign_in(client).status_code in {200, 429}, "the right password waits too"
    assert "_auth_user_id" not in client.session


# Leaving


def test_leaving_takes_a_post(reader_client: Client, site: SiteTree) -> None:
    assert reader_client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in reader_client.session
    assert reader_client.post("/accounts/logout/")["Location"] == "/"
    assert "_auth_user_id" not in reader_client.session


def test_leaving_the_admin_takes_a_post(editor_client: Client, site: SiteTree) -> None:
    assert editor_client.get("/cms/logout/").status_code in {302, 405}
    assert "_auth_user_id" in editor_client.session
    editor_client.post("/cms/logout/")
    assert "_auth_user_id" not in editor_client.session
    assert urlsplit(editor_client.get("/cms/", follow=True).redirect_chain[-1][0]).path == LOGIN


def test_forms_are_guarded_against_other_sites(site: SiteTree, reader: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in (LOGIN, "/accounts/logout/", "/accounts/password/reset/"):
        assert strict.post(address, {"login": reader.email, "password": PASSWORD}).status_code == 403, address


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(client: Client, site: SiteTree, reader: User) -> None:
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"], "it ends with the browser"


@pytest.mark.parametrize("email", ["READER@EXAMPLE.ORG", "Reader@Example.org", " reader@example.org "])
def test_capital_letters_in_an_address_do_not_matter(client: Client, site: SiteTree, reader: User, email: str) -> None:
    assert sign_in(client, email).status_code == 302
    assert client.session["_auth_user_id"] == str(reader.pk)


def test_a_closed_account_does_not_get_in(client: Client, site: SiteTree, reader: User) -> None:
    reader.is_active = False
    reader.save()
    sign_in(client)
    assert "_auth_user_id" not in client.session
