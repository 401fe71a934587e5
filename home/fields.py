"""Model fields that Wagtail and Django lack."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models


class MultipleChoiceField(models.JSONField):
    """Several values of a closed set, kept as a JSON list of strings in the order of the set; edited as tick boxes."""

    def __init__(self, *args: Any, choices_from: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.choices_from = choices_from
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> forms.Field:
        assert self.choices_from is not None  # noqa: S101  (only migrations build it without)
        return forms.MultipleChoiceField(
            choices=self.choices_from.choices,
            widget=forms.CheckboxSelectMultiple,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
        )
