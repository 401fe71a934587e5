"""The demonstration content: enough of it, honest about what is real, and the same however often it is loaded."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page

from home.models import BlogPostPage, ContentPage, Organisation, Service, User
from home.publication import problems_of
from practice_library.coverage import coverage_table
from practice_library.models import CaseStudyPage, ClaimVerification, ResearchSummaryPage, StandardClaim, StandardPage
from practice_library.models.case_study import Result
from practice_library.models.claim import Basis

pytestmark = pytest.mark.slow


def load() -> None:
    call_command("demo_content", stdout=io.StringIO())


@pytest.fixture(scope="module")
def _demo(module_database: None) -> None:
    load()


@pytest.fixture
def demo(db: None, _demo: None) -> None:
    """The demonstration content, loaded once for all these tests."""


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def newest_changes() -> list[Any]:
    return list(Page.objects.order_by("pk").values_list("pk", "latest_revision_id", "last_published_at", "path"))


def test_loading_it_again_changes_nothing(demo: None) -> None:
    before = rows(), newest_changes()
    load()
    assert (rows(), newest_changes()) == before


def test_what_an_editor_changed_stays_changed(demo: None) -> None:
    page = CaseStudyPage.objects.first()
    page.title = "A better title"
    page.save_revision().publish()
    load()
    assert CaseStudyPage.objects.get(pk=page.pk).title == "A better title"


def test_the_learner_has_something_to_show(demo: None, client: Client) -> None:
    client.force_login(User.objects.get(email="learner@example.org"), backend=settings.AUTHENTICATION_BACKENDS[0])
    shown = client.get("/learning/").content.decode()
    assert "2 of 4 lessons done" in shown
    assert "Passed on" in shown


def test_there_is_enough_to_see(demo: None) -> None:
    assert CaseStudyPage.objects.listed().count() >= 14
    assert StandardPage.objects.listed().count() == 27
    assert ResearchSummaryPage.objects.listed().count() >= 12
    assert BlogPostPage.objects.listed().count() >= 6
    assert ContentPage.objects.listed().count() >= 3


def test_what_did_not_work_is_there_too(demo: None) -> None:
    assert ResearchSummaryPage.objects.filter(null_result=True).count() >= 2
    assert CaseStudyPage.objects.exclude(result=Result.WORKED).exists()


def test_every_page_could_be_published_as_it_is(demo: None) -> None:
    pages = Page.objects.filter(depth__gt=1).specific()
    problems = {page.title: [str(problem.message) for problem in problems_of(page)] for page in pages}
    assert {title: found for title, found in problems.items() if found} == {}


def test_pages_of_every_type_answer(client: Client, demo: None) -> None:
    """The first, the middle and the last of each; the browser tests read them all."""
    kinds: dict[Any, list[str]] = {}
    for page in Page.objects.live().filter(depth__gt=1):
        kinds.setdefault(page.specific_class, []).append(page.url)
    addresses = {urls[place] for urls in kinds.values() for place in (0, len(urls) // 2, -1)}
    answers = {url: client.get(url).status_code for url in addresses}
    assert len(kinds) >= 11
    assert set(answers.values()) == {200}, answers


def real_claims() -> Any:
    return StandardClaim.objects.exclude(service__is_sample=True).exclude(organisation__is_sample=True)


def test_of_real_services_we_say_only_what_was_published(demo: None) -> None:
    assert real_claims().count() >= 10
    assert set(real_claims().values_list("basis", flat=True)) <= {Basis.MAPPED, Basis.PEER_REVIEWED}
    assert not real_claims().filter(source="").exists()


def test_no_real_service_is_said_to_have_been_checked(demo: None) -> None:
    checked = set(ClaimVerification.objects.values_list("claim_key", flat=True))
    assert checked
    assert not real_claims().filter(translation_key__in=checked).exists()


def test_real_case_studies_name_their_sources(demo: None) -> None:
    real = [page for page in CaseStudyPage.objects.all() if not page.is_sample]
    assert real
    for page in real:
        assert page.permission == "published-sources", page
        assert page.references.exists(), page


def test_what_is_made_up_says_so(client: Client, demo: None) -> None:
    for row in [*Service.objects.filter(is_sample=True), *Organisation.objects.filter(is_sample=True)]:
        assert "(sample)" in row.name.lower(), row
    samples = [page for page in CaseStudyPage.objects.all() if page.is_sample]
    assert samples
    for page in samples:
        assert "This service and its figures are made up" in client.get(page.url).content.decode(), page
    for page in CaseStudyPage.objects.all():
        if not page.is_sample:
            assert "are made up" not in client.get(page.url).content.decode(), page


def test_standards_say_that_they_are_illustrative(client: Client, demo: None) -> None:
    assert "Illustrative standard" in client.get(StandardPage.objects.first().url).content.decode()


def test_some_standards_still_wait_for_an_example(client: Client, demo: None) -> None:
    table = coverage_table(StandardPage.objects.first().locale_id)
    waiting = [row for row in table.rows if not row.total]
    assert 3 <= len(waiting) <= 20
    assert "No example published yet" in client.get(waiting[0].url).content.decode()


def test_outside_demo_mode_nobody_can_sign_in_with_a_known_password(demo: None, settings: Any) -> None:
    User.objects.all().delete()
    settings.DEMO_MODE = False
    load()
    assert not User.objects.exists()
