"""An editor writes a module in the real admin; once the network team has approved it, it is everywhere at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from home.models import User
from tests.browser.conftest import PageAt
from tests.browser.learners import sign_in
from tests.browser.pages import STANDARD
from tests.browser.test_editor_journey import choose, choose_action, field
from training.models import Enrolment, LessonPage, Module, ModulePage, TrainingIndexPage

TITLE = "Sleep on a busy ward"
LESSONS = ["Why sleep matters", "Lights and noise"]
STANDARD_TITLE = "Monitoring for people on antipsychotics"
TEXTS = {
    "summary": "Small changes that help people sleep.",
    "audience": "Night staff.",
    "outcomes": "name three things that wake people",
}
#: (kind, question, answers: the right ones first, number of right answers)
QUESTIONS = [
    ("single", "What wakes people most?", ["Noise", "Dreams"], 1),
    ("multiple", "What helps?", ["Dim lights", "Soft shoes", "A loud radio"], 2),
    ("true_false", "Sleep helps people get well.", ["True", "False"], 1),
]


@pytest.fixture
def no_trace(site_url: str) -> Iterator[None]:
    """Takes the module away afterwards: other tests look at the same site."""
    yield
    for page in ModulePage.objects.filter(title=TITLE):
        page.delete()
        page.module.snapshots.all().delete()
    Module.objects.filter(title=TITLE).delete()


def write_question(page: Page, number: int) -> None:
    kind, text, answers, right = QUESTIONS[number]
    stream = page.locator('[data-contentpath="quiz"]')
    stream.get_by_title("Insert a block").last.click()
    names = f"quiz-{number}-value"
    field(page, f"{names}-kind").select_option(kind)
    field(page, f"{names}-text").fill(text)
    block = page.locator("[data-streamfield-child]", has=field(page, f"{names}-kind"))
    for place, answer in enumerate(answers):
        if place:
            block.get_by_title("Add", exact=True).last.click()
        option = f"{names}-options-{place}-value"
        field(page, f"{option}-text").fill(answer)
        field(page, f"{option}-feedback").fill(f"About “{answer}”.")
        field(page, f"{option}-correct").set_checked(place < right)
    field(page, f"{names}-explanation").fill("People sleep better when it is dark and quiet.")
    field(page, f"{names}-source_title").fill("A paper")


def submit(page: Page) -> None:
    choose_action(page, "Submit to Network team review")
    expect(page.locator(".messages")).to_contain_text("submitted for moderation")


def write_module(page: Page) -> ModulePage:
    page.goto(f"/cms/pages/add/training/modulepage/{TrainingIndexPage.objects.get().pk}/")
    field(page, "title").fill(TITLE)
    for name, text in TEXTS.items():
        field(page, name).fill(text)
    page.get_by_role("button", name="Add Standard").click()
    choose(page, page.locator("#inline_child_standard_rows-0"), "Choose", STANDARD_TITLE)
    for number in range(len(QUESTIONS)):
        write_question(page, number)
    submit(page)
    return ModulePage.objects.get(title=TITLE)


def write_lesson(page: Page, module: ModulePage, title: str) -> None:
    page.goto(f"/cms/pages/add/training/lessonpage/{module.pk}/")
    field(page, "title").fill(title)
    field(page, "summary").fill("What to do tonight.")
    page.locator('[data-contentpath="body"]').get_by_title("Insert a block").first.click()
    page.get_by_role("option", name="Reflection").click()
    field(page, "body-0-value-prompt").fill("Who slept badly last night?")
    submit(page)


def approve(page: Page, pk: int) -> None:
    page.goto(f"/cms/pages/{pk}/edit/")
    choose_action(page, "Approve and Publish")
    expect(page.locator(".messages")).to_contain_text("has been updated")


@pytest.mark.usefixtures("no_trace")
def test_a_module_that_is_approved_is_in_the_catalogue_in_search_and_on_its_standard_at_once(
    page_at: PageAt, site_url: str, complaints: list[str]
) -> None:
    editor, network_member, reader = page_at(), page_at(), page_at()
    sign_in(editor, site_url, User.objects.get(email="editor@example.org"))
    module = write_module(editor)
    for title in LESSONS:
        write_lesson(editor, module, title)

    editor.goto(f"/cms/pages/{module.pk}/view_draft/")
    expect(editor.get_by_role("heading", level=1)).to_have_text(TITLE)
    editor.goto(f"/cms/pages/{LessonPage.objects.get(title=LESSONS[0]).pk}/view_draft/")
    expect(editor.get_by_text("Who slept badly last night?")).to_be_visible()
    assert not Enrolment.objects.filter(module=module.module).exists(), "looking at a draft leaves no record"
    places = ["/training/", f"/search/?q={TITLE.replace(' ', '+')}", STANDARD]
    for place in places:
        reader.goto(place)
        expect(reader.get_by_role("link", name=TITLE)).to_have_count(0)

    sign_in(network_member, site_url, User.objects.get(email="network@example.org"))
    for page in [module, *LessonPage.objects.child_of(module)]:
        approve(network_member, page.pk)
    for place in places:
        reader.goto(place)
        expect(reader.get_by_role("link", name=TITLE)).to_have_count(1)
    reader.get_by_role("link", name=TITLE).click()
    for title in LESSONS:
        expect(reader.get_by_role("link", name=title)).to_be_visible()
    snapshot = module.module.snapshots.get()
    assert [one["kind"] for one in snapshot.content["questions"]] == [kind for kind, *_rest in QUESTIONS]
    complaints[:] = [one for one in complaints if "400" not in one]  # autosave, of a question that is not finished
