"""The chooser of standards, lists and reports of the admin."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from home.models import HomePage, User
from practice_library.models import StandardPage
from practice_library.models.framework import EditionStatus
from tests import factories

pytestmark = pytest.mark.slow

REPORTS = ["practice_library_coverage", "practice_library_unchecked", "home_pages_to_confirm"]
LISTS = ["case_studies", "standards", "research", "blog"]


def chosen_from(client: Client, query: str = "") -> str:
    response = client.get(f"/cms/standard_chooser/results/?{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("query", ["q=1.1", "q=check+physical", "q=everybody+it+sees", "q=1.1&theme=1"])
def test_standard_is_found_by_code_and_words(query: str, editor_client: Client, site_tree: factories.SiteTree) -> None:
    found = chosen_from(editor_client, query)
    assert site_tree.standard.title in found
    assert (site_tree.gap.title in found) == ("1.1" not in query)  # both have the same statement


def test_drafts_and_earlier_editions_are_asked_for(editor_client: Client, site_tree: factories.SiteTree) -> None:
    old = factories.framework(site_tree.home, "First edition", version="0.9", status=EditionStatus.SUPERSEDED)
    earlier = factories.standard(factories.theme_page(old), title="As it was before")
    site_tree.gap.unpublish()
    assert earlier.title not in chosen_from(editor_client)
    assert site_tree.gap.title not in chosen_from(editor_client)
    everything = chosen_from(editor_client, "scope=all")
    assert everything.index(site_tree.standard.title) < everything.index(earlier.title)
    assert site_tree.gap.title in everything


def test_chooser_answers_only_who_sees_the_page(client: Client, site_tree: factories.SiteTree) -> None:
    outsider = factories.user("outsider@example.org")
    outsider.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(User.objects.get(pk=outsider.pk), backend="django.contrib.auth.backends.ModelBackend")
    assert site_tree.standard.title not in chosen_from(client, "scope=all")
    assert client.get(f"/cms/standard_chooser/chosen/{site_tree.standard.pk}/").status_code == 404


def test_editor_of_a_case_study_uses_the_chooser(editor_client: Client, site_tree: factories.SiteTree) -> None:
    for page in (site_tree.case_study, site_tree.research):
        shown = editor_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
        assert 'data-chooser-url="/cms/standard_chooser/"' in shown


@pytest.mark.parametrize("address", ["/cms/pages/{home}/", "/cms/pages/search/", "/cms/case_studies/", "/cms/images/"])
@pytest.mark.parametrize("typed", ['"', 'health "check', "*", "(", "%s", "'", "NEAR(", "\\", "💡"])
def test_odd_characters_are_searched_for(address: str, typed: str, network_client: Client, home_page: HomePage) -> None:
    assert network_client.get(address.format(home=home_page.pk), {"q": typed}).status_code == 200


def test_a_quotation_mark_does_not_hide_the_page(network_client: Client, site_tree: factories.SiteTree) -> None:
    shown = network_client.get("/cms/case_studies/", {"q": 'health" check'}).content.decode()
    assert site_tree.case_study.title in shown


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("kind", ["", "csv", "xlsx"])
def test_reports_are_for_people_who_write_pages(
    report: str, kind: str, editor_client: Client, client: Client, site_tree: factories.SiteTree
) -> None:
    address = reverse(report) + (f"?export={kind}" if kind else "")
    response = editor_client.get(address)
    assert response.status_code == 200
    response.close()
    outsider = factories.user("outsider@example.org")
    outsider.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(User.objects.get(pk=outsider.pk), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 302


def coverage(client: Client, query: str = "") -> list[dict[str, str]]:
    text = b"".join(client.get(reverse("practice_library_coverage") + f"?export=csv&{query}")).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_coverage_counts_examples_and_says_what_lacks(editor_client: Client, site_tree: factories.SiteTree) -> None:
    first, second = coverage(editor_client)
    assert (first["Code"], first["Examples"], first["Research"]) == ("1.1", "1", "1")
    assert first["Community mental health team"] == "1"
    assert (second["Code"], second["Examples"], second["Research"]) == ("1.2", "0", "0")
    assert [row["Code"] for row in coverage(editor_client, "lacking=example")] == ["1.2"]
    assert [row["Code"] for row in coverage(editor_client, "lacking=research")] == ["1.2"]
    assert coverage(editor_client, "lacking=review") == []


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_and_filter(name: str, network_client: Client, site_tree: factories.SiteTree) -> None:
    assert network_client.get(f"/cms/{name}/").status_code == 200
    assert network_client.get(f"/cms/{name}/?due=overdue").status_code == 200


def test_case_studies_without_examples_can_be_listed(network_client: Client, site_tree: factories.SiteTree) -> None:
    factories.case_study(site_tree.library, "Shows nothing yet")
    shown = network_client.get("/cms/case_studies/?examples=none").content.decode()
    assert "Shows nothing yet" in shown
    assert site_tree.case_study.title not in shown


def test_list_of_standards_takes_the_same_queries_however_long(
    network_client: Client, site_tree: factories.SiteTree, django_assert_max_num_queries: object
) -> None:
    for number in range(3, 12):
        factories.standard(site_tree.theme_page, f"1.{number}", f"Standard number {number}")
    assert StandardPage.objects.count() == 11
    network_client.get("/cms/standards/")
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        network_client.get("/cms/standards/")
