"""What examples rest on is not deleted, by any door, and never with an error page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from home.models import Condition, Organisation, Person, Service, Theme, Topic
from practice_library.models import StandardPage
from tests import factories


def said(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def delete_page(client: Client, page: Page, method: str = "post") -> HttpResponse:
    return getattr(client, method)(
        reverse("wagtailadmin_pages:delete", args=[page.pk]), {"wagtail_site_name": "Mind & Body QIN hub"}
    )


def delete_in_bulk(client: Client, *objects: Any) -> HttpResponse:
    opts = objects[0]._meta
    label = ("wagtailcore", "page") if isinstance(objects[0], Page) else (opts.app_label, opts.model_name)
    ids = "&".join(f"id={one.pk}" for one in objects)
    address = reverse("wagtail_bulk_action", args=[*label, "delete"]) + f"?{ids}"
    return client.post(address, {"wagtail_site_name": "Mind & Body QIN hub"})


def delete_snippet(client: Client, instance: Any) -> HttpResponse:
    return client.post(reverse(type(instance).snippet_viewset.get_url_name("delete"), args=[instance.pk]))


@pytest.mark.parametrize("place", ["standard", "theme_page", "framework"])
@pytest.mark.parametrize("way", [delete_page, delete_in_bulk])
def test_standard_in_use_stays_with_everything_above_it(
    place: str, way: Any, admin_client: Client, site_tree: factories.SiteTree
) -> None:
    response = way(admin_client, getattr(site_tree, place))
    assert response.status_code == 302
    assert StandardPage.objects.count() == 2
    assert site_tree.case_study.title in said(response)
    assert reverse("wagtailadmin_pages:edit", args=[site_tree.case_study.pk]) in said(response)


def test_the_question_itself_is_answered_with_the_reason(admin_client: Client, site_tree: factories.SiteTree) -> None:
    response = delete_page(admin_client, site_tree.theme_page, "get")
    assert response.status_code == 302
    assert site_tree.research.title in said(response)


def test_unused_standard_is_deleted(network_client: Client, site_tree: factories.SiteTree) -> None:
    delete_page(network_client, site_tree.gap)
    assert list(StandardPage.objects.all()) == [site_tree.standard]


@pytest.mark.parametrize("way", [delete_snippet, delete_in_bulk])
@pytest.mark.parametrize("model", [Service, Organisation, Person, Theme])
def test_snippet_in_use_stays(
    model: type[Any], way: Any, network_client: Client, site_tree: factories.SiteTree
) -> None:
    instance = model.objects.get()
    response = way(network_client, instance)
    assert response.status_code == 302
    assert model.objects.filter(pk=instance.pk).exists()
    assert site_tree.case_study.title in said(response)


@pytest.mark.parametrize("way", [delete_snippet, delete_in_bulk])
def test_organisation_with_services_stays(way: Any, network_client: Client, site_tree: factories.SiteTree) -> None:
    other = factories.organisation("Hillside Trust (sample)", short_name="Hillside")
    factories.service("Walking group (sample)", organisation=other)
    response = way(network_client, other)
    assert Organisation.objects.filter(pk=other.pk).exists()
    assert "Walking group (sample)" in said(response)


def test_one_in_use_keeps_all_that_were_ticked(network_client: Client, site_tree: factories.SiteTree) -> None:
    unused = factories.service("Choir (sample)")
    delete_in_bulk(network_client, Service.objects.get(pk=site_tree.claim.service_id), unused)
    assert Service.objects.count() == 2


def test_unused_service_is_deleted(network_client: Client, site_tree: factories.SiteTree) -> None:
    delete_snippet(network_client, factories.service("Choir (sample)"))
    assert Service.objects.count() == 1


@pytest.mark.parametrize("model", [Topic, Condition])
def test_label_may_go_and_its_keeper_is_told(
    model: type[Any], network_client: Client, site_tree: factories.SiteTree
) -> None:
    response = delete_snippet(network_client, model.objects.get())
    assert not model.objects.exists()
    assert "was taken off" in said(response)
    assert Page.objects.filter(pk=site_tree.case_study.pk).exists()
