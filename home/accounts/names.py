"""People's names: any script, nothing invisible. Nothing of allauth is imported: it imports this itself."""

from __future__ import annotations

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from home.models import User

LONGEST_NAME = 150
#: Joiners that Persian, Hindi and other scripts need inside a word.
JOINERS = "\u200c\u200d"


def clean_name(text: str) -> str:
    """The name with single spaces, in one Unicode form. Raises ValidationError for what cannot be a name."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    kinds = {unicodedata.category(character)[0] for character in name if character not in JOINERS}
    if "C" in kinds:
        raise ValidationError(_("The name has characters in it that cannot be shown. Type it again."))
    if name and "L" not in kinds:
        raise ValidationError(_("A name has at least one letter."))
    if "://" in name or "@" in name:
        raise ValidationError(_("Give a name, not an address."))
    return name


class NameField(forms.CharField):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            label=_("Full name"),
            max_length=LONGEST_NAME,
            help_text=_("As it should stand on a certificate."),
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
            **kwargs,
        )

    def clean(self, value: object) -> str:
        return clean_name(super().clean(value))


class NameForm(forms.Form):
    """What every way of signing up asks for besides the e-mail address."""

    name = NameField()

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["first_name", "last_name"])
