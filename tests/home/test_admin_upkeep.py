"""Confirming, archiving and withdrawing pages, and who may."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from home.models import ContentPage, CustomDocument, HomePage, PageReview
from home.models.review import add_months
from practice_library.models import TakeAwayFile
from tests import factories


def overdue(page_id: int) -> PageReview:
    review = PageReview.objects.get(page_id=page_id)
    review.confirmed_on, review.due_on = datetime.date(2024, 1, 1), datetime.date(2025, 1, 1)
    review.save()
    return review


def post(client: Client, page_id: int, **data: str) -> int:
    return client.post(reverse("home_upkeep", args=[page_id]), data).status_code


def logged(page_id: int) -> list[str]:
    return list(PageLogEntry.objects.filter(page=page_id, action__startswith="home.").values_list("action", flat=True))


@pytest.fixture
def section(home_page: HomePage) -> ContentPage:
    return factories.content_page(home_page)


def test_one_click_confirms_for_as_long_as_the_page_type_says(network_client: Client, section: ContentPage) -> None:
    review = overdue(section.pk)
    assert post(network_client, section.pk, step="confirm") == 302
    review.refresh_from_db()
    today = timezone.localdate()
    assert (review.confirmed_on, review.due_on) == (today, add_months(today, ContentPage.review_months))
    assert logged(section.pk) == ["home.confirm"]


def test_confirming_leaves_a_waiting_draft_alone(network_client: Client, section: ContentPage) -> None:
    section.title = "About us, rewritten"
    section.save_revision()
    post(network_client, section.pk, step="confirm")
    section = ContentPage.objects.get(pk=section.pk)
    assert (section.title, section.has_unpublished_changes) == ("About the network", True)


def test_next_day_can_be_chosen_but_not_in_the_past(network_client: Client, section: ContentPage) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert post(network_client, section.pk, step="confirm", due_on=tomorrow.isoformat()) == 302
    assert PageReview.objects.get(page_id=section.pk).due_on == tomorrow
    assert post(network_client, section.pk, step="confirm", due_on="2020-01-01") == 200
    assert PageReview.objects.get(page_id=section.pk).due_on == tomorrow


def test_archiving_asks_for_a_reason_and_can_be_undone(network_client: Client, section: ContentPage) -> None:
    assert post(network_client, section.pk, step="archive", reason="") == 200
    post(network_client, section.pk, step="archive", reason="The pilot has ended.")
    review = PageReview.objects.get(page_id=section.pk)
    assert (review.archived_on, review.archive_note) == (timezone.localdate(), "The pilot has ended.")
    assert network_client.get("/about-the-network/").status_code == 200
    post(network_client, section.pk, step="unarchive")
    assert PageReview.objects.get(page_id=section.pk).archived_on is None
    assert logged(section.pk) == ["home.unarchive", "home.archive"]


def test_withdrawing_takes_the_pages_below_along(network_client: Client, section: ContentPage, client: Client) -> None:
    child = factories.content_page(section, "Our history")
    shown = network_client.get(reverse("home_upkeep", args=[section.pk])).content.decode()
    assert "1 more page goes offline with it" in shown
    post(network_client, section.pk, step="withdraw", reason="Wrong.")
    assert not ContentPage.objects.filter(pk__in=[section.pk, child.pk], live=True).exists()
    assert client.get("/about-the-network/").status_code == 410
    assert client.get("/about-the-network/our-history/").status_code == 410
    assert logged(child.pk) == ["home.withdraw"]


def test_front_page_cannot_be_withdrawn(network_client: Client, home_page: HomePage) -> None:
    assert "Withdraw" not in network_client.get(reverse("home_upkeep", args=[home_page.pk])).content.decode()
    assert post(network_client, home_page.pk, step="withdraw", reason="Spring cleaning.") == 403
    assert HomePage.objects.get(pk=home_page.pk).live


def test_publishing_again_takes_a_withdrawal_back(network_client: Client, section: ContentPage, client: Client) -> None:
    post(network_client, section.pk, step="withdraw", reason="Wrong.")
    ContentPage.objects.get(pk=section.pk).save_revision().publish()
    assert client.get("/about-the-network/").status_code == 200


def test_editor_confirms_own_ground_only(editor_client: Client, site_tree: factories.SiteTree) -> None:
    assert post(editor_client, site_tree.post.pk, step="confirm") == 302
    assert logged(site_tree.post.pk) == ["home.confirm"]
    assert post(editor_client, site_tree.case_study.pk, step="confirm") == 403
    assert logged(site_tree.case_study.pk) == []


def test_anonymous_and_people_without_access_never(client: Client, section: ContentPage) -> None:
    address = reverse("home_upkeep", args=[section.pk])
    assert client.get(address).status_code == 302
    client.force_login(factories.user("reader@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, {"step": "withdraw", "reason": "Fun."}).status_code in {302, 403}
    assert ContentPage.objects.get(pk=section.pk).live


def test_nothing_can_be_done_to_a_draft(network_client: Client, home_page: HomePage) -> None:
    page = factories.draft(home_page, ContentPage(title="Not yet", summary="Soon."))
    assert post(network_client, page.pk, step="archive", reason="Why not.") == 302
    assert not PageReview.objects.filter(page_id=page.pk).exists()


def test_dashboard_lists_what_is_due_the_most_overdue_first(
    network_client: Client, site_tree: factories.SiteTree
) -> None:
    overdue(site_tree.case_study.pk)
    later = PageReview.objects.get(page_id=site_tree.post.pk)
    later.confirmed_on, later.due_on = datetime.date(2024, 1, 1), timezone.localdate()
    later.save()
    page = network_client.get("/cms/").content.decode()
    start = page.index("Pages to confirm this month")
    panel = page[start : page.index("</section>", start)]
    assert panel.index(site_tree.case_study.title) < panel.index(site_tree.post.title)
    assert panel.count("Still right</button>") == 2
    assert site_tree.about.title not in panel


def test_dashboard_offers_editors_no_button_that_would_be_refused(
    editor_client: Client, site_tree: factories.SiteTree
) -> None:
    overdue(site_tree.case_study.pk)
    page = editor_client.get("/cms/").content.decode()
    assert site_tree.case_study.title in page
    assert "Still right</button>" not in page


def status(client: Client, address: str) -> int:
    response = client.get(address)
    response.close()
    return response.status_code


def _with_file(tree: factories.SiteTree) -> CustomDocument:
    document = CustomDocument(title="Protocol")
    document.file.save("protocol.txt", ContentFile(b"One step after the other."), save=True)
    tree.case_study.take_away_files.set([TakeAwayFile(document=document)])
    tree.case_study.save_revision().publish()
    return document


def test_file_of_a_withdrawn_page_is_gone_and_of_an_archived_one_stays(
    network_client: Client, site_tree: factories.SiteTree, client: Client
) -> None:
    document = _with_file(site_tree)
    assert status(client, document.url) == 200
    post(network_client, site_tree.case_study.pk, step="archive", reason="Old.")
    assert status(client, document.url) == 200
    post(network_client, site_tree.case_study.pk, step="withdraw", reason="Wrong.")
    assert status(client, document.url) == 404
    assert status(network_client, document.url) == 200


def test_scheduled_page_that_is_not_ready_is_held_back(home_page: HomePage) -> None:
    page = factories.draft(home_page, ContentPage(title="Not ready", summary="word " * 80))
    revision = page.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - datetime.timedelta(minutes=1)
    revision.save()
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert not page.live
    assert logged(page.pk) == ["home.held_back"]
