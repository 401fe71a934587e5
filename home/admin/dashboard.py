"""The first screen of the admin: what to do today."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import RecentEditsPanel, WorkflowObjectsToModeratePanel
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.admin.upkeep import may_look_after
from home.models import PageReview
from home.models.review import add_months

#: Pages that the panel lists; the report lists all.
SHOWN = 10


def end_of_month(day: datetime.date) -> datetime.date:
    return add_months(day.replace(day=1), 1) - datetime.timedelta(days=1)


def due_reviews(user: Any) -> Any:
    """Reviews due by the end of this month, of pages that `user` may edit; the most overdue first."""
    policy = policy_registry.get_by_type(Page)
    pages = policy.instances_user_has_permission_for(user, "change")
    due = PageReview.objects.due_by(end_of_month(timezone.localdate()))
    return due.filter(page__in=pages.order_by().values("pk"), page__alias_of__isnull=True)


class PagesToConfirmPanel(Component):  # type: ignore[misc]
    """Pages to confirm this month, each with one button."""

    name = "pages_to_confirm"
    template_name = "home/admin/pages_to_confirm.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        due = due_reviews(request.user)
        reviews = list(due.select_related("page__content_type")[:SHOWN])
        pages = Page.objects.filter(pk__in=[review.page_id for review in reviews]).specific(defer=True)
        specific = {page.pk: page for page in pages}
        rows = [
            {
                "review": review,
                "page": specific[review.page_id],
                "kind": specific[review.page_id].page_type_display_name,
                "may_confirm": may_look_after(request.user, specific[review.page_id]),
            }
            for review in reviews
        ]
        return {
            **super().get_context_data(parent_context),
            "rows": rows,
            "more": max(due.count() - SHOWN, 0),
            "request": request,
            "csrf_token": parent_context["csrf_token"],
        }


class MyDraftsPanel(Component):  # type: ignore[misc]
    """What I wrote last and have not sent off: unpublished changes by me that wait for nobody."""

    name = "my_drafts"
    template_name = "home/admin/my_drafts.html"
    order = 30

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        drafts = (
            Page.objects.filter(has_unpublished_changes=True, latest_revision__user_id=request.user.pk)
            .filter(pk__in=policy_registry.get_by_type(Page).explorable_instances(request.user).values("pk"))
            .order_by("-latest_revision_created_at")
            .prefetch_workflow_states()
            .annotate_approved_schedule()
            .specific(defer=True)
        )
        pages = [page for page in drafts[: SHOWN * 2] if not page.workflow_in_progress][:SHOWN]
        return {**super().get_context_data(parent_context), "pages": pages, "request": request}


def arrange_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    """construct_homepage_panels: ours first. Wagtail's recent edits would only repeat "my drafts"."""
    panels[:] = [panel for panel in panels if not isinstance(panel, RecentEditsPanel)]
    for panel in panels:
        if isinstance(panel, WorkflowObjectsToModeratePanel):
            panel.order = 20  # what waits for my review comes right after what to confirm
    panels += [PagesToConfirmPanel(), MyDraftsPanel()]
