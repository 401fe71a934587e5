"""What changed shows in the next search: pages that come, pages that must not be seen any more, names, synonyms."""

from __future__ import annotations

import csv
import datetime
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.models import Page, PageViewRestriction

from home.models import Condition, ContentPage, ContentVersion, HomePage, Organisation, Service, Theme, Topic
from search.models import SynonymGroup, SynonymKind
from search.projection import rebuild
from tests import factories

pytestmark = pytest.mark.slow

#: A word that stands on one page only, and how somebody might misspell it.
CANARY, MISSPELT = "zanzibarcanary", "zanzibarcanry"


def commit() -> None:
    """As if everything so far had been committed."""
    while rebuild():
        pass
    connection.run_on_commit.clear()


def search(text: str, **parameters: str) -> Any:
    return Client().get("/search/", {"q": text, **parameters})


def titles(text: str) -> list[str]:
    return [hit.title for hit in search(text).context["found"].hits]


def surfaces(word: str = CANARY, misspelt: str = MISSPELT) -> set[str]:
    """Where a reader meets the word."""
    found = search(word).context["found"]
    lines = list(csv.reader(io.StringIO(search(word, format="csv").content.decode())))
    suggested = Client().get("/search/suggest/", {"q": word}).json()["suggestions"]
    shown = {
        "hits": found.hits,
        "total": found.total,
        "counts": [option for group in found.groups for option in group["options"]],
        "csv": lines[1:],
        "suggestions": suggested,
        "did you mean": word in search(misspelt).content.decode(),
    }
    return {name for name, value in shown.items() if value}


EVERYWHERE = {"hits", "total", "counts", "csv", "suggestions", "did you mean"}


@dataclass
class Section:
    """A page with the canary in it, in a section, beside a private section."""

    page: ContentPage
    section: ContentPage
    private: ContentPage


@pytest.fixture
def canary(home_page: HomePage) -> Section:
    section = factories.content_page(home_page, "Section")
    page = factories.content_page(section, f"The {CANARY} sings", summary=f"A {CANARY} in the morning.")
    private = factories.content_page(home_page, "For members")
    PageViewRestriction.objects.create(page=private.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    commit()
    assert surfaces() == EVERYWHERE
    return Section(page, section, private)


def make_private(canary: Section) -> None:
    PageViewRestriction.objects.create(page=canary.page.page_ptr, restriction_type=PageViewRestriction.LOGIN)


def make_section_private(canary: Section) -> None:
    PageViewRestriction.objects.create(
        page=canary.section.page_ptr, restriction_type=PageViewRestriction.PASSWORD, password="x"
    )


def move_under_a_private_parent(canary: Section) -> None:
    Page.objects.get(pk=canary.page.pk).move(Page.objects.get(pk=canary.private.pk), pos="last-child")


def move_the_section_there(canary: Section) -> None:
    Page.objects.get(pk=canary.section.pk).move(Page.objects.get(pk=canary.private.pk), pos="last-child")


def unpublish(canary: Section) -> None:
    canary.page.unpublish()


def expire(canary: Section) -> None:
    canary.page.expire_at = timezone.now() - datetime.timedelta(seconds=1)
    canary.page.save()


def delete(canary: Section) -> None:
    canary.page.delete()


def delete_the_section(canary: Section) -> None:
    Page.objects.get(pk=canary.section.pk).delete()


GONE = [
    make_private,
    make_section_private,
    move_under_a_private_parent,
    move_the_section_there,
    unpublish,
    expire,
    delete,
    delete_the_section,
]


@pytest.mark.parametrize("change", GONE, ids=lambda change: change.__name__)
def test_what_is_not_public_any_more_is_gone_with_the_next_request(
    canary: Section, change: Callable[[Section], None]
) -> None:
    """Nothing is built in between: within the test's transaction that never happens."""
    change(canary)
    assert surfaces() == set()


def test_an_archived_page_is_gone_as_soon_as_it_is_archived(
    canary: Section, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        canary.page.review.archive("Out of date")
    assert surfaces() == set()


def test_a_time_that_passes_takes_a_page_out_of_everything(canary: Section) -> None:
    """Nobody saves anything at that moment, and no worker runs."""
    canary.page.expire_at = timezone.now() + datetime.timedelta(hours=1)
    canary.page.save()
    assert surfaces() == EVERYWHERE
    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)  # as if two hours had passed
    Page.objects.filter(pk=canary.page.pk).update(expire_at=F("expire_at") - datetime.timedelta(hours=2))
    assert ContentVersion.objects.filter(next_expiry__gt=an_hour_ago).update(next_expiry=an_hour_ago)
    assert surfaces() == set()


def test_a_draft_and_a_page_for_later_are_nowhere(
    canary: Section, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = ContentPage(title="Quetzaldraft", slug="quetzaldraft", summary="Quetzaldraft.")
        factories.draft(canary.section, page)
        page.go_live_at = timezone.now() + datetime.timedelta(days=1)
        page.save_revision().publish()
    assert surfaces("quetzaldraft", "quetzldraft") == set()


def test_a_published_page_is_everywhere_without_the_worker_within_two_seconds(
    canary: Section, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        canary.page.title = "A quetzalpage"
        canary.page.save_revision().publish()
        start = time.perf_counter()
    assert titles("quetzalpage") == ["A quetzalpage"]
    assert time.perf_counter() - start < 2
    assert "hits" in surfaces("quetzalpage", "quetzlpage")


def test_what_is_public_again_comes_back(
    canary: Section, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_private(canary)
    with django_capture_on_commit_callbacks(execute=True):
        PageViewRestriction.objects.filter(page=canary.page.pk).delete()
    assert surfaces() == EVERYWHERE


# Names


@pytest.fixture
def described(home_page: HomePage) -> str:
    """A case study with a theme, a topic, a service and an organisation; returns its title."""
    index = factories.case_study_index(home_page)
    organisation = factories.organisation("Kaleidoscope (sample)", short_name="OT")
    service = factories.service("Hippopotamus (sample)", organisation=organisation)
    factories.case_study(
        index,
        "A walking group",
        services=[service],
        themes=[factories.theme(1)],
        topics=[factories.topic("Rhinoceros")],
        conditions=[factories.condition("Bumblebees")],
    )
    Theme.objects.update(name="Xylophone")
    for page in Page.objects.all():
        page.specific.save()
    commit()
    return "A walking group"


@pytest.mark.parametrize(
    ("model", "old"),
    [(Theme, "Xylophone"), (Topic, "Rhinoceros"), (Service, "Hippopotamus"), (Organisation, "Kaleidoscope")],
)
def test_a_new_name_is_found_and_the_old_one_is_not(
    described: str,
    model: type[Any],
    old: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert described in titles(old)
    with django_capture_on_commit_callbacks(execute=True):
        named = model.objects.get(name__startswith=old)
        named.name = named.name.replace(old, "Brandnew")
        named.save()
    assert described in titles("Brandnew")
    assert described not in titles(old)


@pytest.mark.parametrize("old", ["Rhinoceros", "Bumblebees"])
def test_a_topic_or_condition_that_is_deleted_is_not_found_any_more(
    described: str, old: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:

    with django_capture_on_commit_callbacks(execute=True):
        (Topic if old == "Rhinoceros" else Condition).objects.get(name=old).delete()
    assert described not in titles(old)


# Synonyms


def change_synonyms(client: Client, address: str, **values: str) -> None:
    group = {"kind": SynonymKind.ONE_WAY, "terms": "fowl", "also": CANARY, "reason": "A test", "is_active": "on"}
    data = {name: value for name, value in {**group, **values}.items() if value}
    response = client.post(address, data)
    assert response.status_code == 302, response.content.decode()[:2000]


def test_synonyms_changed_in_the_admin_count_in_the_next_search(canary: Section, network_client: Client) -> None:
    SynonymGroup.objects.all().delete()
    add = reverse("wagtailsnippets_search_synonymgroup:add")
    assert titles("fowl") == []
    change_synonyms(network_client, add)
    assert titles("fowl") == [canary.page.title]
    edit = reverse("wagtailsnippets_search_synonymgroup:edit", args=[SynonymGroup.objects.get().pk])
    change_synonyms(network_client, edit, terms="poultry")
    assert (titles("fowl"), titles("poultry")) == ([], [canary.page.title])
    change_synonyms(network_client, edit, terms="poultry", is_active="")
    assert titles("poultry") == []
    change_synonyms(network_client, edit, terms="poultry", kind=SynonymKind.ASK, also=f"The bird = {CANARY}")
    assert (titles("poultry"), "The bird" in search("poultry").content.decode()) == ([], True)
    delete = reverse("wagtailsnippets_search_synonymgroup:delete", args=[SynonymGroup.objects.get().pk])
    assert network_client.post(delete).status_code == 302
    assert "The bird" not in search("poultry").content.decode()
