"""What administrators do for people who cannot get in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from post_office import mail
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log

from home.errors import permission_denied
from home.models import User

SECOND_FACTOR_OFF = "home.second_factor_off"


@transaction.atomic
def switch_off_second_factor(person: User, by: Any) -> None:
    """For a lost phone. The person is told, so that nobody does it behind their back."""
    Authenticator.objects.filter(user=person).delete()
    log(instance=person, action=SECOND_FACTOR_OFF, user=by)
    words = _(
        "Hello,\n\nan administrator has switched off signing in with an app for your account, because your phone was "
        "lost. Set it up again when you next sign in. If you did not ask for this, tell the network team at once.\n"
    )
    mail.send(person.email, subject=_("Signing in with an app is switched off"), message=words)


class SecondFactorView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Asks, and switches off. For administrators alone."""

    template_name = "home/admin/second_factor.html"
    page_title = gettext_lazy("Switch off signing in with an app")
    header_icon = "lock-open"
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.is_superuser:  # type: ignore[union-attr]
            if request.method == "POST":
                return permission_denied(request)
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> User:
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        has_it = Authenticator.objects.filter(user=self.person).exists()
        return {**super().get_context_data(**kwargs), "person": self.person, "has_it": has_it}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        switch_off_second_factor(self.person, request.user)
        messages.success(request, _("Switched off. The person was told by e-mail."))
        return redirect("wagtailusers_users:edit", self.person.pk)


def buttons(user: User, request_user: Any) -> Iterator[Button]:
    """register_user_listing_buttons."""
    if request_user.is_superuser:
        address = reverse("home_second_factor", args=[user.pk])
        yield Button(_("Phone lost?"), url=address, icon_name="lock-open", priority=40)
