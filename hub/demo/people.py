"""Logins of the demonstration. They exist in demo mode only."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import Group

from home.models import User
from home.roles import EDITORS, NETWORK_TEAM
from training.roles import CLINICAL_REVIEWERS


class Login(NamedTuple):
    """`group` gives the permissions; a learner has none, an administrator (`is_admin`) all."""

    email: str
    password: str
    role: str
    group: str | None = None
    is_admin: bool = False


LOGINS = [
    Login("editor@example.org", "mind-and-body-editor", "Editor", EDITORS),
    Login("network@example.org", "mind-and-body-network", "Network team", NETWORK_TEAM),
    Login("clinician@example.org", "mind-and-body-clinician", "Clinical reviewer", CLINICAL_REVIEWERS),
    Login("learner@example.org", "mind-and-body-learner", "Learner"),
    Login("admin@example.org", "mind-and-body-admin", "Administrator", is_admin=True),
]


def load_logins() -> dict[str, User]:
    """{role: user}; existing ones are left as they are."""
    users = {}
    for login in LOGINS:
        user = User.objects.filter(email=login.email).first()
        if user is None:
            make = User.objects.create_superuser if login.is_admin else User.objects.create_user
            user = make(login.email, login.password, first_name=login.role, last_name="(demo)")
            if login.group:
                user.groups.add(Group.objects.get(name=login.group))
        users[login.role] = user
    return users
