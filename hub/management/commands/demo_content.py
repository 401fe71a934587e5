"""Load the demonstration content. Running it again adds what is missing and changes nothing that is there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from home.models import HomePage
from home.roles import sync_roles
from hub.demo.framework import load_framework
from hub.demo.learning import load_learning
from hub.demo.people import LOGINS, load_logins
from hub.demo.practice import load_case_studies, load_research
from hub.demo.site import feature, load_blog, load_coverage_and_blog, load_home, load_indexes, load_plain_pages
from hub.demo.taxonomy import load_taxonomy
from hub.demo.training import load_training
from search.projection import rebuild


def fresh(home: HomePage) -> HomePage:
    """The home page as the tree now has it: adding children changes its row."""
    return HomePage.objects.get(pk=home.pk)


def build_search() -> None:
    """The public search knows the new pages at once, without waiting for the worker."""
    while rebuild():
        pass


class Command(BaseCommand):
    help = "Load the demonstration content (safe to run again). Logins are made in demo mode only."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        sync_roles()
        users = load_logins() if settings.DEMO_MODE else {}
        load_taxonomy()
        home = load_home()
        load_framework(fresh(home))
        load_indexes(fresh(home))
        load_coverage_and_blog(fresh(home))
        load_plain_pages(fresh(home))
        load_case_studies(fresh(home), users.get("Network team"))
        load_research(fresh(home))
        load_blog(fresh(home))
        load_training(fresh(home))
        if learner := users.get("Learner"):
            load_learning(learner)
        feature(fresh(home))
        sync_roles()
        transaction.on_commit(build_search)
        self.stdout.write("The demonstration content is in place.")
        if settings.DEMO_MODE:
            for login in LOGINS:
                self.stdout.write(f"  {login.role:18} {login.email:22} {login.password}")
