"""Clinical sign-off: a clinician reads a module as its drafts stand, and vouches for exactly that."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import LogFormatter, log
from wagtail.models import Page, Revision
from wagtail.permission_policies import ModelPermissionPolicy

from home.errors import permission_denied
from training.models import LessonPage, ModulePage, SignOff
from training.roles import SEE_SIGN_OFFS, SIGN_OFF
from training.sign_off import drafts, fingerprint, is_signed, refresh

SIGNED, TAKEN_BACK = "training.sign_off", "training.take_sign_off_back"


def may_sign(user: Any) -> bool:
    return bool(user.has_perm("wagtailadmin.access_admin") and user.has_perm(SIGN_OFF))


def may_read(user: Any, page: Page) -> bool:
    return bool(user.has_perm(SEE_SIGN_OFFS) or may_sign(user) or page.permissions_for_user(user).can_edit())


@transaction.atomic
def sign(page: ModulePage, user: Any, role: str, read: str, revisions: dict[str, int]) -> SignOff:
    """Vouch for the module whose fingerprint is `read`. Twice is once."""
    made = {"role": role, "signed_by": user, "revisions": revisions}
    sign_off, created = SignOff.objects.in_force().get_or_create(
        module_id=page.module_id, fingerprint=read, defaults=made
    )
    if created:
        log(instance=page, action=SIGNED, user=user, data={"role": role, "revisions": revisions})
    refresh(page)
    return sign_off


@transaction.atomic
def take_back(page: ModulePage, user: Any, read: str) -> bool:
    """Withdraw the sign-off of this wording. False when there was none."""
    found = SignOff.objects.in_force().filter(module_id=page.module_id, fingerprint=read)
    taken = found.update(withdrawn_at=timezone.now())
    if taken:
        log(instance=page, action=TAKEN_BACK, user=user)
        refresh(page)
    return bool(taken)


class SignOffForm(forms.Form):
    """`read` is the fingerprint of what the clinician had before her."""

    read = forms.CharField(max_length=64, widget=forms.HiddenInput)
    step = forms.ChoiceField(choices=[("sign", ""), ("take-back", "")])
    role = forms.CharField(max_length=120, required=False, strip=True)


class SignOffView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """A module with its lessons as their drafts stand, and the button that signs exactly these."""

    template_name = "training/admin/sign_off.html"
    page_title = gettext_lazy("Clinical sign-off")
    header_icon = "clipboard-list"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_read(request.user, self.module_page):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def module_page(self) -> ModulePage:
        found: ModulePage = get_object_or_404(ModulePage, pk=self.kwargs["page_id"])
        return found

    @cached_property
    def versions(self) -> tuple[ModulePage, list[LessonPage]]:
        return drafts(self.module_page)

    @cached_property
    def current(self) -> str:
        return fingerprint(*self.versions)

    def get_page_subtitle(self) -> str:
        return str(self.module_page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        report = {"url": reverse(SignOffReport.index_url_name), "label": self.page_title}
        return [*self.breadcrumbs_items, report, {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        module_page, lessons = self.versions
        given = SignOff.objects.in_force().filter(module_id=self.module_page.module_id).select_related("signed_by")
        current = given.filter(fingerprint=self.current).first()
        last = SignOff.objects.filter(signed_by=self.request.user.pk).first()
        return {
            **super().get_context_data(**kwargs),
            "page": self.module_page,
            "versions": [module_page, *lessons],
            "read": self.current,
            "current": current,
            "earlier": given.exclude(fingerprint=self.current).first() if not current else None,
            "published_is_signed": given.filter(fingerprint=self.module_page.fingerprint).exists(),
            "may_sign": may_sign(self.request.user),
            "may_edit": self.module_page.permissions_for_user(self.request.user).can_edit(),
            "role": last.role if last else "",
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_sign(request.user):
            return permission_denied(request)
        form = SignOffForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was signed off. Read the module again, then press the button."))
        elif form.cleaned_data["step"] == "take-back":
            self._take_back(form.cleaned_data["read"])
        else:
            self._sign(form.cleaned_data["read"], form.cleaned_data["role"])
        return redirect("training_sign_off", self.module_page.pk)

    def _sign(self, read: str, role: str) -> None:
        if read != self.current:
            text = _("Nothing was signed off: the module changed while you read it. Please read it again.")
            messages.error(self.request, text)
        elif not role:
            messages.error(self.request, _("Nothing was signed off: say in which role you sign."))
        else:
            module_page, lessons = self.versions
            revisions = {str(one.pk): one.latest_revision_id for one in (module_page, *lessons)}
            sign(self.module_page, self.request.user, role, read, revisions)
            messages.success(self.request, _("Signed off: “%s”. The network team can publish it.") % module_page.title)

    def _take_back(self, read: str) -> None:
        if take_back(self.module_page, self.request.user, read):
            messages.success(self.request, _("The sign-off was taken back."))
        else:
            messages.warning(self.request, _("There was no sign-off to take back."))


def read_version(request: HttpRequest, page_id: int, revision_id: int) -> HttpResponse:
    """One version of the module or of a lesson as a page, for somebody who need not be an editor."""
    revision = get_object_or_404(Revision.page_revisions, pk=revision_id)
    page = revision.as_object()
    module_page = page if isinstance(page, ModulePage) else getattr(page, "module_page", None)
    if not isinstance(module_page, ModulePage) or module_page.pk != page_id:
        raise Http404
    if not may_read(request.user, module_page):
        raise PermissionDenied
    shown: HttpResponse = page.make_preview_request(request, page.default_preview_mode)
    return shown


# All modules that need it


class SignOffMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(SEE_SIGN_OFFS))


def clinical_modules() -> Any:
    """Clinical as published, or in the newest draft."""
    drafted = Revision.page_revisions.filter(content__is_clinical=True).values("pk")
    pages = ModulePage.objects.filter(alias_of__isnull=True)
    return pages.filter(is_clinical=True) | pages.filter(latest_revision__in=drafted)


class WaitingPanel(Component):  # type: ignore[misc]
    """On a clinical reviewer's first screen: modules whose drafts nobody has signed off."""

    name = "waiting_for_sign_off"
    template_name = "training/admin/waiting.html"
    order = 15

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        waiting = [page for page in clinical_modules().order_by("title") if not is_signed(page)]
        return {**super().get_context_data(parent_context), "waiting": waiting}


def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """construct_homepage_panels."""
    if may_sign(request.user):
        panels.append(WaitingPanel())


class SignOffReport(ReportView):  # type: ignore[misc]
    """Clinical modules, and whether what is published, or waits to be, is signed off."""

    model = ModulePage
    permission_required = "view"
    page_title = gettext_lazy("Clinical sign-off")
    header_icon = "clipboard-list"
    index_url_name = "training_sign_offs"
    index_results_url_name = "training_sign_offs_results"
    verbose_name_plural = gettext_lazy("clinical modules")
    export_filename = "clinical-sign-off"
    default_ordering = "title"
    columns = [
        TitleColumn("title", label=gettext_lazy("Module"), url_name="training_sign_off"),
        Column("state", label=gettext_lazy("State")),
        Column("signed_as", label=gettext_lazy("Signed off by")),
        DateColumn("signed_at", label=gettext_lazy("Last signed off")),
    ]
    list_export = ["title", "state", "signed_as", "signed_at"]
    export_headings = {
        "title": gettext_lazy("Module"),
        "state": gettext_lazy("State"),
        "signed_as": gettext_lazy("Signed off by"),
        "signed_at": gettext_lazy("Last signed off"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        return ModelPermissionPolicy(SignOff)

    def get_base_queryset(self) -> Any:
        return clinical_modules()

    def decorate_paginated_queryset(self, object_list: Any) -> list[Any]:
        pages = list(object_list)  # the table holds the same queryset, so it shows what is put on these rows
        for page in pages:
            _describe(page)
        return pages


def _describe(page: Any) -> None:
    """Put on the row what its sign-offs say: four queries a module, of which there are few."""
    given = {one.fingerprint: one for one in SignOff.objects.in_force().filter(module_id=page.module_id)}
    newest = max(given.values(), key=lambda one: one.signed_at, default=None)
    page.signed_as, page.signed_at = (newest.role, newest.signed_at) if newest else ("", None)
    if fingerprint(*drafts(page)) in given:
        page.state = _("Signed off")
    elif page.live and page.fingerprint in given:
        page.state = _("Signed off as published; a newer draft waits")
    else:
        page.state = _("Changed since it was signed off") if given else _("Not signed off")


def register_log_actions(actions: Any) -> None:
    """register_log_actions."""

    @actions.register_action(SIGNED)
    class Signed(LogFormatter):  # type: ignore[misc]
        label = gettext_lazy("Clinical sign-off")

        def format_message(self, log_entry: Any) -> str:
            return _("Signed off as %(role)s") % {"role": log_entry.data.get("role", "–")}

    @actions.register_action(TAKEN_BACK)
    class TakenBack(LogFormatter):  # type: ignore[misc]
        label = gettext_lazy("Take a clinical sign-off back")
        message = gettext_lazy("Took a clinical sign-off back")
