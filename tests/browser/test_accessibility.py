"""Every kind of page: for screen readers, keyboards, large text, small screens and coarse pointers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect
from wagtail.models import PageViewRestriction

from home.models import ContentPage
from tests.browser.conftest import DESKTOP, PHONE, PageAt
from tests.browser.pages import CASE_STUDY, PAGES, STANDARD

SMALLEST = 320  # CSS pixels: a 1280 pixel screen at 400 %
TARGET = 24  # CSS pixels, WCAG 2.2 criterion 2.5.8
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

every_page = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())

#: What sticks out of the window, but for what scrolls in a region of its own.
OVERFLOWING = """() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width) return []
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 1 && !element.closest('.qin-scroll'))
    .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5)
}"""

#: Buttons, fields and links that stand on their own and are smaller than `size`. Links within a sentence are exempt,
#: and so are the wheel's, whose list beside it leads to the same pages.
SMALL_TARGETS = """(size) => {
  const inSentence = (element) => getComputedStyle(element).display === 'inline' &&
    element.parentElement.textContent.trim().length > element.textContent.trim().length
  return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('svg'))
    .filter((element) => !element.closest('.nhsuk-skip-link, wagtail-userbar') && !inSentence(element))
    .map((element) => [element, (element.closest('label') ?? element).getBoundingClientRect()])
    .filter(([, box]) => box.width && (Math.round(box.height) < size || Math.round(box.width) < size))
    .map(([element, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${element.outerHTML.slice(0, 100)}`)
}"""

#: The focused element as a reader sees it: is the focus marked (on a field, or on the box around it), and is it within
#: the window?
FOCUS = """() => {
  const element = document.activeElement
  const box = element.getBoundingClientRect()
  const isMarked = (one) => {
    const style = getComputedStyle(one)
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 &&
      !style.outlineColor.endsWith(', 0)')
    return outlined || style.boxShadow !== 'none'
  }
  return {
    what: `${element.localName} ${element.textContent.trim().slice(0, 40)}`,
    marked: isMarked(element) || (element.localName === 'input' && isMarked(element.parentElement)),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  }
}"""


def violations(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response
    return [
        f"{violation['id']}: {node['html'][:160]}" for violation in found["violations"] for node in violation["nodes"]
    ]


def open_all_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true })")


@every_page
def test_axe_finds_nothing(page_at: PageAt, address: str) -> None:
    page = page_at(DESKTOP)
    page.goto(address)
    open_all_details(page)
    assert violations(page) == []


@pytest.mark.parametrize("name", ["400", "403", "403_old_form", "404", "410", "500"])
def test_axe_finds_nothing_on_error_pages(page_at: PageAt, site_url: str, name: str) -> None:
    page = page_at(SMALLEST)
    body = render_to_string(f"{name}.html")
    page.route("**/error-page/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/error-page/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert violations(page) == []
    assert page.evaluate(OVERFLOWING) == []


def test_axe_finds_nothing_where_a_password_is_asked_for(page_at: PageAt, site_url: str) -> None:
    private = ContentPage.objects.get(slug="how-we-know")
    restriction = PageViewRestriction.objects.create(page=private, restriction_type="password", password="of a group")
    try:
        page = page_at(SMALLEST)
        page.goto("/how-we-know/")
        assert violations(page) == []
        page.get_by_label("Password").fill("of a group")
        page.get_by_role("button", name="Show the page").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(private.title)
    finally:
        restriction.delete()


@pytest.mark.parametrize("name", ["home", "standard", "library filtered", "sample case study", "organisation"])
def test_axe_finds_nothing_on_a_phone_with_the_menu_open(page_at: PageAt, name: str) -> None:
    page = page_at(PHONE)
    page.goto(PAGES[name])
    page.locator("summary", has_text="Menu").click()
    assert violations(page) == []


@every_page
def test_small_screens_large_text_and_fingers(page_at: PageAt, address: str) -> None:
    page = page_at(SMALLEST, height=800)
    page.goto(address)
    open_all_details(page)
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST
    assert page.evaluate(SMALL_TARGETS, TARGET) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOWING) == [], f"text of twice the size, {width} pixels"


def test_the_skip_link_leads_past_the_menu(page_at: PageAt) -> None:
    page = page_at(DESKTOP)
    page.goto(STANDARD)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", ["home", "standard", "library filtered", "where we have examples", "sign in"])
def test_focus_is_always_seen(page_at: PageAt, name: str, width: int) -> None:
    page = page_at(width)
    page.goto(PAGES[name])
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        focus = page.evaluate(FOCUS)
        assert focus["marked"], focus
        assert focus["seen"], focus


@pytest.mark.parametrize("javascript", [True, False])
def test_the_menu_opens_by_keyboard(page_at: PageAt, javascript: bool) -> None:
    page = page_at(PHONE, javascript=javascript)
    page.goto("/")
    summary = page.locator("summary", has_text="Menu")
    summary.focus()
    page.keyboard.press("Enter")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Practice library")
    expect(link).to_be_visible()
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/practice/$"))


def test_escape_closes_the_menu_and_keeps_the_focus(page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto("/")
    summary = page.locator("summary", has_text="Menu")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("[data-menu]")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_filters_work_by_keyboard_alone(page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto("/practice/")
    filters = page.locator("summary", has_text="Filter")
    filters.focus()
    page.keyboard.press("Enter")
    group = page.locator("summary", has_text=re.compile(r"^\s*Result\s*$"))
    group.focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="Did not work").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("result=did-not-work"))
    expect(page.get_by_role("link", name="Remove Did not work")).to_be_visible()


def test_details_open_by_keyboard(page_at: PageAt) -> None:
    page = page_at(DESKTOP)
    page.goto(PAGES["sample case study"])
    page.locator("summary", has_text="Show these figures as a table").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="Jan 2025")).to_be_visible()


@pytest.mark.parametrize("name", ["home", "standard", "sample case study", "where we have examples"])
def test_colours_that_the_reader_forces_leave_every_word(page_at: PageAt, name: str) -> None:
    page = page_at(DESKTOP)
    page.emulate_media(forced_colors="active")
    page.goto(PAGES[name])
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    assert [one for one in violations(page) if not one.startswith("color-contrast")] == []
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.parametrize("address", ["/practice/", CASE_STUDY])
def test_the_menu_and_all_words_are_there_without_javascript(page_at: PageAt, address: str) -> None:
    page = page_at(PHONE, javascript=False)
    page.goto(address)
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("[data-print], [data-copy]").first).to_be_hidden()
