"""Wires the editors' side of the hub into Wagtail's admin; what is done lies in `home.admin`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from home.admin import documents, log_actions, people, publishing
from home.admin.dashboard import arrange_dashboard
from home.admin.emails import EmailsMenuItem, EmailsReport
from home.admin.listings import BlogListing
from home.admin.reports import PagesMenuItem, PagesToConfirmReport
from home.admin.snippets import ListsGroup
from home.admin.upkeep import UpkeepView, may_look_after
from home.models import User

register_snippet(ListsGroup)

hooks.register("before_serve_document", documents.serve_public_files_only)
hooks.register("before_publish_page", publishing.refuse_to_publish)
hooks.register("before_bulk_action", publishing.refuse_to_publish_in_bulk)
hooks.register("before_copy_page", publishing.refuse_to_copy_live)
hooks.register("after_copy_page", publishing.take_back_unready_copies)
hooks.register("before_edit_page", publishing.explain_to_reviewer)
hooks.register("construct_homepage_panels", arrange_dashboard)
hooks.register("register_log_actions", log_actions.register)
hooks.register("register_user_listing_buttons", people.buttons)


@hooks.register("after_create_user")
@hooks.register("after_edit_user")
def address_needs_no_code(request: HttpRequest, user: User) -> None:
    """An administrator vouches for an address that they type in; one that waits for its code goes on waiting."""
    if not user.emailaddress_set.filter(email__iexact=user.email).exists():
        user.confirm_address()


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    report = PagesToConfirmReport
    return [
        path("upkeep/<int:page_id>/", UpkeepView.as_view(), name="home_upkeep"),
        path("users/<int:pk>/second-factor/", people.SecondFactorView.as_view(), name="home_second_factor"),
        path("reports/e-mails/", EmailsReport.as_view(), name="home_emails"),
        path("reports/e-mails/results/", EmailsReport.as_view(results_only=True), name="home_emails_results"),
        path("reports/pages-to-confirm/", report.as_view(), name="home_pages_to_confirm"),
        path(
            "reports/pages-to-confirm/results/",
            report.as_view(results_only=True),
            name="home_pages_to_confirm_results",
        ),
    ]


@hooks.register("register_admin_viewset")
def blog_listing() -> BlogListing:
    return BlogListing()


@hooks.register("register_reports_menu_item")
def pages_to_confirm() -> PagesMenuItem:
    return PagesMenuItem(_("Pages to confirm"), reverse("home_pages_to_confirm"), icon_name="calendar-check", order=110)


@hooks.register("register_reports_menu_item")
def emails() -> EmailsMenuItem:
    return EmailsMenuItem(_("E-mails"), reverse("home_emails"), icon_name="mail", order=900)


def _upkeep_button(page: Page, user: Any) -> Iterator[Button]:
    if page.depth > 1 and page.live and may_look_after(user, page):
        yield Button(_("Upkeep"), url=reverse("home_upkeep", args=[page.pk]), icon_name="calendar-check", priority=45)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _upkeep_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    return _upkeep_button(page, user)


@hooks.register("insert_global_admin_css")
def admin_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("admin/admin.css"))


@hooks.register("insert_editor_js")
def editor_scripts() -> SafeString:
    """Files of their own: the admin's policy could then do without inline scripts of ours."""
    files = ["admin/autosave.js", "admin/word-count.js"]
    return format_html_join("", '<script src="{}" defer></script>', [[static(name)] for name in files])
