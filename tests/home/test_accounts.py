"""Signing up, forgotten passwords, other addresses: by six digits, in one browser, without telling strangers anything."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from home.accounts.cleaning import purge_unconfirmed
from home.models import User
from tests import factories
from tests.factories import PASSWORD, SiteTree
from tests.home.test_doors import FOREIGN

SIGN_UP, CODE, LOGIN = "/accounts/signup/", "/accounts/confirm-email/", "/accounts/login/"
RESET, RESET_CODE = "/accounts/password/reset/", "/accounts/password/reset/confirm/"
NURSE = {"name": "Amara Nwosu", "email": "amara@example.org", "password1": "three odd words"}
TARGET = "/training/care-for-body-and-mind/"


@pytest.fixture(autouse=True)
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


def newest_code(address: str = NURSE["email"]) -> str:
    message = next(one for one in reversed(mail.outbox) if one.to == [address])
    found = re.search(r"^ {4}(\d{6})$", str(message.body), re.MULTILINE)
    assert found, message.body
    assert "http" not in str(message.body).replace("http://localhost", ""), "there is no link to open elsewhere"
    return found[1]


def signed_in(client: Client) -> str:
    return client.session.get("_auth_user_id", "")


def main_of(client: Client, address: str) -> str:
    html = client.get(address, follow=True).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html[html.index("<main") : html.index("</main")])


def later(seconds: int) -> Any:
    return mock.patch("time.time", return_value=time.time() + seconds)


@pytest.fixture
def hashings() -> Iterator[list[str]]:
    """One entry for each time a password is hashed: what takes the time that could be measured from outside."""
    done: list[str] = []
    hash_it = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        done.append(password)
        return hash_it(self, password, salt)

    with mock.patch.object(MD5PasswordHasher, "encode", counted):
        yield done


# Signing up


def test_somebody_signs_up_with_six_digits_and_ends_where_they_came_from(client: Client) -> None:
    before = client.cookies.output()
    answer = client.post(f"{SIGN_UP}?next={TARGET}", {**NURSE, "next": TARGET})
    assert answer["Location"].startswith(CODE)
    assert not signed_in(client), "not before the code"
    page = client.get(answer["Location"]).content.decode()
    assert 'inputmode="numeric"' in page
    assert 'autocomplete="one-time-code"' in page
    guest_session = client.session.session_key
    assert client.post(CODE, {"code": newest_code()})["Location"] == TARGET
    user = User.objects.get(email=NURSE["email"])
    assert (signed_in(client), user.name) == (str(user.pk), "Amara Nwosu")
    assert client.session.session_key != guest_session, "the session is a new one"
    assert before == ""
    assert EmailAddress.objects.get(user=user).verified


def test_the_page_says_who_will_see_what_before_anybody_joins(client: Client) -> None:
    text = main_of(client, SIGN_UP)
    for promise in ("You alone see", "Never answers or scores", "none below 5"):
        assert promise in text


def test_the_code_may_be_typed_with_spaces_and_works_once(client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    code = newest_code()
    client.post(CODE, {"code": f" {code[:3]} {code[3:]} "})
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert client.post(CODE, {"code": code})["Location"] == LOGIN
    assert not signed_in(client)


@pytest.mark.parametrize("code", ["000000", "", "12345", "１２３４５６", "\x00", "9" * 100_000, "' OR 1=1 --"])
def test_a_wrong_code_opens_nothing(client: Client, code: str) -> None:
    client.post(SIGN_UP, NURSE)
    answer = client.post(CODE, {"code": code})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not signed_in(client)


def test_after_five_wrong_codes_the_right_one_is_worth_nothing_and_the_password_brings_a_new_one(
    client: Client,
) -> None:
    client.post(SIGN_UP, NURSE)
    code = newest_code()
    for _attempt in range(5):
        answer = client.post(CODE, {"code": "000000" if code != "000000" else "111111"}, follow=True)
    assert "Too many" in answer.content.decode()
    client.post(CODE, {"code": code})
    assert not signed_in(client)
    cache.clear()
    client.post(LOGIN, {"login": NURSE["email"], "password": NURSE["password1"]})
    client.post(CODE, {"code": newest_code()})
    assert signed_in(client)


def test_an_expired_code_says_so(client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    code = newest_code()
    with later(31 * 60):
        answer = client.post(CODE, {"code": code}, follow=True)
    assert "The code has expired" in answer.content.decode()
    assert not signed_in(client)


def test_a_new_code_can_be_sent_a_few_times(client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    first = newest_code()
    for _time in range(3):
        cache.clear()
        client.post(CODE, {"action": "resend"})
    assert len(mail.outbox) == 4
    assert "Send a new code" not in main_of(client, CODE)
    client.post(CODE, {"code": first} if first != newest_code() else {"code": "0"})
    assert not signed_in(client), "only the newest counts"
    client.post(CODE, {"code": newest_code()})
    assert signed_in(client)


def test_another_browser_does_not_get_in_with_the_code(client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    stranger = Client()
    assert stranger.post(CODE, {"code": newest_code()})["Location"] == LOGIN
    assert not signed_in(stranger)


def test_who_sends_the_form_twice_still_gets_in(client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    cache.clear()
    client = Client()  # the cookie of the first answer never arrived
    client.post(SIGN_UP, NURSE)
    client.post(CODE, {"code": newest_code()})
    assert signed_in(client)
    assert User.objects.filter(email=NURSE["email"]).count() == 1


def test_signing_up_with_a_known_address_looks_the_same_and_tells_its_owner_only(
    client: Client, hashings: list[str]
) -> None:
    factories.user("known@example.org")
    pages, hashed = [], []
    for email in ("known@example.org", "fresh@example.org"):
        browser = Client()
        hashings.clear()
        answer = browser.post(f"{SIGN_UP}?next={TARGET}", {**NURSE, "email": email, "next": TARGET})
        hashed.append(len(hashings))
        page = main_of(browser, answer["Location"]).replace(email, "")
        pages.append((answer["Location"], page, browser.post(CODE, {"code": "abc"}).status_code))
    assert pages[0] == pages[1]
    assert hashed[0] == hashed[1] == 1
    assert "You have an account already" in [one.subject for one in mail.outbox if one.to == ["known@example.org"]]
    assert not User.objects.get(email="known@example.org").check_password(NURSE["password1"])


@pytest.mark.parametrize(
    "name",
    ["李小龍", "नूर ख़ान", "محمد\u200c علی", "Þórdís Ægisdóttir", "O’Brien-Núñez, Jr.", "Björk", "Wunmi A. Mosaku"],
)
def test_names_are_kept_in_any_script(client: Client, name: str) -> None:
    client.post(SIGN_UP, {**NURSE, "name": f"  {name}  "})
    assert User.objects.get(email=NURSE["email"]).name == name


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "Amara\x00"},
        {"name": "Amara\u202eowsuN"},
        {"name": "123 456"},
        {"name": "Win a prize: https://evil.example"},
        {"name": "x" * 1_000_000},
        {"email": "no address"},
        {"email": "amara@example.org\x00"},
        {"password1": "short"},
        {"password1": "password1234"},
        {"password1": "amara@example.org"},
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(client: Client, change: dict[str, str]) -> None:
    answer = client.post(SIGN_UP, {**NURSE, **change})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not User.objects.filter(email__startswith="amara").exists()


@pytest.mark.parametrize(
    ("email", "let_in"),
    [
        ("amara@nhs.net", True),
        ("amara@slam.nhs.uk", True),
        ("amara@evilnhs.uk", False),
        ("amara@gmail.com", False),
        ("amara@nhs.net.evil.org", False),
    ],
)
def test_the_operator_can_say_whose_addresses_sign_up(client: Client, settings: Any, email: str, let_in: bool) -> None:
    settings.SIGNUP_DOMAINS = ["nhs.net", "nhs.uk"]
    answer = client.post(SIGN_UP, {**NURSE, "email": email})
    assert User.objects.filter(email=email).exists() == let_in
    assert let_in or "@nhs.net, @nhs.uk" in answer.content.decode()


def test_accounts_that_were_never_confirmed_go_after_a_week(client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    made = factories.user("made-by-an-administrator@example.org")
    purge_unconfirmed()
    assert User.objects.filter(email=NURSE["email"]).exists()
    User.objects.update(date_joined="2026-01-01T00:00Z")
    purge_unconfirmed()
    assert list(User.objects.all()) == [made]


# Signing in


def test_a_failed_login_takes_the_same_work_with_and_without_an_account(client: Client, hashings: list[str]) -> None:
    factories.user("known@example.org")
    factories.user("closed@example.org", is_active=False)
    without_password = factories.user("organisation@example.org")
    without_password.set_unusable_password()
    without_password.save()
    counts = {}
    for email in ("known@example.org", "nobody@example.org", "closed@example.org", "organisation@example.org"):
        hashings.clear()
        client.post(LOGIN, {"login": email, "password": "a wrong guess"})
        counts[email] = len(hashings)
    assert len(set(counts.values())) == 1, counts


def test_an_account_made_by_an_administrator_needs_no_code(client: Client, admin_client: Client) -> None:
    form = {
        "email": "new.editor@example.org",
        "first_name": "Esi",
        "last_name": "Boateng",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert admin_client.post("/cms/users/new/", form).status_code == 302
    client.post(LOGIN, {"login": "new.editor@example.org", "password": PASSWORD})
    assert signed_in(client)


def test_looking_at_somebody_who_waits_for_a_code_does_not_let_them_in(client: Client, admin_client: Client) -> None:
    client.post(SIGN_UP, NURSE)
    user = User.objects.get(email=NURSE["email"])
    form = {"email": user.email, "first_name": "Amara", "last_name": "Nwosu-Bell", "is_active": "on"}
    assert admin_client.post(f"/cms/users/edit/{user.pk}/", form).status_code == 302
    assert not EmailAddress.objects.get(user=user).verified


@pytest.mark.parametrize("target", FOREIGN)
def test_no_door_sends_anybody_away(target: str) -> None:
    visitor = Client()
    visitor.post(SIGN_UP, {**NURSE, "next": target})
    assert visitor.post(f"{CODE}?next=/", {"code": newest_code(), "next": target})["Location"] == "/"
    assert visitor.post("/accounts/logout/", {"next": target})["Location"] == "/"
    visitor.post(RESET, {"email": NURSE["email"], "next": target})
    visitor.post(RESET_CODE, {"code": newest_code(), "next": target})
    done = visitor.post("/accounts/password/reset/complete/", {"password1": "three other words", "next": target})
    assert done["Location"] == "/"
    again = visitor.post("/accounts/reauthenticate/", {"password": "three other words", "next": target})
    assert again["Location"] == "/"


@pytest.mark.parametrize("address", [SIGN_UP, LOGIN, RESET])
def test_every_door_slows_down_who_knocks_too_often(client: Client, settings: Any, address: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip", "login": "2/m/ip", "reset_password": "2/m/ip"}
    form = {**NURSE, "login": NURSE["email"], "password": "wrong"}
    statuses = [Client().post(address, form).status_code for _knock in range(3)]
    assert statuses[-1] == 429
    assert "Too many attempts" in client.post(address, form).content.decode()


@pytest.mark.parametrize("address", [SIGN_UP, LOGIN, RESET])
def test_a_megabyte_or_a_nul_is_answered_calmly(client: Client, address: str) -> None:
    for junk in ("x" * 300_000, "a\x00b"):
        form = dict.fromkeys(["name", "email", "login", "password", "password1", "code"], junk)
        assert client.post(address, form).status_code == 200


# Forgotten, changed


def test_a_forgotten_password_is_replaced_with_six_digits(client: Client) -> None:
    user = factories.user(NURSE["email"])
    elsewhere = Client()
    elsewhere.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(RESET, {"email": user.email, "next": TARGET})
    client.post(RESET_CODE, {"code": newest_code(), "next": TARGET})
    answer = client.post("/accounts/password/reset/complete/", {"password1": "three other words", "next": TARGET})
    assert answer["Location"] == TARGET
    assert signed_in(client) == str(user.pk)
    assert elsewhere.get("/learning/").status_code == 302, "whoever was in with the old password is out"
    assert "Your password was changed" in [one.subject for one in mail.outbox]


def test_the_code_for_a_password_expires_is_guessed_five_times_and_used_once(client: Client) -> None:
    factories.user(NURSE["email"])
    client.post(RESET, {"email": NURSE["email"]})
    with later(31 * 60):
        assert "expired" in client.post(RESET_CODE, {"code": newest_code()}, follow=True).content.decode()
    client.post(RESET, {"email": NURSE["email"]})
    code = newest_code()
    for _attempt in range(5):
        client.post(RESET_CODE, {"code": "000000" if code != "000000" else "111111"})
    assert client.post(RESET_CODE, {"code": code})["Location"] == LOGIN
    assert client.get("/accounts/password/reset/complete/").status_code == 302


def test_an_unknown_address_gets_a_letter_and_its_guesser_a_page_like_any_other(client: Client) -> None:
    factories.user("known@example.org")
    pages = []
    for email in ("known@example.org", "nobody@example.org"):
        browser = Client()
        browser.post(RESET, {"email": email})
        pages.append(main_of(browser, RESET_CODE).replace(email, ""))
        assert browser.post(RESET_CODE, {"code": ""}).status_code == 200
    assert pages[0] == pages[1]
    assert [one.to for one in mail.outbox] == [["known@example.org"], ["nobody@example.org"]]


def test_another_address_needs_the_password_and_a_code(client: Client) -> None:
    user = factories.user(NURSE["email"])
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    form = {"email": "amara.nwosu@example.org", "action_add": "1"}
    asked = client.post("/accounts/email/", form)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    user.refresh_from_db()
    assert user.email == NURSE["email"], "the old address works until the code is typed in"
    client.post(CODE, {"code": newest_code("amara.nwosu@example.org")})
    user.refresh_from_db()
    assert user.email == "amara.nwosu@example.org"
    assert "Your e-mail address was changed" in [one.subject for one in mail.outbox if one.to == [NURSE["email"]]]


def test_nobody_takes_over_another_ones_address(client: Client) -> None:
    factories.user("known@example.org")
    factories.user(NURSE["email"])
    client.post(LOGIN, {"login": NURSE["email"], "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "known@example.org", "action_add": "1"})
    client.post(CODE, {"code": newest_code("known@example.org")})
    assert User.objects.filter(email="known@example.org").count() == 1
    assert User.objects.filter(email=NURSE["email"]).exists()


def test_changing_the_password_needs_the_old_one(client: Client) -> None:
    user = factories.user(NURSE["email"])
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    for old, changed in (("wrong", False), (PASSWORD, True)):
        client.post("/accounts/password/change/", {"oldpassword": old, "password1": "three other words"})
        user.refresh_from_db()
        assert user.check_password("three other words") == changed
    assert signed_in(client)


# The profile


def test_a_profile_is_ones_own(client: Client) -> None:
    assert client.get("/accounts/profile/")["Location"].startswith(LOGIN)
    user, other = factories.user(NURSE["email"]), factories.user("other@example.org", first_name="Ola")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    form = {"name": "Amara Nwosu", "organisation": "Riverside", "role": "Nurse", "id": other.pk, "is_superuser": "on"}
    assert client.post("/accounts/profile/", form)["Location"] == "/accounts/profile/"
    user.refresh_from_db()
    assert (user.name, user.organisation, user.role, user.is_superuser) == ("Amara Nwosu", "Riverside", "Nurse", False)
    other.refresh_from_db()
    assert other.name == "Ola"
    assert "There is a problem" in client.post("/accounts/profile/", {"name": "\x00"}).content.decode()


def test_the_header_knows_who_is_there_and_leaves_strangers_without_a_cookie(client: Client, site: SiteTree) -> None:
    address = site.about.get_url()
    page = client.get(address)
    assert f"/accounts/login/?next={address}" in page.content.decode()
    assert not page.cookies
    client.force_login(factories.user(NURSE["email"]), backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(address).content.decode()
    assert "My learning" in text
    assert "Sign out" in text
    assert "Sign out" not in Client().get(address).content.decode()
