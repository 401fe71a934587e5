"""Training beside everything else: the catalogue, standards, themes, feed, search, and what a learner sees of herself."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from home.models import PageTheme, User
from search.projection import rebuild
from tests import factories
from training import learning, quiz
from training.models import Attempt, Certificate, ModulePage, TrainingIndexPage
from training.standing import Standing, learned_by

TITLE = "Care for body and mind"


@pytest.fixture
def index(site_tree: factories.SiteTree) -> TrainingIndexPage:
    return factories.training_index(site_tree.home)


@pytest.fixture
def module(index: TrainingIndexPage, site_tree: factories.SiteTree) -> ModulePage:
    page = factories.module_page(index, TITLE, standards=[site_tree.standard], minutes=12, validity_months=12)
    page.topics.set([factories.topic()])
    page.page_themes.set([PageTheme(theme=site_tree.theme_page.theme)])
    page.save_revision().publish()
    return page


@pytest.fixture
def other(index: TrainingIndexPage) -> ModulePage:
    return factories.module_page(index, "Long and practical", minutes=45, level="practice")


@pytest.fixture
def nurse(db: None) -> User:
    return factories.user("nurse@example.org", first_name="Ada", last_name="Sample")


@pytest.fixture
def nurse_client(nurse: User) -> Client:
    client = Client()
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    return client


def attempt_at(user: User, module: ModulePage) -> Attempt:
    return learning.start_attempt(learning.enrol(user, module.module), module)


def passed(user: User, module: ModulePage) -> Certificate:
    attempt = attempt_at(user, module)
    for question in attempt.snapshot.content["questions"]:
        learning.save_answer(attempt.pk, question["id"], sorted(quiz.right_options(question)), 1)
    learning.finish(attempt.pk)
    return Certificate.objects.get(attempt=attempt)


def let_expire(certificate: Certificate) -> None:
    today = timezone.localdate()
    Certificate.objects.filter(pk=certificate.pk).update(
        issued_on=today - datetime.timedelta(days=400), expires_on=today - datetime.timedelta(days=35)
    )


def know_in_search() -> None:
    """Search rows are built after the transaction, which a test never commits."""
    while rebuild():
        pass


def links_to(client: Client, place: str, address: str) -> bool:
    """Whether a page, the feed or the site map names exactly this address."""
    return any(f"{address}{end}" in html(client, place) for end in ('"', "</loc>"))


def html(client: Client, address: str, **query: Any) -> str:
    return client.get(address, query).content.decode()


# Where modules are listed


def test_what_a_module_is_about_lists_it_at_once_and_no_longer_when_it_is_gone(
    client: Client, module: ModulePage, site_tree: factories.SiteTree
) -> None:
    places = [
        site_tree.standard.get_url(), site_tree.theme_page.get_url(), "/topics/smoking/", "/", "/training/",
        "/feed/", "/sitemap.xml",
    ]  # fmt: skip
    address = module.get_url()
    assert [place for place in places if not links_to(client, place, address)] == []
    PageViewRestriction.objects.create(page=module, restriction_type=PageViewRestriction.LOGIN)
    assert [place for place in places if links_to(client, place, address)] == []
    PageViewRestriction.objects.all().delete()
    assert links_to(client, places[0], address)
    ModulePage.objects.get(pk=module.pk).unpublish()
    assert [place for place in places if links_to(client, place, address)] == []


def test_a_standard_that_no_module_teaches_has_no_heading_for_them(
    client: Client, module: ModulePage, site_tree: factories.SiteTree
) -> None:
    assert "Learn how" in html(client, site_tree.standard.get_url())
    assert "Learn how" not in html(client, site_tree.gap.get_url())


def test_search_feed_and_site_map_know_modules_and_lessons(client: Client, module: ModulePage) -> None:
    know_in_search()
    lesson = module.lessons[0]
    for place in ("/sitemap.xml", "/feed/"):
        assert links_to(client, place, module.get_url())
        assert links_to(client, place, lesson.get_url())
    for kind, page in (("module", module), ("lesson", lesson)):
        assert page.get_url() in html(client, "/search/", q=page.title, kind=kind)


# The catalogue


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"module", "other"}),
        ({"theme": "1"}, {"module"}),
        ({"topic": "smoking"}, {"module"}),
        ({"standard": "1.1"}, {"module"}),
        ({"level": "practice"}, {"other"}),
        ({"length": "15"}, {"module"}),
        ({"length": "longer"}, {"other"}),
        ({"length": ["15", "longer"]}, {"module", "other"}),
        ({"theme": "1", "level": "practice"}, set()),
    ],
)
def test_the_catalogue_is_filtered_by_its_address(
    client: Client, module: ModulePage, other: ModulePage, query: dict[str, Any], found: set[str]
) -> None:
    shown = client.get("/training/", query).context["results"]
    assert {"module" if page.pk == module.pk else "other" for page in shown} == found


def test_the_catalogue_counts_what_each_choice_would_give(
    client: Client, module: ModulePage, other: ModulePage
) -> None:
    know_in_search()
    groups = {group["name"]: group for group in client.get("/training/").context["filters"].groups}
    assert [(one["value"], one["count"]) for one in groups["length"]["options"]] == [("15", 1), ("longer", 1)]
    assert [(one["value"], one["count"]) for one in groups["standard"]["options"]] == [("1.1", 1)]
    narrowed = {group["name"]: group for group in client.get("/training/?length=15").context["filters"].groups}
    assert [one["value"] for one in narrowed["level"]["options"]] == ["foundation"]


def test_the_catalogue_is_put_in_order_and_helps_when_nothing_matches(
    client: Client, module: ModulePage, other: ModulePage
) -> None:
    shown = client.get("/training/?sort=title").context["results"]
    assert [page.title for page in shown] == sorted(page.title for page in shown)
    nothing = html(client, "/training/", theme="1", level="practice")
    assert "Nothing matches all of these filters" in nothing
    assert "Show all modules" in nothing
    assert "left them out" in html(client, "/training/", theme="99")


def test_the_catalogue_says_where_the_learner_stands_at_the_same_cost(
    nurse_client: Client, nurse: User, module: ModulePage, other: ModulePage, django_assert_max_num_queries: Any
) -> None:
    learning.enrol(nurse, other.module)
    certificate = passed(nurse, module)
    for number in range(5):
        learning.enrol(nurse, factories.module_page(module.get_parent().specific, f"M {number}", lessons=0).module)
    Site.get_site_root_paths()  # Wagtail keeps them as long as a process lives
    with django_assert_max_num_queries(26):
        response = nurse_client.get("/training/")
    standing = {page.pk: page.standing for page in response.context["results"]}
    assert (standing[module.pk], standing[other.pk]) == (Standing.DONE, Standing.IN_PROGRESS)
    let_expire(certificate)
    assert "Due again" in html(nurse_client, "/training/")
    assert "Due again" not in html(Client(), "/training/")


# What a learner sees of herself


def test_a_certificate_that_ran_out_is_due_again_and_can_be_renewed_however_many_attempts_it_took(
    nurse_client: Client, nurse: User, module: ModulePage
) -> None:
    module.attempts_allowed = 2
    module.save_revision().publish()
    learning.finish(attempt_at(nurse, module).pk)  # failed
    certificate = passed(nurse, module)
    assert "You have passed this module" in html(nurse_client, module.get_url())
    let_expire(certificate)
    shown = html(nurse_client, module.get_url())
    assert "Due again" in shown
    assert "You have passed this module" not in shown
    assert [row.standing for row in learned_by(nurse, [Certificate.objects.get()])] == [Standing.DUE_AGAIN]
    passed(nurse, module)
    assert "You have passed this module" in html(nurse_client, module.get_url())
    assert html(nurse_client, reverse("my_learning")).count("Passed on") == 2


def test_my_learning_says_what_is_left(nurse_client: Client, nurse: User, module: ModulePage) -> None:
    learning.finish_lesson(learning.enrol(nurse, module.module), module.lessons[0])
    shown = html(nurse_client, reverse("my_learning"))
    assert "6 minutes left" in shown  # a lesson of four minutes and two questions
    assert "1 of 2 lessons done" in shown


def test_a_result_leads_back_to_the_lessons_and_says_when_to_try_again(
    nurse_client: Client, nurse: User, module: ModulePage
) -> None:
    module.quiz[0].value["lesson"] = module.lessons[1]
    module.waiting_hours = 24
    module.save_revision().publish()
    attempt = attempt_at(nurse, ModulePage.objects.get(pk=module.pk))
    learning.finish(attempt.pk)
    response = nurse_client.get(reverse("training_result", args=[attempt.pk]))
    assert response.context["again"] == [module.lessons[1]]
    assert "You can try again from" in response.content.decode()
    assert "Try again</button>" not in response.content.decode()


def test_another_window_is_never_overwritten_in_silence(nurse_client: Client, nurse: User, module: ModulePage) -> None:
    """The back button brings an older page: what is chosen there is offered again, with a number that counts."""
    attempt = attempt_at(nurse, module)
    question = next(one for one in attempt.snapshot.content["questions"] if one["kind"] == "single")
    first, second = (option["id"] for option in question["options"][:2])
    address = reverse("training_quiz", args=[attempt.pk])
    posted = {"question": question["id"], "sequence": 1}
    assert nurse_client.post(address, {**posted, "chosen": first}).status_code == 302
    assert nurse_client.post(address, {**posted, "chosen": first}).status_code == 302  # a double click
    response = nurse_client.post(address, {**posted, "chosen": second})
    assert response.status_code == 409
    assert "in another window" in response.content.decode()
    assert response.context["chosen"] == [second]
    assert attempt.answers.get().chosen == [first]
    again = {**posted, "chosen": second, "sequence": response.context["sequence"]}
    assert nurse_client.post(address, again).status_code == 302
    assert attempt.answers.get().chosen == [second]


# The learning record


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "soon", "to": "2026-03-31"}, "From: Choose a day"),
        ({"from": "2026-13-01", "to": "2026-03-31"}, "From: Choose a day"),
        ({"from": "2026-04-01", "to": "2026-03-31"}, "The first day is after the last"),
    ],
)
def test_days_that_make_no_sense_are_named_and_stay(
    nurse_client: Client, nurse: User, module: ModulePage, query: dict[str, str], said: str
) -> None:
    passed(nurse, module)
    for extra in ({}, {"format": "csv"}):
        response = nurse_client.get(reverse("learning_record"), {**query, **extra})
        assert response.status_code == 400
        shown = response.content.decode()
        assert said in shown
        assert f'value="{query["from"]}"' in shown


def test_the_record_adds_up_hours_and_outlives_the_page(nurse_client: Client, nurse: User, module: ModulePage) -> None:
    module.is_participatory, module.code_of_conduct = True, "It relates to the Code."
    module.save_revision().publish()
    passed(nurse, module)
    passed(nurse, factories.module_page(module.get_parent().specific, "Alone", cpd_hours="0.25"))
    ModulePage.objects.get(pk=module.pk).unpublish()
    response = nurse_client.get(reverse("learning_record"))
    assert [str(response.context[name]) for name in ("hours", "participatory_hours")] == ["0.75", "0.50"]
    assert "It relates to the Code." in response.content.decode()
