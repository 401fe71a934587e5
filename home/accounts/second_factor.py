"""Whoever may enter the admin needs a second factor there, where `MFA_REQUIRED_FOR_EDITORS` says so.

This is the one place that asks: all of the admin (pages, choosers, previews, API, reports) lies below one address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

GetResponse = Callable[[HttpRequest], HttpResponseBase]

#: The user who set up the app in this very session: no code is asked for again.
SET_UP_HERE = "second_factor_set_up_by"


class SecondFactorMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.MFA_REQUIRED_FOR_EDITORS and _is_admin(request.path) and _may_enter(request.user):
            if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
                return _led_to(request, "account_second_factor_needed")
            if not _was_given(request):
                return _led_to(request, "mfa_reauthenticate")
        return self.get_response(request)


def _is_admin(path: str) -> bool:
    doors = (reverse("cms_login"), reverse("wagtailadmin_logout"))
    return path.startswith(reverse("wagtailadmin_home")) and path not in doors


def _may_enter(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_perm("wagtailadmin.access_admin"))


def _was_given(request: HttpRequest) -> bool:
    """In this session, by this user: another session may be older than the app, and somebody else's."""
    user: Any = request.user
    methods = {record["method"] for record in get_authentication_records(request, user)}
    return "mfa" in methods or request.session.get(SET_UP_HERE) == user.pk


def _led_to(request: HttpRequest, name: str) -> HttpResponseBase:
    """A page that somebody opens leads there and back; what scripts and forms send is refused."""
    if request.method not in ("GET", "HEAD") or request.headers.get("X-Requested-With") == "XMLHttpRequest":
        raise PermissionDenied
    return redirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


@receiver(authenticator_added)
def remember_set_up(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    request.session[SET_UP_HERE] = user.pk
