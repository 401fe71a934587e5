"""Looking after a page once it is public: still right, archived, withdrawn. Each step needs the right to publish."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.log_actions import log
from wagtail.models import Page

from home.errors import permission_denied
from home.models import BasePage, PageReview

CONFIRM, ARCHIVE, UNARCHIVE, WITHDRAW = "home.confirm", "home.archive", "home.unarchive", "home.withdraw"


def may_look_after(user: Any, page: Page) -> bool:
    return bool(issubclass(page.specific_class, BasePage) and page.permissions_for_user(user).can_publish())


def review_months(page: Page) -> int:
    months: int = page.specific_class.review_months
    return months


# What is done


def confirm(page: Page, user: Any, due_on: datetime.date | None = None) -> PageReview:
    """The page is still right; neither a waiting draft nor anybody who is editing is touched."""
    review = PageReview.objects.get(page_id=page.pk)
    review.confirm(review_months(page), due_on)
    log(instance=page, action=CONFIRM, user=user, data={"due_on": review.due_on.isoformat()})
    return review


@transaction.atomic
def archive(page: Page, user: Any, reason: str) -> None:
    PageReview.objects.get(page_id=page.pk).archive(reason)
    log(instance=page, action=ARCHIVE, user=user, data={"reason": reason})


@transaction.atomic
def unarchive(page: Page, user: Any) -> None:
    PageReview.objects.get(page_id=page.pk).unarchive()
    log(instance=page, action=UNARCHIVE, user=user)


def is_front_page(page: Page) -> bool:
    """A site's front page is never withdrawn or archived: the whole site would go with it."""
    return bool(page.sites_rooted_here.exists())


def withdrawn_with(page: Page) -> list[Page]:
    """What goes offline with a page: the live pages below it, its translations and theirs; aliases follow."""
    family = Page.objects.none()
    for version in page.get_translations(inclusive=True).filter(alias_of__isnull=True):
        family = family | version.get_descendants(inclusive=True)
    return list(family.live().filter(alias_of__isnull=True).exclude(pk=page.pk).order_by("path").specific())


@transaction.atomic
def withdraw(page: Page, user: Any, reason: str) -> int:
    """Take a page and what hangs on it offline for good: their addresses answer 410. Returns how many pages it was."""
    pages = [page, *withdrawn_with(page)]
    for one in pages:
        one.unpublish(user=user)
        today = timezone.localdate()
        review, _created = PageReview.objects.get_or_create(
            page_id=one.pk, defaults={"confirmed_on": today, "due_on": today}
        )
        review.mark_withdrawn(reason)
        log(instance=one, action=WITHDRAW, user=user, data={"reason": reason})
    return len(pages)


# How it is asked for


class ConfirmForm(forms.Form):
    due_on = forms.DateField(
        label=gettext_lazy("Look at it again on"),
        help_text=gettext_lazy("Leave empty for the usual time."),
        required=False,
        widget=AdminDateInput,
    )

    def clean_due_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["due_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day after today."))
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("One or two plain sentences. The network reads it; readers may see it too."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UpkeepView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Explains the three steps in plain words and takes them."""

    template_name = "home/admin/upkeep.html"
    page_title = gettext_lazy("Upkeep")
    header_icon = "calendar-check"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_look_after(request.user, self.page):
            if request.method == "POST":
                return permission_denied(request)
            raise PermissionDenied  # Wagtail then leads back to the dashboard with a message
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def page(self) -> Any:
        return get_object_or_404(Page, pk=self.kwargs["page_id"]).specific

    @cached_property
    def review(self) -> PageReview | None:
        return PageReview.objects.filter(page_id=self.page.pk).first()

    def get_page_subtitle(self) -> str:
        return str(self.page.get_admin_display_title())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [
            *self.breadcrumbs_items,
            {"url": edit, "label": self.get_page_subtitle()},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms_ = {"confirm_form": ConfirmForm(), "archive_form": ReasonForm(), "withdraw_form": ReasonForm()}
        forms_.update({name: kwargs.pop(name) for name in list(kwargs) if name in forms_})
        media = ConfirmForm().media
        return {
            **super().get_context_data(**kwargs),
            **forms_,
            "media": media,
            "page": self.page,
            "review": self.review,
            "months": review_months(self.page),
            "may_withdraw": not is_front_page(self.page),
            "with_it": withdrawn_with(self.page) if self.page.live else [],
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        steps = {
            "confirm": self.post_confirm,
            "archive": self.post_archive,
            "unarchive": self.post_unarchive,
            "withdraw": self.post_withdraw,
        }
        step = steps.get(request.POST.get("step", ""))
        if step is None or self.review is None or not self.page.live:
            messages.error(request, _("That cannot be done: the page is not public."))
            return redirect("home_upkeep", self.page.pk)
        return step(request)

    def _done(self, text: str) -> HttpResponse:
        messages.success(self.request, text)
        return redirect(get_valid_next_url_from_request(self.request) or reverse("home_upkeep", args=[self.page.pk]))

    def post_confirm(self, request: HttpRequest) -> HttpResponse:
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(confirm_form=form))
        review = confirm(self.page, request.user, form.cleaned_data["due_on"])
        day = formats.date_format(review.due_on, "DATE_FORMAT")
        facts = {"title": self.page.get_admin_display_title(), "day": day}
        return self._done(_("“%(title)s” is confirmed. We ask again by %(day)s.") % facts)

    def post_archive(self, request: HttpRequest) -> HttpResponse:
        if is_front_page(self.page):
            return permission_denied(request)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(archive_form=form))
        archive(self.page, request.user, form.cleaned_data["reason"])
        return self._done(_("“%s” is archived: readers find it at its address only.") % self.get_page_subtitle())

    def post_unarchive(self, request: HttpRequest) -> HttpResponse:
        unarchive(self.page, request.user)
        return self._done(_("“%s” is back in lists and counts.") % self.get_page_subtitle())

    def post_withdraw(self, request: HttpRequest) -> HttpResponse:
        if is_front_page(self.page):
            return permission_denied(request)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(withdraw_form=form))
        number = withdraw(self.page, request.user, form.cleaned_data["reason"])
        return self._done(ngettext("%d page was withdrawn.", "%d pages were withdrawn.", number) % number)
