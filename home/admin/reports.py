"""Reports that need only pages and their upkeep; the base of the practice library's reports too."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.admin.dashboard import end_of_month
from home.models import PageReview

#: Reports are for people who write pages: editors and the network team.
WRITES_PAGES = ["add", "change", "publish"]


def writes_pages(user: Any) -> bool:
    return bool(policy_registry.get_by_type(Page).user_has_any_permission(user, WRITES_PAGES))


class PagesMenuItem(MenuItem):  # type: ignore[misc]
    """A menu item for people who write pages."""

    def is_shown(self, request: Any) -> bool:
        return writes_pages(request.user)


class EditorsReport(ReportView):  # type: ignore[misc]
    """A report, and its spreadsheet, for people who write pages."""

    any_permission_required = WRITES_PAGES

    @cached_property
    def permission_policy(self) -> Any:
        return policy_registry.get_by_type(Page)


class Due(models.TextChoices):
    OVERDUE = "overdue", _("Overdue")
    THIS_MONTH = "month", _("By the end of this month")
    LATER = "later", _("Later")


class DueFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """By the day of the next check; `field_name` is the lookup path to it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Confirm again"))
        super().__init__(*args, choices=Due.choices, empty_label=_("Any time"), widget=forms.RadioSelect, **kwargs)

    def filter(self, qs: Any, value: Any) -> Any:
        today = timezone.localdate()
        bounds = {
            Due.OVERDUE: {f"{self.field_name}__lt": today},
            Due.THIS_MONTH: {f"{self.field_name}__lte": end_of_month(today)},
            Due.LATER: {f"{self.field_name}__gt": end_of_month(today)},
        }
        return qs.filter(**bounds[value]) if value in bounds else qs


class ReviewFilterSet(WagtailFilterSet):  # type: ignore[misc]
    due = DueFilter(field_name="due_on")

    class Meta:
        model = PageReview
        fields: list[str] = []


class OverdueColumn(BaseColumn):  # type: ignore[misc]
    """A date, with a word when it has passed."""

    cell_template_name = "home/admin/due_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        due = getattr(instance, self.name, None)
        return {**super().get_cell_context_data(instance, parent_context), "due": due, "overdue": is_past(due)}


def is_past(day: Any) -> bool:
    return bool(day and day < timezone.localdate())


class PagesToConfirmReport(EditorsReport):
    """Every live page with the day by which somebody confirms it again."""

    page_title = _("Pages to confirm")
    header_icon = "calendar-check"
    model = PageReview
    filterset_class = ReviewFilterSet
    index_url_name = "home_pages_to_confirm"
    index_results_url_name = "home_pages_to_confirm_results"
    default_ordering = "due_on"
    verbose_name_plural = _("pages")
    export_filename = "pages-to-confirm"
    columns = [
        TitleColumn("title", label=_("Page"), url_name="wagtailadmin_pages:edit", id_accessor="page_id"),
        Column("kind", label=_("Kind")),
        Column("owner_role", label=_("Owner")),
        Column("deputy_role", label=_("Deputy")),
        DateColumn("confirmed_on", label=_("Last confirmed"), sort_key="confirmed_on"),
        OverdueColumn("due_on", label=_("Confirm by"), sort_key="due_on"),
    ]
    list_export = ["title", "kind", "owner_role", "deputy_role", "confirmed_on", "due_on", "overdue", "address"]
    export_headings = {
        "title": _("Page"),
        "kind": _("Kind"),
        "owner_role": _("Owner"),
        "deputy_role": _("Deputy"),
        "confirmed_on": _("Last confirmed"),
        "due_on": _("Confirm by"),
        "overdue": _("Overdue"),
        "address": _("Address"),
    }

    def get_base_queryset(self) -> Any:
        mine = self.permission_policy.explorable_instances(self.request.user)
        live = PageReview.objects.filter(page__live=True, page__alias_of__isnull=True, archived_on__isnull=True)
        return live.filter(page__in=mine.order_by().values("pk"))

    def decorate_paginated_queryset(self, object_list: Any) -> list[Any]:
        """Give each review what its page says: one query a page type."""
        reviews = list(object_list)  # the table holds the same queryset, so it shows what is put on these rows
        pages = Page.objects.filter(pk__in=[review.page_id for review in reviews]).defer_streamfields().specific()
        by_id = {page.pk: page for page in pages}
        for review in reviews:
            describe(review, by_id[review.page_id])
        return reviews


def describe(review: PageReview, page: Any) -> None:
    """Put a page's facts on its review, under the names of the report's columns."""
    review.title = page.get_admin_display_title()  # type: ignore[attr-defined]
    review.kind = capfirst(str(page.page_type_display_name))  # type: ignore[attr-defined]
    review.owner_role = getattr(page, "owner_role", "")  # type: ignore[attr-defined]
    review.deputy_role = getattr(page, "deputy_role", "")  # type: ignore[attr-defined]
    review.overdue = is_past(review.due_on)  # type: ignore[attr-defined]
    review.address = page.full_url or ""  # type: ignore[attr-defined]
