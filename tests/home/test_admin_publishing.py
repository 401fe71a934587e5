"""Publishing asks the same questions by every door; what was typed is kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.images import ImageFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image as Drawing

from home.models import BlogPostPage, CustomImage
from home.models.files import PeopleShown
from home.publication import problems_of
from practice_library.models import CaseStudyMeasure, CaseStudyPage, StandardPage
from tests import admin_pages, factories

pytestmark = pytest.mark.slow

PUBLISH = {"action-publish": "yes"}


def said(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def bulk_publish(client: Client, *pages: Any) -> HttpResponse:
    ids = "&".join(f"id={page.pk}" for page in pages)
    return client.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?{ids}", {})


def image(people_shown: str, **values: str) -> CustomImage:
    out = BytesIO()
    Drawing.new("RGB", (4, 4)).save(out, "PNG")
    made = CustomImage(title="Team photo", description="Four people", people_shown=people_shown, **values)
    made.file.save("team.png", ImageFile(BytesIO(out.getvalue()), name="team.png"), save=True)
    made.contextual_alt_text, made.decorative = "Four people at a desk", False
    return made


@pytest.fixture
def unready(site_tree: factories.SiteTree) -> CaseStudyPage:
    """A draft that says neither who allows it nor whether anybody can be identified."""
    page = factories.case_study_draft("Walking group", permission="", identifiability="")
    return factories.draft(site_tree.library, page)


def test_editor_form_says_what_is_missing_and_keeps_what_was_typed(
    network_client: Client, unready: CaseStudyPage
) -> None:
    response = admin_pages.edit(network_client, unready, title="A better title", **PUBLISH)
    shown = response.content.decode()
    assert "Say whether the organisation has given permission to publish." in shown
    assert "A better title" in shown
    assert not CaseStudyPage.objects.get(pk=unready.pk).live


def test_draft_is_saved_however_unready(editor_client: Client, unready: CaseStudyPage) -> None:
    response = admin_pages.edit(editor_client, unready, title="A better title", summary="")
    assert response.status_code == 302
    unready.refresh_from_db()
    assert unready.get_latest_revision_as_object().title == "A better title"


@pytest.mark.parametrize(("title", "expected"), [("Walking group", "walking-group-2"), ("Gåtur!", "gatur")])
def test_address_left_empty_is_made_from_the_title(
    editor_client: Client, unready: CaseStudyPage, title: str, expected: str
) -> None:
    other = factories.draft(unready.get_parent(), factories.case_study_draft("Another"))
    assert admin_pages.edit(editor_client, other, title=title, slug="").status_code == 302
    assert CaseStudyPage.objects.get(pk=other.pk).get_latest_revision_as_object().slug == expected


def test_address_that_no_title_gives_is_asked_for(editor_client: Client, unready: CaseStudyPage) -> None:
    response = admin_pages.edit(editor_client, unready, title="???", slug="")
    assert "Write the name of this page in its address" in response.content.decode()


def test_bulk_publishing_lists_pages_and_reasons_and_publishes_nothing(
    network_client: Client, unready: CaseStudyPage, site_tree: factories.SiteTree
) -> None:
    ready = factories.draft(site_tree.library, factories.case_study_draft("Ready"))
    response = bulk_publish(network_client, unready, ready)
    assert "Check whether anybody can be identified" in said(response)
    assert "Walking group" in said(response)
    assert not CaseStudyPage.objects.filter(pk__in=[ready.pk, unready.pk], live=True).exists()


def test_drafts_below_are_asked_too(
    network_client: Client, unready: CaseStudyPage, site_tree: factories.SiteTree
) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    network_client.post(f"{address}?id={site_tree.library.pk}", {"include_descendants": "on"})
    assert not CaseStudyPage.objects.get(pk=unready.pk).live


def test_reviewer_cannot_approve_and_is_told_why(network_client: Client, unready: CaseStudyPage) -> None:
    unready.get_workflow().start(unready, factories.editor())
    unready.refresh_from_db()
    response = network_client.get(reverse("wagtailadmin_pages:edit", args=[unready.pk]))
    assert "This cannot be approved yet" in response.content.decode()
    state = unready.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[unready.pk, "approve", state.pk])
    assert network_client.post(address, {"comment": ""}).status_code in {302, 403}
    assert not CaseStudyPage.objects.get(pk=unready.pk).live


def test_live_page_that_grew_incomplete_is_not_copied_live(
    network_client: Client, site_tree: factories.SiteTree
) -> None:
    CaseStudyPage.objects.filter(pk=site_tree.case_study.pk).update(permission="")
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": site_tree.library.pk, "publish_copies": "on"}
    response = network_client.post(reverse("wagtailadmin_pages:copy", args=[site_tree.case_study.pk]), data)
    assert "Nothing was copied" in said(response)
    assert CaseStudyPage.objects.count() == 1


def test_copy_of_a_standard_stays_a_draft_until_it_has_a_code(
    network_client: Client, site_tree: factories.SiteTree
) -> None:
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": site_tree.theme_page.pk, "publish_copies": "on"}
    response = network_client.post(reverse("wagtailadmin_pages:copy", args=[site_tree.gap.pk]), data)
    copied = StandardPage.objects.get(slug="copy")
    assert (copied.live, copied.code) == (False, None)
    assert "Give the standard its code" in said(response)


@pytest.mark.parametrize(
    ("values", "stands_in_the_way"),
    [
        ({"people_shown": PeopleShown.NOBODY}, False),
        ({"people_shown": PeopleShown.UNKNOWN}, True),
        ({"people_shown": PeopleShown.CONSENTED}, True),
        ({"people_shown": PeopleShown.CONSENTED, "consent_reference": "Form 12 in the safe"}, False),
    ],
)
def test_images_of_people_need_an_answer(
    values: dict[str, str], stands_in_the_way: bool, editor_client: Client, site_tree: factories.SiteTree
) -> None:
    post = factories.blog_post_draft("With a photo", body=[("image", {"image": image(**values), "caption": ""})])
    post = factories.draft(site_tree.blog, post)
    response = bulk_publish(editor_client, post)
    assert BlogPostPage.objects.get(pk=post.pk).live != stands_in_the_way
    assert ("Team photo" in said(response)) == stands_in_the_way


def test_image_without_words_stands_in_the_way(site_tree: factories.SiteTree) -> None:
    photo = image(PeopleShown.NOBODY)
    photo.contextual_alt_text = ""
    post = factories.blog_post_draft("With a photo", body=[("image", {"image": photo, "caption": ""})])
    post = factories.draft(site_tree.blog, post)
    (problem,) = problems_of(post.get_latest_revision_as_object())
    assert problem.field == "body"
    assert "alternative text" in str(problem.message) or "alt text" in str(problem.message)


def test_small_groups_are_pointed_out_after_publishing(network_client: Client, site_tree: factories.SiteTree) -> None:
    page = factories.case_study_draft("Small clinic")
    page.measures.set([CaseStudyMeasure(name="Falls", baseline="3 patients", result="none")])
    page = factories.draft(site_tree.library, page)
    response = admin_pages.edit(network_client, page, **PUBLISH)
    assert CaseStudyPage.objects.get(pk=page.pk).live
    assert "3 patients" in said(response)


def test_everything_in_the_demonstration_tree_may_be_published(site_tree: factories.SiteTree) -> None:
    for name in ("about", "framework", "theme_page", "standard", "case_study", "research", "post"):
        assert problems_of(getattr(site_tree, name)) == [], name
