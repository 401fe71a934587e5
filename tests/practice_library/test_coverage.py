"""The table of standards and settings."""

from __future__ import annotations

import datetime

from django.test import Client

from tests import factories


def test_an_organisation_sees_when_its_examples_were_last_confirmed(
    client: Client, site_tree: factories.SiteTree
) -> None:
    address = "/organisations/riverside-trust-sample/"
    site_tree.case_study.state_confirmed_on = datetime.date(2026, 3, 9)
    site_tree.case_study.save_revision().publish()
    assert "Mar 2026" in client.get(address).content.decode()
    site_tree.case_study.state_confirmed_on = None
    site_tree.case_study.save_revision().publish()
    assert "not confirmed" in client.get(address).content.decode()
