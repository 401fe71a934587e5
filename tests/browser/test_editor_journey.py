"""The hub's promise, in the real editor: what is approved shows on each standard's page at once; what is taken away is
gone at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from wagtail.models import PageViewRestriction

from home.models import ContentPage, User
from practice_library.models import CaseStudyIndexPage, CaseStudyPage
from tests.browser.conftest import PHONE, PageAt
from tests.browser.pages import STANDARD, STANDARD_WITHOUT_EXAMPLE

PASSWORD = "for-the-browser-tests"
TITLE = "A round at dawn for body and mind"
STANDARDS = {
    STANDARD: "Monitoring for people on antipsychotics",
    STANDARD_WITHOUT_EXAMPLE: "Wellbeing data that leads to change",
}
SERVICE = "COAST early intervention service"
TEXTS = {
    "summary": "Each morning nurses look at body and mind together.",
    "what_they_did": "A round of ten minutes with one list.",
    "result_summary": "Checks done when due rose from half to most of them.",
    "certainty": "Quite sure: counted each week for half a year.",
    "effort": "Ten minutes a day for two nurses.",
}
CHOICES = {"result": "worked", "evidence_type": "evaluation"}
#: Says what Wagtail says when it saves by itself; the answer is whether it may.
AUTOSAVE = """name => {
    const form = document.querySelector("#page-edit-form")
    const detail = {formData: new FormData(form)}
    return form.dispatchEvent(new CustomEvent(`w-autosave:${name}`, {bubbles: true, cancelable: true, detail}))
}"""
DUTIES = {"permission": "given", "identifiability": "nobody"}


def sign_in(page: Page, email: str) -> None:
    user = User.objects.get(email=email)
    user.set_password(PASSWORD)  # anew: tests know no hasher but a fast one
    user.save()
    page.goto("/cms/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title(re.compile("Dashboard"))


def field(page: Page | Locator, name: str) -> Locator:
    return page.locator(f'[name="{name}"]')


def choose(page: Page, scope: Page | Locator, button: str, words: str) -> None:
    """Find something in a chooser by its words and take it."""
    scope.get_by_role("button", name=button).click()
    modal = page.locator(".modal-content")
    field(modal, "q").fill(words)
    modal.get_by_role("link", name=words).click()
    expect(modal).to_be_hidden()


def write_the_facts(page: Page) -> None:
    field(page, "title").fill(TITLE)
    for name, text in TEXTS.items():
        field(page, name).fill(text)
    for name, value in CHOICES.items():
        field(page, name).select_option(value)
    choose(page, page, "Choose contact", "Network team, Mind & Body QIN")
    page.get_by_role("button", name="Add service").click()
    modal = page.locator(".modal-content")
    modal.get_by_role("checkbox", name=SERVICE).check()
    modal.get_by_role("button", name="Confirm selection").click()
    expect(modal).to_be_hidden()


def add_example(page: Page, number: int, standard: str) -> None:
    page.get_by_role("button", name="Add Example").click()
    row = page.locator(f"#inline_child_claims-{number}")
    choose(page, row, "Choose a standard", standard)
    choose(page, row, "Choose service", SERVICE)
    field(row, f"claims-{number}-how_met").fill(f"How it meets the standard, example {number + 1}.")
    field(row, f"claims-{number}-evidence").fill("An audit of twenty records.")


def choose_action(page: Page, name: str) -> None:
    """From the menu beside the save button, whose script starts after the page shows."""
    menu = page.get_by_role("button", name="More actions")
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.click()
    page.get_by_role("button", name=name).click()


def submit(page: Page) -> None:
    page.get_by_role("tab", name="Before publishing").click()
    for name, value in DUTIES.items():
        field(page, name).select_option(value)
    choose_action(page, "Submit to Network team review")
    expect(page.locator(".messages")).to_contain_text("submitted for moderation")


def approve(page: Page) -> None:
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/edit/")
    choose_action(page, "Approve and Publish")
    expect(page.locator(".messages")).to_contain_text("has been updated")


def expect_example(reader: Page, *, shown: bool) -> None:
    """The example is, or is not, on the page of each standard that it names."""
    for address in STANDARDS:
        reader.goto(address)
        example = reader.locator("#examples").get_by_role("article").filter(has_text=TITLE)
        expect(example).to_have_count(1 if shown else 0)


@pytest.fixture
def no_trace(site_url: str) -> Iterator[None]:
    """Takes the page away afterwards: other tests look at the same site."""
    yield
    for page in CaseStudyPage.objects.filter(title=TITLE):
        page.delete()


def make_private(page: CaseStudyPage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def let_expire(page: CaseStudyPage) -> None:
    CaseStudyPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled")


def bring_back(page: CaseStudyPage) -> None:
    page.get_view_restrictions().delete()
    again = CaseStudyPage.objects.get(pk=page.pk)
    again.expire_at = None
    again.save_revision().publish()


@pytest.mark.usefixtures("no_trace")
def test_what_is_approved_shows_at_once_and_what_is_taken_away_is_gone(page_at: PageAt, complaints: list[str]) -> None:
    library = CaseStudyIndexPage.objects.get()
    editor, network_member, reader = page_at(), page_at(), page_at(PHONE)

    sign_in(editor, "editor@example.org")
    editor.goto(f"/cms/pages/add/practice_library/casestudypage/{library.pk}/")
    write_the_facts(editor)
    editor.get_by_role("tab", name="Standards met").click()
    for number, standard in enumerate(STANDARDS.values()):
        add_example(editor, number, standard)
    submit(editor)
    expect_example(reader, shown=False)

    sign_in(network_member, "network@example.org")
    approve(network_member)
    expect_example(reader, shown=True)
    reader.get_by_role("article").get_by_role("link", name=TITLE).click()
    expect(reader.get_by_role("region", name="At a glance")).to_contain_text(TEXTS["effort"])

    page = CaseStudyPage.objects.get(title=TITLE)
    network_member.goto(f"/cms/pages/{page.pk}/unpublish/")
    network_member.get_by_role("button", name="Yes, unpublish it").click()
    expect(network_member.locator(".messages")).to_contain_text("unpublished")
    expect_example(reader, shown=False)

    ways: list[Callable[[CaseStudyPage], None]] = [make_private, let_expire]
    for take_away in ways:
        bring_back(page)
        expect_example(reader, shown=True)
        take_away(page)
        expect_example(reader, shown=False)


def test_a_button_waits_for_the_autosave_under_way_and_none_follows_it(page_at: PageAt, complaints: list[str]) -> None:
    """Else what was just published would be saved over as it was before."""
    page = page_at()
    sign_in(page, "network@example.org")
    about = ContentPage.objects.get(slug="contact")
    before = about.title
    page.goto(f"/cms/pages/{about.pk}/edit/")
    menu = page.get_by_role("button", name="More actions")
    expect(menu).to_have_attribute("aria-expanded", "false")
    page.locator("#page-edit-form").evaluate("form => { form.dataset.wAutosaveActiveValue = 'false' }")  # ours alone
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.url.endswith("/edit/") else None)
    field(page, "title").fill("A contact for the autosave")
    assert page.evaluate(AUTOSAVE, "save"), "Wagtail may save"
    try:
        menu.click()
        page.get_by_role("button", name="Publish", exact=True).click()
        assert not page.evaluate(AUTOSAVE, "save"), "no other autosave before the button's turn"
        assert "POST" not in sent
        page.evaluate(AUTOSAVE, "success")
        expect(page.locator(".messages")).to_contain_text("has been published")
        about.refresh_from_db()
        assert (about.title, about.live, about.has_unpublished_changes) == ("A contact for the autosave", True, False)
    finally:
        again = ContentPage.objects.get(pk=about.pk)
        again.title = before
        again.save_revision().publish()
