"""Wires the practice library's part of the admin; what is done lies in `practice_library.admin`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from home.admin.reports import PagesMenuItem
from practice_library.admin import deletion, log_actions, small_numbers
from practice_library.admin.chooser import StandardChooserViewSet
from practice_library.admin.dashboard import add_panel
from practice_library.admin.listings import CaseStudyListing, ResearchListing, StandardListing
from practice_library.admin.reports import CoverageReport, UncheckedReport
from practice_library.admin.verification import ExamplesView, may_read
from practice_library.models import CaseStudyPage
from practice_library.roles import CHECK_EXAMPLES

hooks.register("before_delete_page", deletion.before_delete_page)
hooks.register("before_bulk_action", deletion.before_bulk_action)
hooks.register("before_delete_snippet", deletion.before_delete_snippet)
hooks.register("after_publish_page", small_numbers.after_publish_page)
hooks.register("after_bulk_action", small_numbers.after_bulk_action)
hooks.register("after_edit_page", small_numbers.after_edit_page)
hooks.register("construct_homepage_panels", add_panel)
hooks.register("register_log_actions", log_actions.register)


def _report_urls(address: str, view: Any) -> list[Any]:
    return [
        path(f"reports/{address}/", view.as_view(), name=view.index_url_name),
        path(f"reports/{address}/results/", view.as_view(results_only=True), name=view.index_results_url_name),
    ]


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("examples/<int:page_id>/", ExamplesView.as_view(), name="practice_library_examples"),
        *_report_urls("where-we-have-examples", CoverageReport),
        *_report_urls("examples-not-checked", UncheckedReport),
    ]


@hooks.register("register_admin_viewset")
def viewsets() -> list[Any]:
    return [
        StandardChooserViewSet("standard_chooser"),
        CaseStudyListing(),
        StandardListing(),
        ResearchListing(),
    ]


@hooks.register("register_reports_menu_item")
def coverage_menu_item() -> PagesMenuItem:
    return PagesMenuItem(
        _("Where we have examples"), reverse(CoverageReport.index_url_name), icon_name="table", order=100
    )


@hooks.register("register_reports_menu_item")
def unchecked_menu_item() -> PagesMenuItem:
    return PagesMenuItem(
        _("Examples not checked"), reverse(UncheckedReport.index_url_name), icon_name="clipboard-list", order=120
    )


@hooks.register("register_permissions")
def permissions() -> Any:
    """Lets an administrator give the right to check examples to another group."""
    app_label, codename = CHECK_EXAMPLES.split(".")
    return Permission.objects.filter(content_type__app_label=app_label, codename=codename)


def _examples_button(page: Page, user: Any) -> Iterator[Button]:
    if issubclass(page.specific_class, CaseStudyPage) and may_read(user, page):
        address = reverse("practice_library_examples", args=[page.pk])
        yield Button(_("Examples and checks"), url=address, icon_name="clipboard-list", priority=44)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _examples_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    return _examples_button(page, user)
