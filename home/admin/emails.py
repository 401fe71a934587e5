"""The hub's e-mails, to read in a demonstration, where nobody receives any. Nowhere else: they hold codes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from post_office.models import Email
from wagtail.admin.ui.tables import Column, DateColumn

from home.admin.reports import EditorsReport, PagesMenuItem


class EmailsMenuItem(PagesMenuItem):
    def is_shown(self, request: Any) -> bool:
        return settings.DEMO_MODE and super().is_shown(request)


class EmailsReport(EditorsReport):
    page_title = _("E-mails")
    header_icon = "mail"
    model = Email
    index_url_name = "home_emails"
    index_results_url_name = "home_emails_results"
    default_ordering = "-created"
    verbose_name_plural = _("e-mails")
    export_formats: list[str] = []
    paginate_by = 20
    columns = [
        DateColumn("created", label=_("When"), sort_key="created"),
        Column("to", label=_("To"), accessor=lambda email: ", ".join(email.to)),
        Column("subject", label=_("Subject")),
        Column("message", label=_("Text"), classname="qin-email"),
        Column("status", label=_("State"), accessor=lambda email: email.get_status_display() or _("waiting")),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not settings.DEMO_MODE:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> Any:
        return Email.objects.all()
