"""What the network team may do with search: keep synonyms, read what people look for, take up what is missing."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from home.roles import NETWORK_TEAM

CODENAMES = [
    *(f"{action}_synonymgroup" for action in ("add", "change", "delete", "view")),
    "view_loggedsearch",
    "change_searchgap",
]


def permissions() -> Any:
    return Permission.objects.filter(content_type__app_label="search", codename__in=CODENAMES)


def let_network_team_keep_search(**kwargs: Any) -> None:
    """Runs after migrations; takes nothing away that somebody added."""
    # Django makes an app's permissions after a migration too, but later than it calls us.
    create_permissions(apps.get_app_config("search"), verbosity=0)
    team, _created = Group.objects.get_or_create(name=NETWORK_TEAM)
    team.permissions.add(*permissions())
