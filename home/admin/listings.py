"""Flat lists of one kind of page. The practice library's lists build on `HubListingView`."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from home.admin.reports import DueFilter, OverdueColumn
from home.models import BlogPostPage

CHECKBOX = BulkActionsColumn("bulk_actions")
TITLE = PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title")
UPDATED = DateColumn(
    "latest_revision_created_at", label=_("Changed"), sort_key="latest_revision_created_at", width="10%"
)
STATUS = PageStatusColumn("status", label=_("Status"), sort_key="live", width="10%")
DUE = OverdueColumn("due_on", label=_("Confirm by"), sort_key="due_on", width="12%")


class HubPageFilterSet(PageFilterSet):  # type: ignore[misc]
    """Wagtail's filters without those that say nothing here, and with the day of the next check."""

    site = None
    has_child_pages = None
    owner = None
    due = DueFilter(field_name="review__due_on")


class HubListingView(IndexView):  # type: ignore[misc]
    """Pages of one type with the day by which somebody confirms them again."""

    def annotate_queryset(self, pages: Any) -> Any:
        return super().annotate_queryset(self.with_numbers(pages.annotate(due_on=F("review__due_on"))))

    def with_numbers(self, pages: Any) -> Any:
        """What a subclass counts for its columns."""
        return pages


class BlogFilterSet(HubPageFilterSet):
    class Meta:
        model = BlogPostPage
        fields: list[str] = []


class BlogListing(PageListingViewSet):  # type: ignore[misc]
    name = "blog"
    model = BlogPostPage
    icon = "pilcrow"
    menu_label = _("Blog")
    menu_order = 240
    add_to_admin_menu = True
    index_view_class = HubListingView
    filterset_class = BlogFilterSet
    columns = [
        CHECKBOX,
        TITLE,
        DateColumn("date", label=_("Date"), sort_key="date"),
        Column("author_role", label=_("Written by"), sort_key="author_role"),
        DUE,
        UPDATED,
        STATUS,
    ]

    @cached_property
    def export_filename(self) -> str:
        return "blog"
