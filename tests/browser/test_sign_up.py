"""A nurse on a phone signs up on her way into a module: six digits from an e-mail, and she is back where she was."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from post_office.models import Email

from home.models import User
from tests.browser.conftest import PageAt
from tests.browser.learners import PASSWORD, give_password, learner, sign_in
from tests.browser.pages import PAGES
from tests.browser.test_accessibility import OVERFLOWING, SMALL_TARGETS, TARGET, violations

pytestmark = pytest.mark.usefixtures("emails_are_kept")


def newest_code(address: str) -> str:
    email = next(one for one in Email.objects.order_by("-pk") if one.to == [address])
    found = re.search(r"^ {4}(\d{6})$", email.message, re.MULTILINE)
    assert found, email.message
    return found[1]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def sign_up(page: Page, address: str, name: str, *, javascript: bool) -> None:
    """From the door that the site has just shown, with one wrong code on the way."""
    page.get_by_role("link", name="I have no account yet").click()
    expect(page.get_by_role("heading", name="Who sees what")).to_be_visible()
    assert fits(page)
    page.get_by_label("Full name").fill(name)
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill("three odd words")
    page.get_by_role("button", name="Sign up").click()
    code = page.get_by_label("Six-digit code")
    expect(code).to_have_attribute("inputmode", "numeric")
    assert fits(page)
    code.fill("000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the code we sent")
    if javascript:
        assert violations(page) == []
    page.get_by_label("Six-digit code").fill(newest_code(address))
    page.get_by_role("button", name="Go on").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_phone_of_the_smallest_width_signs_up_from_a_module_and_ends_there(page_at: PageAt, javascript: bool) -> None:
    address = f"nurse-{javascript}@example.org".lower()
    page = page_at(320, javascript=javascript)
    page.goto(PAGES["module"])
    page.locator("#go-on").get_by_role("link", name="sign in").click()
    sign_up(page, address, "Amara Nwosu", javascript=javascript)
    expect(page).to_have_url(re.compile(f"{PAGES['module']}$"))
    page.locator("summary", has_text="Menu").click()
    expect(page.get_by_role("link", name="My learning").filter(visible=True)).to_have_count(1)
    page.get_by_role("link", name="Profile").filter(visible=True).click()
    expect(page.get_by_label("Full name")).to_have_value("Amara Nwosu")
    assert fits(page)
    if javascript:
        assert violations(page) == []
    page.locator("summary", has_text="Menu").click()
    page.get_by_role("button", name="Sign out").filter(visible=True).click()
    expect(page.locator("#site-search, .qin-hero").first).to_be_attached()
    assert User.objects.get(email=address).emailaddress_set.get().verified


def test_the_pages_of_an_account_work_for_everybody(page_at: PageAt, site_url: str) -> None:
    give_password(learner())
    page = page_at(320)
    sign_in(page, site_url, learner())
    for address in ("reauthenticate", "profile", "data", "email", "password/change", "2fa/totp/activate"):
        page.goto(f"/accounts/{address}/")
        expect(page).to_have_url(re.compile(f"/accounts/{address}/$"))
        assert page.evaluate(OVERFLOWING) == [], address
        assert page.evaluate(SMALL_TARGETS, TARGET) == [], address
        assert violations(page) == [], address
        if address == "reauthenticate":
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("main").get_by_role("button").first.click()
            expect(page).not_to_have_url(re.compile("reauthenticate"))
