"""The vocabulary in the admin, and the reports on what people look for."""

from __future__ import annotations

from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search import reports, roles
from search.models import SynonymGroup


class SynonymGroupViewSet(SnippetViewSet):  # type: ignore[misc]
    model = SynonymGroup
    icon = "search"
    menu_label = _("Synonyms")
    menu_order = 520
    add_to_admin_menu = True
    list_display = ["terms_line", "also_line", "kind", BooleanColumn("is_active", label=_("In use"))]
    list_filter = ["kind", "is_active", "language"]
    search_fields = ["terms", "also", "reason"]
    list_per_page = 50
    panels = [
        FieldPanel("kind"),
        FieldPanel("terms"),
        FieldPanel("also"),
        FieldPanel("reason"),
        FieldPanel("is_active"),
    ]


register_snippet(SynonymGroupViewSet)
hooks.register("construct_homepage_panels", reports.add_panel)
# Lets an administrator give the same rights to another group.
hooks.register("register_permissions", roles.permissions)


def _report_urls(address: str, view: Any) -> list[Any]:
    return [
        path(f"reports/{address}/", view.as_view(), name=view.index_url_name),
        path(f"reports/{address}/results/", view.as_view(results_only=True), name=view.index_results_url_name),
    ]


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        *_report_urls("what-people-look-for", reports.SearchesReport),
        *_report_urls("searches-that-found-nothing", reports.NothingFoundReport),
        path("reports/searches-that-found-nothing/<int:row>/", reports.GapView.as_view(), name="search_gap"),
    ]


def _menu_item(report: Any, order: int) -> reports.SearchesMenuItem:
    return reports.SearchesMenuItem(
        report.page_title, reverse(report.index_url_name), icon_name=report.header_icon, order=order
    )


@hooks.register("register_reports_menu_item")
def looked_for_menu_item() -> reports.SearchesMenuItem:
    return _menu_item(reports.SearchesReport, 130)


@hooks.register("register_reports_menu_item")
def nothing_found_menu_item() -> reports.SearchesMenuItem:
    return _menu_item(reports.NothingFoundReport, 140)
