"""Logins of the demonstration. They exist in demo mode only."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import Group

from home.models import User
from home.roles import EDITORS, NETWORK_TEAM


class Login(NamedTuple):
    email: str
    password: str
    role: str
    group: str | None


LOGINS = [
    Login("editor@example.org", "mind-and-body-editor", "Editor", EDITORS),
    Login("network@example.org", "mind-and-body-network", "Network team", NETWORK_TEAM),
    Login("admin@example.org", "mind-and-body-admin", "Administrator", None),
]


def load_logins() -> dict[str, User]:
    """{role: user}; existing ones are left as they are."""
    users = {}
    for login in LOGINS:
        user = User.objects.filter(email=login.email).first()
        if user is None:
            make = User.objects.create_user if login.group else User.objects.create_superuser
            user = make(login.email, login.password, first_name=login.role, last_name="(demo)")
            if login.group:
                user.groups.add(Group.objects.get(name=login.group))
        users[login.role] = user
    return users
