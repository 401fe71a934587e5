"""The nurse: on the bus, on the ward, at the second try; and nothing she did is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from home.models import User
from tests.browser.conftest import PHONE, PageAt
from tests.browser.learners import HARD_MODULE, LEARNER, PASSWORD, begin_quiz, give_password, learner, module, sign_in
from tests.browser.test_sign_up import sign_up
from training import quiz
from training.models import Answer, Attempt, Certificate, Enrolment

with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])


@pytest.fixture(autouse=True)
def no_records(site_url: str) -> Iterator[None]:
    """Begins without any, and takes what came away: other tests look at the same site."""
    Enrolment.objects.all().delete()
    yield
    Enrolment.objects.all().delete()


def enter(page: Page) -> None:
    """Through the door that the site has just shown."""
    give_password(learner())
    page.get_by_label("E-mail address").fill(LEARNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def save(page: Page, place: int) -> None:
    """Choose one answer and see that it is kept."""
    choice = page.locator("input[name=chosen]").nth(place)
    choice.check()
    expect(page.locator("[data-state]")).to_have_text("Saved")
    assert Answer.objects.get().chosen == [choice.input_value()]


def choose(page: Page, attempt: Attempt, *, rightly: bool, javascript: bool) -> None:
    """Answer the question that is shown, and go on."""
    shown = page.locator("input[name=question]").input_value()
    question = next(one for one in attempt.snapshot.content["questions"] if one["id"] == shown)
    for option in question["options"]:
        if option["correct"] == rightly:
            page.get_by_label(option["text"], exact=True).check()
            if not rightly:
                break
    if javascript:
        expect(page.locator("[data-state]")).to_have_text("Saved")
    page.get_by_role("button", name=re.compile("Save and")).click()


def take_quiz(page: Page, *, rightly: bool, javascript: bool) -> None:
    attempt = Attempt.objects.select_related("snapshot").get(finished_at=None)
    count = len(attempt.snapshot.content["questions"])
    for number in range(1, count + 1):
        expect(page.get_by_text(f"Question {number} of {count}", exact=False).first).to_be_visible()
        choose(page, attempt, rightly=rightly, javascript=javascript)
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()


@with_and_without_javascript
@pytest.mark.usefixtures("emails_are_kept")
def test_a_nurse_signs_up_on_the_bus_and_passes_on_the_ward_at_the_second_try(
    page_at: PageAt, site_url: str, javascript: bool
) -> None:
    address, name = f"bus-{javascript}@example.org".lower(), "Amara Nwosu"
    phone = page_at(PHONE, javascript=javascript)
    phone.goto("/training/")
    phone.get_by_role("link", name="Physical health in severe mental illness").click()
    phone.get_by_role("button", name="Start", exact=True).click()
    sign_up(phone, address, name, javascript=javascript)
    phone.get_by_role("button", name="Start", exact=True).click()
    for title in ("Six core checks", "Antipsychotic monitoring"):
        expect(phone.get_by_role("heading", level=1, name=title)).to_be_visible()
        phone.get_by_role("button", name="Done: next lesson").click()
    expect(phone.get_by_role("heading", level=1, name="From screening to action")).to_be_visible()

    desktop = page_at(javascript=javascript)
    sign_in(desktop, site_url, User.objects.get(email=address))
    desktop.goto("/learning/")
    expect(desktop.locator("#in-progress")).to_contain_text("2 of 4 lessons done")
    desktop.get_by_role("button", name="Continue").click()
    expect(desktop.get_by_role("heading", level=1, name="From screening to action")).to_be_visible()
    desktop.goto(module().get_url())
    expect(desktop.locator("#go-on")).to_contain_text("11 minutes left")
    desktop.get_by_role("button", name="Go straight to the quiz").click()
    take_quiz(desktop, rightly=False, javascript=javascript)

    expect(desktop.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    again = desktop.get_by_role("region", name="Read these again")
    again.get_by_role("link", name="Smoking and clozapine").click()
    expect(desktop.get_by_role("heading", level=1)).to_have_text("Smoking and clozapine")
    desktop.go_back()
    desktop.get_by_role("button", name="Try again").click()
    take_quiz(desktop, rightly=True, javascript=javascript)
    expect(desktop.get_by_role("heading", level=1)).to_have_text("You have passed")

    desktop.get_by_role("link", name="See your certificate").click()
    expect(desktop.get_by_role("article")).to_contain_text(name)
    its_check = desktop.get_by_role("article").get_by_role("link").inner_text()
    employer = page_at(javascript=javascript)
    employer.goto(re.sub(r"^https?://[^/]+", "", its_check))
    expect(employer.get_by_role("main")).to_contain_text("Physical health in severe mental illness")
    expect(employer.get_by_role("main")).to_contain_text(name)
    assert Certificate.objects.count() == 1
    desktop.goto("/learning/")
    expect(desktop.locator("#done")).to_contain_text("Physical health in severe mental illness")


@with_and_without_javascript
def test_a_login_that_ends_in_mid_quiz_loses_nothing(
    page_at: PageAt, site_url: str, complaints: list[str], javascript: bool
) -> None:
    page = page_at(PHONE, javascript=javascript)
    sign_in(page, site_url, learner())
    attempt = begin_quiz(learner(), module(HARD_MODULE))
    page.goto(f"{attempt.get_absolute_url()}?question=2")
    Session.objects.all().delete()
    choice = page.locator("input[name=chosen]").nth(1)
    value = choice.input_value()
    choice.check()
    if javascript:
        expect(page.locator("[data-state]")).to_contain_text("Not saved: you are signed out")
    page.get_by_role("button", name="Save and go on").click()
    enter(page)
    expect(page.get_by_text("Your last answer was kept and is saved now.")).to_be_visible()
    expect(page.get_by_text("Question 2 of 5").first).to_be_visible()
    expect(page.locator(f'input[value="{value}"]')).to_be_checked()
    assert Answer.objects.get().chosen == [value]
    complaints.clear()  # the browser's own words for the answer 401


def test_without_a_network_the_page_says_so_and_saves_when_it_is_back(
    page_at: PageAt, site_url: str, complaints: list[str]
) -> None:
    page = page_at(PHONE)
    sign_in(page, site_url, learner())
    attempt = begin_quiz(learner(), module(HARD_MODULE))
    page.goto(attempt.get_absolute_url())
    page.context.set_offline(True)
    choice = page.locator("input[name=chosen]").nth(1)
    choice.check()
    saying = page.locator("[data-state]")
    expect(saying).to_contain_text("Not saved yet")
    page.get_by_role("button", name="Save and go on").click()
    expect(saying).to_contain_text("Not saved yet")
    expect(choice).to_be_checked()
    assert not Answer.objects.exists()
    page.context.set_offline(False)
    expect(saying).to_have_text("Saved")
    assert Answer.objects.get().chosen == [choice.input_value()]
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Question 2 of 5").first).to_be_visible()
    complaints.clear()  # the browser's own words for a network that is away


def test_double_clicks_two_tabs_and_the_back_button_double_and_lose_nothing(page_at: PageAt, site_url: str) -> None:
    page = page_at()
    sign_in(page, site_url, learner())
    page.goto(module(HARD_MODULE).get_url())
    page.get_by_role("button", name="Go straight to the quiz").dblclick()
    expect(page.get_by_text("Question 1 of 5").first).to_be_visible()
    attempt = Attempt.objects.get()
    questions = quiz.in_order(attempt.snapshot.content, attempt.seed)
    number = next(number for number, one in enumerate(questions, 1) if one["kind"] == "single")
    address, following = f"{attempt.get_absolute_url()}?question={number}", f"Question {number + 1} of 5"

    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(address)
    for tab, place in ((page, 0), (other, 1), (page, 2)):
        save(tab, place)

    page.get_by_role("button", name="Save and go on").dblclick()
    expect(page.get_by_text(following).first).to_be_visible()
    page.go_back()
    save(page, 0)

    page.goto(f"{attempt.get_absolute_url()}check/")
    page.get_by_role("button", name="Hand in").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    right = quiz.right_options(questions[number - 1])
    assert Attempt.objects.get().score == (20 if set(Answer.objects.get().chosen) == right else 0)
    other.locator("input[name=chosen]").nth(2).check()
    expect(other.get_by_role("heading", level=1)).to_have_text("Not passed yet")
