"""Signing in with an app: anybody may, whoever may enter the admin must (where the operator says so)."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from home.models import User
from tests import factories
from tests.factories import PASSWORD, SiteTree

LOGIN, ASK, SET_UP = "/accounts/login/", "/accounts/2fa/authenticate/", "/accounts/2fa/totp/activate/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.MFA_REQUIRED_FOR_EDITORS = True


def code_now(secret: str = SECRET) -> str:
    cache.clear()  # a code counts once
    return str(format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))


def sign_in(client: Client, user: User) -> None:
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})


def protected(user: User) -> User:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def set_up(client: Client) -> None:
    """As a person does: password again, key from the page, code from the app."""
    asked = client.get(SET_UP)
    assert asked["Location"].startswith("/accounts/reauthenticate/")
    client.post(asked["Location"], {"password": PASSWORD})
    html = client.get(SET_UP).content.decode()
    secret = re.search(r'class="qin-key">(\w+)<', html)
    assert secret
    assert "data:image/svg+xml" in html, "the picture needs no other host"
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    with mock.patch("django.db.transaction.on_commit", lambda then: then()):  # a test's own transaction never ends
        assert client.post(SET_UP, {"code": code_now(secret[1])}).status_code == 302


def test_an_editor_is_led_to_set_it_up_and_then_in(client: Client, editor: User) -> None:
    sign_in(client, editor)
    first = client.get("/cms/pages/?q=smoking")
    assert first["Location"] == "/accounts/second-factor/?next=%2Fcms%2Fpages%2F%3Fq%3Dsmoking"
    assert "Set it up now" in client.get(first["Location"]).content.decode()
    set_up(client)
    assert client.get("/cms/").status_code == 200
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10


ADMIN = [
    "/cms/",
    "/cms/pages/{page}/edit/",
    "/cms/pages/{page}/edit/preview/",
    "/cms/pages/{page}/view_draft/",
    "/cms/pages/{page}/revisions/1/view/",
    "/cms/choose-page/",
    "/cms/images/chooser/",
    "/cms/documents/chooser/",
    "/cms/snippets/",
    "/cms/api/main/pages/",
    "/cms/reports/site-history/",
    "/cms/account/",
    "/cms/localize/",
    "/cms/sprite/",
]


@pytest.mark.parametrize("address", ADMIN)
def test_without_it_nothing_of_the_admin_answers(client: Client, admin: User, site: SiteTree, address: str) -> None:
    sign_in(client, admin)
    address = address.format(page=site.case_study.pk)
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/second-factor/")
    for send in (client.post, client.put, client.delete):
        assert send(address).status_code == 403
    assert client.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).status_code == 403


def test_a_session_from_before_the_app_has_to_show_a_code(client: Client, editor: User) -> None:
    sign_in(client, editor)
    protected(editor)
    asked = client.get("/cms/")["Location"]
    assert asked.startswith("/accounts/2fa/reauthenticate/")
    assert client.post(asked, {"code": "000000"}).status_code == 200
    assert client.get("/cms/").status_code == 302
    assert client.post(asked, {"code": code_now()})["Location"] == "/cms/"
    assert client.get("/cms/").status_code == 200


def test_the_password_alone_neither_shows_recovery_codes_nor_switches_the_app_off(client: Client, editor: User) -> None:
    sign_in(client, editor)
    protected(editor)
    for address in ("/accounts/2fa/recovery-codes/", "/accounts/2fa/totp/deactivate/", "/accounts/data/my-data.json"):
        asked = client.get(address)["Location"]
        assert asked.startswith("/accounts/2fa/reauthenticate/")
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        assert client.get(address).status_code == 302, address
    client.post(asked, {"code": code_now()})
    assert client.get("/accounts/2fa/recovery-codes/").status_code == 200


def test_signing_in_asks_for_the_code_before_anything_else(client: Client, editor: User) -> None:
    protected(editor)
    sign_in(client, editor)
    assert "_auth_user_id" not in client.session
    assert client.get("/learning/").status_code == 302
    for wrong in ("000000", "", "\x00", "x" * 300_000):
        assert client.post(ASK, {"code": wrong}).status_code == 200
    client.post(ASK, {"code": code_now()})
    assert client.session["_auth_user_id"] == str(editor.pk)
    assert client.get("/cms/").status_code == 200


def test_a_code_counts_once_and_a_recovery_code_too(client: Client, editor: User) -> None:
    protected(editor)
    code = code_now()
    recovery = RecoveryCodes(Authenticator.objects.get(user=editor, type="recovery_codes")).get_unused_codes()[0]
    for sent, let_in in ((code, True), (code, False), (recovery, True), (recovery, False)):
        browser = Client()
        sign_in(browser, editor)
        browser.post(ASK, {"code": sent})
        assert ("_auth_user_id" in browser.session) == let_in, sent


def test_guessing_codes_is_stopped(client: Client, editor: User) -> None:
    protected(editor)
    sign_in(client, editor)
    right = code_now()
    wrong = "000000" if right != "000000" else "111111"
    for _guess in range(11):
        answer = client.post(ASK, {"code": wrong})
    assert "Too many attempts" in answer.content.decode()
    client.post(ASK, {"code": right})
    assert "_auth_user_id" not in client.session


def test_a_new_password_does_not_go_round_the_app(client: Client, editor: User, mailoutbox: list[Any]) -> None:
    protected(editor)
    client.post("/accounts/password/reset/", {"email": editor.email})
    code = re.search(r"\d{6}", mailoutbox[-1].body)
    assert code
    client.post("/accounts/password/reset/confirm/", {"code": code[0]})
    answer = client.post("/accounts/password/reset/complete/", {"password1": "three other words"})
    assert answer["Location"] == ASK
    assert "_auth_user_id" not in client.session


def test_learners_need_none_and_the_admin_refuses_them_as_before(client: Client) -> None:
    sign_in(client, factories.user("learner@example.org"))
    assert client.get("/learning/").status_code == 200
    assert client.get("/cms/", follow=True).status_code == 403
    set_up(client)
    assert "on" in client.get("/accounts/profile/").content.decode()


def test_where_it_is_not_required_the_admin_opens_without(client: Client, editor: User, settings: Any) -> None:
    settings.MFA_REQUIRED_FOR_EDITORS = False
    sign_in(client, editor)
    assert client.get("/cms/").status_code == 200


def test_an_administrator_helps_when_the_phone_is_lost(client: Client, editor: User, admin_client: Client) -> None:
    protected(editor)
    address = f"/cms/users/{editor.pk}/second-factor/"
    intruder = Client()
    intruder.force_login(factories.network_member(), backend="django.contrib.auth.backends.ModelBackend")
    admin_session = admin_client.session
    admin_session["second_factor_set_up_by"] = int(admin_session["_auth_user_id"])
    admin_session.save()
    protected(User.objects.get(pk=admin_session["_auth_user_id"]))
    assert intruder.post(address).status_code == 403
    assert Authenticator.objects.filter(user=editor).exists()
    assert "switch off" in admin_client.get(address).content.decode().lower()
    assert admin_client.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=editor).exists()
    sign_in(client, editor)
    assert client.session["_auth_user_id"] == str(editor.pk)
