"""Checking examples in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import PageLogEntry

from practice_library.models import CaseStudyPage, ClaimVerification, StandardClaim
from tests import factories


@pytest.fixture
def unchecked(site_tree: factories.SiteTree) -> StandardClaim:
    ClaimVerification.objects.all().delete()
    return site_tree.claim


def address(claim: StandardClaim) -> str:
    return reverse("practice_library_examples", args=[claim.case_study_id])


def check(client: Client, claim: StandardClaim, **values: str) -> int:
    data = {"claim": str(claim.pk), "wording": claim.wording(), "step": "verify", **values}
    return client.post(address(claim), data).status_code


def in_force() -> list[tuple[object, str]]:
    return list(ClaimVerification.objects.in_force().values_list("claim_key", "note"))


def logged(claim: StandardClaim) -> list[str]:
    entries = PageLogEntry.objects.filter(page=claim.case_study_id, action__startswith="practice_library.")
    return list(entries.values_list("action", flat=True))


def test_network_team_checks_and_takes_back(network_client: Client, unchecked: StandardClaim) -> None:
    assert check(network_client, unchecked, note="Saw the audit.") == 302
    assert in_force() == [(unchecked.translation_key, "Saw the audit.")]
    assert "checked" in network_client.get(address(unchecked)).content.decode()
    check(network_client, unchecked, step="take-back")
    assert in_force() == []
    assert logged(unchecked) == ["practice_library.take_back", "practice_library.verify"]


def test_checking_twice_is_checking_once(network_client: Client, unchecked: StandardClaim) -> None:
    check(network_client, unchecked)
    check(network_client, unchecked)
    assert len(in_force()) == 1
    assert logged(unchecked) == ["practice_library.verify"]


def test_editor_reads_but_cannot_check(editor_client: Client, unchecked: StandardClaim) -> None:
    page = editor_client.get(address(unchecked)).content.decode()
    assert unchecked.how_met in page
    assert "I have checked this" not in page
    assert check(editor_client, unchecked) == 403
    assert in_force() == []


def test_editor_cannot_take_a_check_back(editor_client: Client, site_tree: factories.SiteTree) -> None:
    assert check(editor_client, site_tree.claim, step="take-back") == 403
    assert len(in_force()) == 1


def test_nobody_else_gets_in(client: Client, unchecked: StandardClaim) -> None:
    assert client.get(address(unchecked)).status_code == 302
    assert check(client, unchecked) == 302
    client.force_login(factories.user("reader@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address(unchecked)).status_code in {302, 403}
    assert check(client, unchecked) in {302, 403}
    assert in_force() == []


def test_what_changed_meanwhile_is_not_checked(network_client: Client, unchecked: StandardClaim) -> None:
    seen = unchecked.wording()
    unchecked.how_met = "Somebody changed this a second ago."
    unchecked.save()
    check(network_client, unchecked, wording=seen)
    assert in_force() == []


def test_draft_is_neither_shown_nor_checked(network_client: Client, unchecked: StandardClaim) -> None:
    page = CaseStudyPage.objects.get(pk=unchecked.case_study_id)
    page.claims.set([StandardClaim(**{**values_of(unchecked), "how_met": "Only in the draft."})])
    page.save_revision()
    shown = network_client.get(address(unchecked)).content.decode()
    assert unchecked.how_met in shown
    assert "Only in the draft." not in shown
    check(network_client, unchecked)
    assert ClaimVerification.objects.get().fingerprint == unchecked.wording()


def values_of(claim: StandardClaim) -> dict[str, object]:
    names = ("standard", "service", "evidence", "extent", "basis", "translation_key", "locale")
    return {name: getattr(claim, name) for name in names}


def test_unpublished_case_study_cannot_be_checked(network_client: Client, unchecked: StandardClaim) -> None:
    CaseStudyPage.objects.get(pk=unchecked.case_study_id).unpublish()
    assert "is not public" in network_client.get(address(unchecked)).content.decode()
    check(network_client, unchecked)
    assert in_force() == []


def test_example_of_another_case_study_is_refused(network_client: Client, unchecked: StandardClaim) -> None:
    other = factories.case_study(CaseStudyPage.objects.get().get_parent().specific, "Another one")
    data = {"claim": str(unchecked.pk), "wording": unchecked.wording(), "step": "verify"}
    network_client.post(reverse("practice_library_examples", args=[other.pk]), data)
    assert in_force() == []


def test_changed_example_says_that_it_was_checked_before(network_client: Client, site_tree: factories.SiteTree) -> None:
    claim = site_tree.claim
    claim.evidence = "An audit of 80 records."
    claim.save()
    assert "changed since it was checked" in network_client.get(address(claim)).content.decode()


def test_report_lists_what_is_unchecked(editor_client: Client, site_tree: factories.SiteTree) -> None:
    report = reverse("practice_library_unchecked")
    assert site_tree.case_study.title not in editor_client.get(report).content.decode()
    ClaimVerification.objects.all().delete()
    assert site_tree.case_study.title in editor_client.get(report).content.decode()
    assert site_tree.case_study.title in b"".join(editor_client.get(f"{report}?export=csv")).decode()
