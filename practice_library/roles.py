"""The one permission of the practice library that is not about pages: checking examples."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from home.roles import NETWORK_TEAM

CHECK_EXAMPLES = "practice_library.add_claimverification"


def let_network_team_check(**kwargs: Any) -> None:
    """Only the network team checks examples. Runs after migrations; takes nothing away that somebody added."""
    # Django makes an app's permissions after a migration too, but later than it calls us.
    create_permissions(apps.get_app_config("practice_library"), verbosity=0)
    app_label, codename = CHECK_EXAMPLES.split(".")
    team, _created = Group.objects.get_or_create(name=NETWORK_TEAM)
    team.permissions.add(*Permission.objects.filter(content_type__app_label=app_label, codename=codename))
