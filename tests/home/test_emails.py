"""In a demonstration editors can read the hub's e-mails; anywhere else nobody can."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from post_office.models import Email

from tests import factories
from tests.factories import SiteTree

ADDRESSES = ["/cms/reports/e-mails/", "/cms/reports/e-mails/results/"]


@pytest.fixture(autouse=True)
def _emails(site_tree: SiteTree) -> None:
    for number in range(3):
        Email.objects.create(
            from_email="hub@example.org",
            to=["amara@example.org"],
            subject=f"{number}23456 is your code",
            message=f"    {number}23456\n<script>alert(1)</script>",
        )


@pytest.mark.parametrize("address", ADDRESSES)
def test_editors_read_them_newest_first(editor_client: Client, address: str) -> None:
    html = editor_client.get(address).content.decode()
    assert html.index("223456") < html.index("123456") < html.index("023456")
    assert "<script>alert" not in html


@pytest.mark.parametrize("address", ADDRESSES)
def test_learners_do_not(client: Client, address: str) -> None:
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.force_login(factories.user("reader@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address, follow=True)
    assert answer.status_code == 403
    assert "23456" not in answer.content.decode()


@pytest.mark.parametrize("address", ADDRESSES)
def test_outside_demonstrations_nobody_does(admin_client: Client, settings: Any, address: str) -> None:
    assert "E-mails" in admin_client.get("/cms/").content.decode()
    settings.DEMO_MODE = False
    assert admin_client.get(address).status_code == 404
    assert admin_client.get(f"{address}?export=csv").status_code == 404
    assert "/cms/reports/e-mails/" not in admin_client.get("/cms/").content.decode()
