"""Checking examples: a step of its own, made by the network team, on what is public (never on a draft)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from home.errors import permission_denied
from practice_library.models import CaseStudyPage, ClaimVerification, StandardClaim
from practice_library.roles import CHECK_EXAMPLES

VERIFY, TAKE_BACK = "practice_library.verify", "practice_library.take_back"


def may_check(user: Any) -> bool:
    return bool(user.has_perm("wagtailadmin.access_admin") and user.has_perm(CHECK_EXAMPLES))


def may_read(user: Any, page: Any) -> bool:
    return may_check(user) or bool(page.permissions_for_user(user).can_edit())


@dataclass(frozen=True, slots=True)
class Checked:
    """One published example with what is known of its checks.

    `current` vouches for the present wording; `earlier` vouched for another wording and no longer counts.
    """

    claim: StandardClaim
    current: ClaimVerification | None
    earlier: ClaimVerification | None

    @property
    def state(self) -> str:
        """checked, stale or open."""
        return "checked" if self.current else "stale" if self.earlier else "open"


def published_examples(page: CaseStudyPage) -> list[Checked]:
    """The page's examples as the table has them, with their checks: two queries."""
    claims = list(
        StandardClaim.objects.filter(case_study_id=page.pk)
        .select_related("standard", "service__organisation", "organisation")
        .order_by("sort_order", "pk")
    )
    checks: dict[Any, list[ClaimVerification]] = defaultdict(list)
    keys = [claim.translation_key for claim in claims]
    for check in ClaimVerification.objects.in_force().filter(claim_key__in=keys).select_related("verified_by"):
        checks[check.claim_key].append(check)
    return [_checked(claim, checks[claim.translation_key]) for claim in claims]


def _checked(claim: StandardClaim, checks: list[ClaimVerification]) -> Checked:
    wording = claim.wording()
    current = next((check for check in checks if check.fingerprint == wording), None)
    earlier = next((check for check in checks if check.fingerprint != wording), None)
    return Checked(claim=claim, current=current, earlier=earlier)


@transaction.atomic
def verify(claim: StandardClaim, user: Any, note: str = "") -> ClaimVerification:
    """Vouch for the claim as it is published. Twice is once."""
    check, created = ClaimVerification.objects.in_force().get_or_create(
        claim_key=claim.translation_key, fingerprint=claim.wording(), defaults={"verified_by": user, "note": note}
    )
    if created:
        data = {"claim": claim.pk, "example": str(claim), "note": note}
        log(instance=claim.case_study, action=VERIFY, user=user, data=data)
    return check


@transaction.atomic
def take_back(claim: StandardClaim, user: Any, note: str = "") -> bool:
    """Withdraw the check in force of the present wording. False when there was none."""
    checks = ClaimVerification.objects.in_force().filter(claim_key=claim.translation_key, fingerprint=claim.wording())
    taken = checks.update(withdrawn_at=timezone.now())
    if taken:
        data = {"claim": claim.pk, "example": str(claim), "note": note}
        log(instance=claim.case_study, action=TAKE_BACK, user=user, data=data)
    return bool(taken)


class CheckForm(forms.Form):
    """What was posted about one example; `wording` is the fingerprint of what the checker had on the screen."""

    claim = forms.IntegerField(widget=forms.HiddenInput)
    wording = forms.CharField(max_length=64, widget=forms.HiddenInput)
    step = forms.ChoiceField(choices=[("verify", ""), ("take-back", "")])
    note = forms.CharField(
        label=gettext_lazy("What you looked at"),
        help_text=gettext_lazy("For the network only. No names of patients or staff."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExamplesView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """A case study's examples as published, each with its check."""

    template_name = "practice_library/admin/examples.html"
    page_title = gettext_lazy("Examples and checks")
    header_icon = "clipboard-list"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_read(request.user, self.case_study):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def case_study(self) -> CaseStudyPage:
        found: CaseStudyPage = get_object_or_404(CaseStudyPage, pk=self.kwargs["page_id"])
        return found

    def get_page_subtitle(self) -> str:
        return str(self.case_study.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.case_study.pk])
        return [
            *self.breadcrumbs_items,
            {"url": edit, "label": self.get_page_subtitle()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        examples = published_examples(self.case_study) if self.case_study.live else []
        return {
            **super().get_context_data(**kwargs),
            "page": self.case_study,
            "examples": examples,
            "may_check": may_check(self.request.user),
            "may_edit": self.case_study.permissions_for_user(self.request.user).can_edit(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_check(request.user):
            return permission_denied(request)
        form = CheckForm(request.POST)
        back = redirect("practice_library_examples", self.case_study.pk)
        claims = StandardClaim.objects.select_related("standard", "service__organisation", "organisation", "case_study")
        claim = None
        if form.is_valid() and self.case_study.live:
            claim = claims.filter(case_study_id=self.case_study.pk, pk=form.cleaned_data["claim"]).first()
        if claim is None:
            messages.error(request, _("Nothing was checked: this example is not public. Look at the list again."))
        elif claim.wording() != form.cleaned_data["wording"]:
            messages.error(
                request, _("Nothing was checked: the example changed while you read it. Please read it again.")
            )
        else:
            self._take(claim, form.cleaned_data["step"], form.cleaned_data["note"].strip())
        return back

    def _take(self, claim: StandardClaim, step: str, note: str) -> None:
        if step == "verify":
            verify(claim, self.request.user, note)
            messages.success(self.request, _("Checked: %s") % claim)
        elif take_back(claim, self.request.user, note):
            messages.success(self.request, _("The check was taken back: %s") % claim)
        else:
            messages.warning(self.request, _("There was no check to take back."))
