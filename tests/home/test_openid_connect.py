"""Signing in with an organisation's account, against a real (small) provider on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client

from home.models import User
from tests import factories
from tests.factories import SiteTree

DOOR = "/accounts/oidc/organisation/login/"
CLAIMS = {"sub": "4711", "email": "amara@nhs.net", "email_verified": True, "name": "Amara Nwosu"}


class Provider(ThreadingHTTPServer):
    """Says about whoever comes what `claims` says."""

    daemon_threads = True
    claims: dict[str, Any]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def document(self, path: str) -> dict[str, Any]:
        token = {**self.claims, "iss": self.address, "aud": "hub", "iat": time.time(), "exp": time.time() + 60}
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
            },
            "/token": {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode(token, "k" * 32)},
            "/userinfo": self.claims,
        }[path]


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps(self.server.document(urlsplit(self.path).path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Keeps the tests' output quiet."""


@pytest.fixture(autouse=True)
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), Answers)
    server.claims = dict(CLAIMS)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    app = {
        "provider_id": "organisation",
        "name": "Riverside",
        "client_id": "hub",
        "secret": "s",
        "settings": {"server_url": server.address},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield server
    server.shutdown()
    server.server_close()


def come_back(client: Client, *, next_page: str = "/learning/", process: str = "login") -> Any:
    leave = client.post(f"{DOOR}?process={process}&next={next_page}")
    assert leave.status_code == 302
    state = parse_qs(urlsplit(leave["Location"]).query)["state"][0]
    return client.get(f"{DOOR}callback/", {"code": "c", "state": state})


def test_without_a_provider_there_is_no_trace_of_it(client: Client) -> None:
    assert "Sign in with" not in client.get("/accounts/login/").content.decode()
    assert client.post(DOOR).status_code == 404
    assert client.get(f"{DOOR}callback/").status_code == 404


def test_a_new_person_is_in_at_once(client: Client, provider: Provider) -> None:
    assert "Sign in with Riverside" in client.get("/accounts/login/").content.decode()
    assert come_back(client)["Location"] == "/learning/"
    user = User.objects.get()
    assert (user.email, user.name, client.session["_auth_user_id"]) == ("amara@nhs.net", "Amara Nwosu", str(user.pk))
    again = Client()
    come_back(again)
    assert again.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("verified", [True, False])
def test_the_provider_does_not_open_an_account_that_exists(client: Client, provider: Provider, verified: bool) -> None:
    factories.user("amara@nhs.net")
    provider.claims["email_verified"] = verified
    come_back(client)
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert [one.subject for one in mail.outbox] == ["You have an account already"]


def test_an_address_that_the_provider_has_not_checked_needs_the_code(client: Client, provider: Provider) -> None:
    provider.claims["email_verified"] = False
    assert come_back(client)["Location"].startswith("/accounts/confirm-email/")
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.get().verified


def test_who_is_signed_in_connects_the_two(client: Client, provider: Provider) -> None:
    user = factories.user("amara@example.org")
    client.post("/accounts/login/", {"login": user.email, "password": factories.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    assert "Connect Riverside" in client.get("/accounts/3rdparty/").content.decode()
    come_back(client, next_page="/accounts/profile/", process="connect")
    fresh = Client()
    come_back(fresh)
    assert fresh.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("query", [{}, {"code": "c"}, {"code": "c", "state": "forged"}, {"error": "access_denied"}])
def test_an_answer_that_nobody_asked_for_opens_nothing(
    client: Client, provider: Provider, query: dict[str, str]
) -> None:
    answer = client.get(f"{DOOR}callback/", query, follow=True)
    assert answer.status_code in {200, 401}
    assert "Sign in" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_provider_that_does_not_answer_is_no_failure_of_ours(client: Client, settings: Any) -> None:
    app = {"provider_id": "organisation", "name": "R", "client_id": "hub", "secret": "s"}
    app["settings"] = {"server_url": "http://127.0.0.1:1"}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    answer = client.post(DOOR)
    assert answer.status_code == 503
    assert "did not work" in answer.content.decode()
