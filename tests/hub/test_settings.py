"""Settings fail loudly, and their defaults are the secure ones. Each test starts a Python of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests import environment

SHOW = """
import json
from hub import settings
print(json.dumps({name: getattr(settings, name) for name in %r}))
"""


def start(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=environment.ROOT,
        env=environment.process_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


def settings_with(*names: str, **variables: str) -> dict[str, object]:
    result = start(SHOW % (list(names),), **variables)
    assert result.returncode == 0, result.stderr
    shown: dict[str, object] = json.loads(result.stdout)
    return shown


def test_without_a_secret_the_hub_does_not_start_and_says_what_to_do() -> None:
    result = start("import hub.settings", DEMO_MODE="0", SECRET_KEY="")
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr
    assert "DEMO_MODE=1" in result.stderr


@pytest.mark.parametrize("debug", ["", "0"])
def test_debugging_is_off_unless_asked_for(debug: str) -> None:
    variables = {"DEBUG": debug} if debug else {}
    assert settings_with("DEBUG", **variables) == {"DEBUG": False}


def test_behind_https_cookies_and_redirects_are_strict() -> None:
    variables = {"SITE_URL": "https://hub.example.org", "SECURE_SSL_REDIRECT": "1", "DEMO_MODE": "0"}
    shown = settings_with("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", **variables)
    assert set(shown.values()) == {True}


def test_outside_demo_mode_no_host_is_answered_until_named() -> None:
    assert settings_with("ALLOWED_HOSTS", DEMO_MODE="0", ALLOWED_HOSTS="") == {"ALLOWED_HOSTS": []}


def test_editors_need_a_second_factor_unless_the_operator_says_otherwise() -> None:
    for variables, needed in (({"DEMO_MODE": "0"}, True), ({}, False), ({"MFA_REQUIRED_FOR_EDITORS": "1"}, True)):
        assert settings_with("MFA_REQUIRED_FOR_EDITORS", **variables) == {"MFA_REQUIRED_FOR_EDITORS": needed}


def test_an_organisations_login_is_there_when_it_is_named_and_complete() -> None:
    named = {"OIDC_SERVER_URL": "https://login.example.org/realm", "OIDC_CLIENT_ID": "hub", "OIDC_CLIENT_SECRET": "s"}
    shown = settings_with("SOCIALACCOUNT_PROVIDERS", "CONTENT_SECURITY_POLICY", **named)
    providers: Any = shown["SOCIALACCOUNT_PROVIDERS"]
    policy: Any = shown["CONTENT_SECURITY_POLICY"]
    assert providers["openid_connect"]["APPS"][0]["client_id"] == "hub"
    assert policy["DIRECTIVES"]["form-action"] == ["'self'", "https://login.example.org"]
    half = start("import hub.settings", OIDC_SERVER_URL="https://login.example.org")
    assert "OIDC_CLIENT_ID" in half.stderr
    assert settings_with("SOCIALACCOUNT_PROVIDERS") == {"SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": []}}}


def test_behind_a_proxy_attempts_are_counted_by_the_visitors_address() -> None:
    assert settings_with("ALLAUTH_TRUSTED_PROXY_COUNT", BEHIND_PROXY="1") == {"ALLAUTH_TRUSTED_PROXY_COUNT": 1}
    assert settings_with("ALLAUTH_TRUSTED_PROXY_COUNT") == {"ALLAUTH_TRUSTED_PROXY_COUNT": 0}
