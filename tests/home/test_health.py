"""The address that monitoring asks."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.factories import SiteTree


@pytest.mark.django_db
def test_health_is_ok_while_the_database_answers(client: Client) -> None:
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": True}


@pytest.mark.django_db
def test_health_fails_when_the_database_does_not_answer(client: Client) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError):
        response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["status"] == "failing"


def test_every_page_type_answers(client: Client, site_tree: SiteTree) -> None:
    pages = [getattr(site_tree, name) for name in SiteTree.__slots__ if name != "claim"]
    answers = {page.get_url(): client.get(page.get_url()).status_code for page in pages}
    assert set(answers.values()) == {200}, answers
