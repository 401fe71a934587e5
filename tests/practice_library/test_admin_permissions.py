"""Editors write case studies; only the network team publishes them. Every door of the admin is tried for real.

Each door is also tried by the network team, which shows that the request is one that works.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from practice_library.models import CaseStudyPage, StandardClaim
from practice_library.models.claim import verifications_of
from tests import admin_pages, factories

pytestmark = pytest.mark.slow

TITLE = "A title that nobody has approved"


@pytest.fixture
def draft(site_tree: factories.SiteTree) -> CaseStudyPage:
    """A case study that has all it needs and waits to be published."""
    page = factories.case_study_draft("Walking group", [factories.claim(site_tree.gap)])
    return factories.draft(site_tree.library, page)


def public_case_studies() -> list[tuple[Any, ...]]:
    """What readers can see of case studies."""
    live = CaseStudyPage.objects.filter(live=True).order_by("pk")
    return list(live.values_list("pk", "title", "path", "review__archived_on", "alias_of"))


def publish_in_editor(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    admin_pages.edit(client, draft, **{"action-publish": "yes"})


def publish_changes_to_live_page(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    admin_pages.edit(client, tree.case_study, title=TITLE, **{"action-publish": "yes"})


def publish_with_a_date_that_has_passed(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    admin_pages.edit(client, draft, go_live_at="2020-01-01 10:00", **{"action-publish": "yes"})


def create_and_publish(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    values = admin_pages.form_at(
        client, reverse("wagtailadmin_pages:edit", args=[draft.pk]), "page-edit-form", CaseStudyPage
    )
    for relation in ("service_rows", "claims"):
        values.update({f"{relation}-0-id": "", f"{relation}-INITIAL_FORMS": "0"})
    admin_pages.create(client, tree.library, CaseStudyPage, **{**values, "slug": "new", "action-publish": "yes"})


def copy_with_publish(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    copy(client, tree, publish_copies="on")


def copy_as_alias(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    copy(client, tree, alias="on")


def copy(client: Client, tree: factories.SiteTree, **values: str) -> None:
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(tree.library.pk), **values}
    client.post(reverse("wagtailadmin_pages:copy", args=[tree.case_study.pk]), data)


def publish_in_bulk(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    bulk(client, "publish", draft.pk)


def publish_library_with_drafts_below(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    bulk(client, "publish", tree.library.pk, include_descendants="on")


def bulk(client: Client, action: str, pk: int, **values: str) -> None:
    client.post(reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={pk}", values)


def publish_old_revision(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    page = tree.case_study
    page.title = TITLE
    old = page.save_revision()
    address = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old.pk])
    data = admin_pages.form_at(client, address, "page-edit-form", CaseStudyPage)
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, "action-publish": "yes"})


def approve_in_workflow(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    submit(draft)
    state = draft.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk]), {"comment": ""})


def approve_in_editor(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    submit(draft)
    approve = {"action-workflow-action": "yes", "workflow-action-name": "approve"}
    admin_pages.edit(client, draft, **approve)


def submit(draft: CaseStudyPage) -> None:
    draft.get_workflow().start(draft, factories.editor("author@example.org"))
    draft.refresh_from_db()


def unpublish(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    client.post(reverse("wagtailadmin_pages:unpublish", args=[tree.case_study.pk]))


def unpublish_in_bulk(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    bulk(client, "unpublish", tree.case_study.pk)


def delete(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    client.post(reverse("wagtailadmin_pages:delete", args=[tree.case_study.pk]))


def delete_in_bulk(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    bulk(client, "delete", tree.case_study.pk)


def archive(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    client.post(reverse("home_upkeep", args=[tree.case_study.pk]), {"step": "archive", "reason": "Old."})


def withdraw(client: Client, tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    client.post(reverse("home_upkeep", args=[tree.case_study.pk]), {"step": "withdraw", "reason": "Wrong."})


DOORS: list[Callable[[Client, factories.SiteTree, CaseStudyPage], None]] = [
    publish_in_editor,
    publish_changes_to_live_page,
    publish_with_a_date_that_has_passed,
    create_and_publish,
    copy_with_publish,
    copy_as_alias,
    publish_in_bulk,
    publish_library_with_drafts_below,
    publish_old_revision,
    approve_in_workflow,
    approve_in_editor,
    unpublish,
    unpublish_in_bulk,
    delete,
    delete_in_bulk,
    archive,
    withdraw,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_editor_changes_nothing_that_readers_see(
    door: Callable[..., None], editor_client: Client, site_tree: factories.SiteTree, draft: CaseStudyPage
) -> None:
    before = public_case_studies()
    door(editor_client, site_tree, draft)
    assert public_case_studies() == before


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_network_team_may_do_it(
    door: Callable[..., None], network_client: Client, site_tree: factories.SiteTree, draft: CaseStudyPage
) -> None:
    before = public_case_studies()
    door(network_client, site_tree, draft)
    assert public_case_studies() != before


def test_moving_does_not_publish(editor_client: Client, site_tree: factories.SiteTree, draft: CaseStudyPage) -> None:
    """The blog is editors' own ground, but a case study cannot go there."""
    address = reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, site_tree.blog.pk])
    editor_client.post(address)
    draft.refresh_from_db()
    assert not draft.live
    assert draft.get_parent().pk == site_tree.library.pk


def test_editor_publishes_a_post(editor_client: Client, site_tree: factories.SiteTree) -> None:
    post = factories.draft(site_tree.blog, factories.blog_post_draft("Second post"))
    bulk(editor_client, "publish", post.pk)
    assert Page.objects.get(pk=post.pk).live


def test_copy_starts_with_unchecked_examples(network_client: Client, site_tree: factories.SiteTree) -> None:
    copy_with_publish(network_client, site_tree, site_tree.case_study)
    copied = StandardClaim.objects.get(case_study__slug="copy")
    assert copied.translation_key != site_tree.claim.translation_key
    assert set(verifications_of([site_tree.claim, copied])) == {site_tree.claim.pk}
