"""Who may do what around training beside writing pages.

Signing off is for clinicians alone: the network team publishes, and does not vouch for clinical content.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from home.roles import NETWORK_TEAM

CLINICAL_REVIEWERS = "Clinical reviewers"
SIGN_OFF = "training.add_signoff"
SEE_SIGN_OFFS = "training.view_signoff"
SEE_FIGURES = "training.view_enrolment"
WITHDRAW_CERTIFICATES = "training.change_certificate"

GIVEN = {
    NETWORK_TEAM: [SEE_SIGN_OFFS, SEE_FIGURES, WITHDRAW_CERTIFICATES],
    CLINICAL_REVIEWERS: [SIGN_OFF, SEE_SIGN_OFFS, "wagtailadmin.access_admin"],
}


def _permissions(names: list[str]) -> Any:
    pairs = [name.split(".") for name in names]
    found = Permission.objects.none()
    for app_label, codename in pairs:
        found = found | Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    return found


def permissions() -> Any:
    """Lets an administrator give the same rights to another group."""
    return _permissions([SIGN_OFF, SEE_SIGN_OFFS, SEE_FIGURES, WITHDRAW_CERTIFICATES])


def give_rights(**kwargs: Any) -> None:
    """Runs after migrations; takes nothing away that somebody added."""
    # Django makes an app's permissions after a migration too, but later than it calls us.
    create_permissions(apps.get_app_config("training"), verbosity=0)
    for name, given in GIVEN.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.add(*_permissions(given))
