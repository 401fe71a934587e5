"""The learning record: what somebody passed between two days, for an appraisal or a nurse's revalidation."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.models import User
from home.models.review import add_months
from training.models import Certificate, ModulePage

#: Revalidation looks back three years.
MONTHS_BACK = 36


class DatesForm(forms.Form):
    """`from` and `to`, both days included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unknown = {"invalid": _("Choose a day, or write it like 2026-03-31."), "required": _("Choose a day.")}
        for name, label in (("from", _("From")), ("to", _("To"))):
            widget = forms.DateInput({"type": "date", "class": "nhsuk-input"}, format="%Y-%m-%d")
            self.fields[name] = forms.DateField(
                label=label, widget=widget, error_messages=unknown, input_formats=["%Y-%m-%d", "%d/%m/%Y"]
            )

    def clean(self) -> dict[str, Any]:
        dates: dict[str, Any] = super().clean() or {}
        if "from" in dates and "to" in dates and dates["from"] > dates["to"]:
            raise forms.ValidationError(_("The first day is after the last. Change one of them."))
        return dates


def usual_dates() -> dict[str, datetime.date]:
    """The last three years."""
    today = timezone.localdate()
    return {"from": add_months(today, -MONTHS_BACK), "to": today}


@dataclass(frozen=True, slots=True)
class Passed:
    """A pass with what the module's page says for revalidation."""

    certificate: Certificate
    is_participatory: bool
    code_of_conduct: str


def record_of(user: User, since: datetime.date, until: datetime.date) -> list[Passed]:
    """What a person passed from `since` to `until`, in order of time: two queries. Withdrawn certificates are no pass.

    A module that is no longer public counts all the same: it was passed.
    """
    found = Certificate.objects.filter(
        attempt__enrolment__user=user, issued_on__gte=since, issued_on__lte=until, revoked_at__isnull=True
    ).select_related("attempt__enrolment")
    certificates = list(found.order_by("issued_on", "attempt__number"))
    modules = [one.attempt.enrolment.module_id for one in certificates]
    facts = {
        module: (participatory, code)
        for module, participatory, code in ModulePage.objects.filter(module__in=modules).values_list(
            "module", "is_participatory", "code_of_conduct"
        )
    }
    return [Passed(one, *facts.get(one.attempt.enrolment.module_id, (False, ""))) for one in certificates]
