"""Withdrawing a certificate: found by its code or the name on it, with a reason. Scores are not shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.log_actions import LogFormatter, log
from wagtail.permission_policies import ModelPermissionPolicy

from training.models import Certificate
from training.roles import WITHDRAW_CERTIFICATES

WITHDRAWN = "training.withdraw_certificate"
#: Certificates shown for one name.
SHOWN = 20


class CertificatesMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(WITHDRAW_CERTIFICATES))


class WithdrawForm(forms.Form):
    certificate = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=255, strip=True)


@transaction.atomic
def withdraw(certificate: Certificate, user: Any, reason: str) -> bool:
    """False when it is withdrawn already. The log keeps the code, not the name."""
    locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if locked.revoked_at:
        return False
    locked.revoke(reason)
    log(instance=locked, action=WITHDRAWN, user=user, title=locked.code, data={"reason": reason})
    return True


class CertificatesView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Nothing is listed until somebody asks for a code or a whole name."""

    template_name = "training/admin/certificates.html"
    permission_required = "change"
    page_title = gettext_lazy("Certificates")
    header_icon = "doc-full"
    http_method_names = ["get", "head", "post"]

    @cached_property
    def permission_policy(self) -> Any:
        return ModelPermissionPolicy(Certificate)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("q", "").strip()[:255]
        code = asked.upper().replace(" ", "").replace("-", "")
        all_of_them = Certificate.objects.defer("score")
        found = all_of_them.filter(code=code) | all_of_them.filter(name__iexact=asked) if asked else []
        return {**super().get_context_data(**kwargs), "asked": asked, "certificates": list(found[:SHOWN])}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = WithdrawForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nothing was withdrawn: say why, in one sentence of at most 255 characters."))
        else:
            found = get_object_or_404(Certificate, pk=form.cleaned_data["certificate"])
            if withdraw(found, request.user, form.cleaned_data["reason"]):
                messages.success(request, _("Withdrawn. Whoever checks the certificate is told so from now on."))
            else:
                messages.warning(request, _("It was withdrawn already."))
        return redirect("training_certificates")


def register_log_actions(actions: Any) -> None:
    """register_log_actions."""

    @actions.register_action(WITHDRAWN)
    class Withdrawn(LogFormatter):  # type: ignore[misc]
        label = gettext_lazy("Withdraw a certificate")
        message = gettext_lazy("Withdrew a certificate")

        def format_comment(self, log_entry: Any) -> str:
            return str(log_entry.data.get("reason", ""))
