"""allauth's adapters: our words for what goes wrong, and where a change leads to."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is switched off. Ask the network team."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_taken": _("There is already an account with this e-mail address."),
        "duplicate_email": _("This is your e-mail address already."),
        "same_as_current": _("This is your e-mail address already."),
        "enter_current_password": _("This is not your password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This is not the code we sent. Use the newest e-mail, and type all six digits."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then sign in again."),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
    }

    def respond_email_verification_sent(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Keeps the page that the person came from, whether the address has an account or not."""
        return redirect(passthrough_next_redirect_url(request, reverse("account_email_verification_sent"), "next"))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has the app proves with it who they are: a stolen password must not show the recovery codes."""
        methods = super().get_reauthentication_methods(user)
        return [one for one in methods if one["id"] != "reauthenticate"] or methods

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account_profile")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This is not the code your app shows now. Wait for the next one, and try again."),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)
