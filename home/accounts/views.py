"""Pages of an account that allauth does not have, and two of its own that say when a code has expired."""

from __future__ import annotations

import datetime
import time
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.openid_connect.views import login as openid_connect_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from home import personal_data
from home.accounts.forms import ProfileForm
from home.models import Organisation, User


class UntilMixin:
    """Says until when a code works, and that it has expired instead of leading away without a word."""

    state_key: str
    seconds: int

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        state = request.session.get(self.state_key)
        until = state["at"] + self.seconds if state else 0
        if state and until < time.time():
            messages.error(request, _("The code has expired. Sign in or ask again, and we send you a new one."))
        self.extra_context = {"until": datetime.datetime.fromtimestamp(until, tz=datetime.UTC)}
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class EmailCodeView(UntilMixin, allauth_views.ConfirmEmailVerificationCodeView):  # type: ignore[misc]
    state_key = EMAIL_VERIFICATION_CODE_SESSION_KEY
    seconds = settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT


class ResetCodeView(UntilMixin, allauth_views.ConfirmPasswordResetCodeView):  # type: ignore[misc]
    state_key = PASSWORD_RESET_VERIFICATION_SESSION_KEY
    seconds = settings.ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT


def organisation_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """allauth's, but that a provider which does not answer is no failure of ours."""
    try:
        return openid_connect_login(request, provider_id)  # type: ignore[no-any-return]
    except RequestException:
        return render(request, "socialaccount/authentication_error.html", status=503)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account_profile")
    context = {
        "form": form,
        "organisations": Organisation.objects.order_by("name").values_list("name", flat=True).distinct(),
        "has_second_factor": is_mfa_enabled(request.user),
        "providers": get_social_adapter().list_providers(request),
    }
    return render(request, "account/profile.html", context)


@never_cache
@require_safe
@login_required
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Why an editor is asked for an app before the admin opens."""
    return render(request, "account/second_factor_needed.html")


@never_cache
@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """What is kept about oneself, to read about and to download."""
    return render(request, "account/data.html", {"kept": personal_data.kept()})


@never_cache
@require_safe
@login_required
@reauthentication_required
def data_as_json(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(personal_data.export(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """Delete the account, after the password was typed in again and a box was ticked."""
    if request.method == "POST" and request.POST.get("sure") == "on":
        User.objects.get(pk=request.user.pk).delete()
        logout(request)
        return render(request, "account/erased.html")
    context = {"kept": personal_data.kept(), "forgot_box": request.method == "POST"}
    return render(request, "account/erase.html", context)
