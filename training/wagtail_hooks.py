"""Wires training into Wagtail's admin; what is done lies in `training.admin`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from training import roles
from training.admin import certificates, figures, sign_off
from training.models import LessonPage, ModulePage

# Lets an administrator give the same rights to another group.
hooks.register("register_permissions", roles.permissions)
hooks.register("register_log_actions", sign_off.register_log_actions)
hooks.register("construct_homepage_panels", sign_off.add_panel)
hooks.register("register_log_actions", certificates.register_log_actions)


def _report_urls(address: str, view: Any) -> list[Any]:
    return [
        path(f"reports/{address}/", view.as_view(), name=view.index_url_name),
        path(f"reports/{address}/results/", view.as_view(results_only=True), name=view.index_results_url_name),
    ]


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        *_report_urls("clinical-sign-off", sign_off.SignOffReport),
        *_report_urls("training", figures.FunnelReport),
        *_report_urls("quiz-questions", figures.QuestionsReport),
        path("certificates/", certificates.CertificatesView.as_view(), name="training_certificates"),
        path("sign-off/<int:page_id>/", sign_off.SignOffView.as_view(), name="training_sign_off"),
        path("sign-off/<int:page_id>/read/<int:revision_id>/", sign_off.read_version, name="training_sign_off_read"),
    ]


@hooks.register("register_reports_menu_item")
def sign_off_menu_item() -> sign_off.SignOffMenuItem:
    report = sign_off.SignOffReport
    return sign_off.SignOffMenuItem(
        report.page_title, reverse(report.index_url_name), icon_name=report.header_icon, order=150
    )


def _figures_menu_item(report: Any, order: int) -> figures.FiguresMenuItem:
    address = reverse(report.index_url_name)
    return figures.FiguresMenuItem(report.page_title, address, icon_name=report.header_icon, order=order)


@hooks.register("register_reports_menu_item")
def training_menu_item() -> figures.FiguresMenuItem:
    return _figures_menu_item(figures.FunnelReport, 160)


@hooks.register("register_reports_menu_item")
def questions_menu_item() -> figures.FiguresMenuItem:
    return _figures_menu_item(figures.QuestionsReport, 165)


@hooks.register("register_reports_menu_item")
def certificates_menu_item() -> certificates.CertificatesMenuItem:
    view = certificates.CertificatesView
    return certificates.CertificatesMenuItem(
        view.page_title, reverse("training_certificates"), icon_name=view.header_icon, order=170
    )


def _sign_off_button(page: Page, user: Any) -> Iterator[Button]:
    if not issubclass(page.specific_class, ModulePage | LessonPage):
        return
    module_page = page.specific if issubclass(page.specific_class, ModulePage) else page.specific.module_page
    if module_page and module_page.is_or_will_be_clinical and sign_off.may_read(user, module_page):
        address = reverse("training_sign_off", args=[module_page.pk])
        yield Button(_("Clinical sign-off"), url=address, icon_name="clipboard-list", priority=44)


@hooks.register("register_page_header_buttons")
def header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _sign_off_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    return _sign_off_button(page, user)
