"""The forms at the doors: allauth's, in our words, with the fields phones know how to fill in."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from home.accounts.names import NameField
from home.models import User

NEW_PASSWORD = _("At least 12 characters. Three words that do not belong together are easy to remember.")


def check_domain(email: str) -> str:
    """The address, if `SIGNUP_DOMAINS` allows it (a domain stands for those below it, too)."""
    domain = email.rpartition("@")[2].lower()
    allowed = settings.SIGNUP_DOMAINS
    if allowed and not any(domain == one or domain.endswith(f".{one}") for one in allowed):
        endings = ", ".join(f"@{one}" for one in allowed)
        raise ValidationError(_("Use your work address. It must end in: %(endings)s"), params={"endings": endings})
    return email


class SignupForm(account.SignupForm):  # type: ignore[misc]
    """Name, address, password once. Says nothing about whether the address has an account, nor takes another time."""

    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("One that you can open now: we send a code to it.")
        self.fields["password1"].help_text = NEW_PASSWORD

    def clean_email(self) -> str:
        return check_domain(super().clean_email())

    def try_save(self, request: HttpRequest) -> Any:
        """Who signs up again before the address is confirmed (a double click, a lost page) goes on where they were."""
        if not self.account_already_exists:
            return super().try_save(request)
        password = self.cleaned_data["password1"]
        waiting = unconfirmed_users().filter(email__iexact=self.cleaned_data["email"]).first()
        if waiting and waiting.check_password(password):
            return waiting, None
        if not waiting:
            make_password(password)
        return super().try_save(request)


def unconfirmed_users() -> Any:
    """People who signed up and never typed the code in."""
    confirmed = EmailAddress.objects.filter(verified=True)
    return User.objects.filter(last_login=None, is_active=True).exclude(pk__in=confirmed.values("user"))


class LoginForm(account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].help_text = ""


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")


class ChangeEmailForm(account.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")

    def clean_email(self) -> str:
        return check_domain(super().clean_email())


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label, self.fields["oldpassword"].help_text = _("Your password now"), ""
        _new_password_once(self)


class SetPasswordForm(account.SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password_once(self)


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password_once(self)


def _new_password_once(form: forms.Form) -> None:
    form.fields["password1"].label, form.fields["password1"].help_text = _("New password"), NEW_PASSWORD
    del form.fields["password2"]


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


def _digits(form: forms.Form, label: Any) -> None:
    """A field that a phone offers to fill in from a message, with the keys for digits."""
    form.fields["code"].label = label
    form.fields["code"].max_length = 50
    form.fields["code"].widget.attrs.update(inputmode="numeric", autocomplete="one-time-code", spellcheck="false")


class EmailCodeForm(account.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, _("Six-digit code"))


class ResetCodeForm(account.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, _("Six-digit code"))


class AppCodeForm(mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, _("Code from your app, or a recovery code"))


class AppCodeAgainForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, _("Code from your app, or a recovery code"))


class ActivateAppForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _digits(self, _("Six-digit code that the app shows"))


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    name = NameField()
    field_order = ["name", "organisation", "service", "role"]

    class Meta:
        model = User
        fields = ["organisation", "service", "role"]
        widgets = {"organisation": forms.TextInput(attrs={"list": "known-organisations"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.instance.name
        for name in self._meta.fields:
            field = self.fields[name]
            field.label = format_lazy("{} ({})", field.label, _("optional"))

    def save(self, commit: bool = True) -> User:
        self.instance.name = self.cleaned_data["name"]
        return super().save(commit)
