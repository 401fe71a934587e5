"""Searching in a real browser: with and without JavaScript, by keyboard, on a small phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from search.models import LoggedSearch, SynonymGroup, SynonymKind
from search.projection import rebuild
from tests.browser.conftest import DESKTOP, PHONE, PageAt

pytestmark = pytest.mark.browser

SMALL = 320
RESULTS, ZERO, EMPTY = "/search/?q=smoking", "/search/?q=zebra&theme=1", "/search/"
ONE_OF_EACH = [
    RESULTS,
    ZERO,
    EMPTY,
    "/search/?q=giving+up+tobacco",
    "/search/?q=zebra+smoking+weight&theme=1&kind=standard",
]


@pytest.fixture(scope="module", autouse=True)
def _rows(site_url: str) -> Iterator[None]:
    """The worker would have built the rows; and a synonym of our own."""
    while rebuild():
        pass
    group = SynonymGroup.objects.create(
        kind=SynonymKind.ONE_WAY, terms="giving up tobacco", also="smoking", reason="For this test"
    )
    yield
    group.delete()


def box(page: Page) -> Locator:
    return page.locator("main").get_by_label("What are you looking for?")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def type_into(field: Locator, text: str) -> None:
    field.click()
    field.press_sequentially(text)
    expect(field).to_have_attribute("aria-expanded", "true")


def rule_breaks(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


# Without JavaScript


def test_a_whole_search_works_without_javascript(page_at: PageAt) -> None:
    page = page_at(DESKTOP, javascript=False)
    page.goto("/")
    field = page.get_by_role("banner").get_by_label("Search")
    assert field.get_attribute("role") is None
    field.fill("smoking")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=smoking$"))
    expect(page.get_by_role("heading", level=2).first).to_contain_text("results for “smoking”")
    page.get_by_label("Case study").check()
    page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile(r"kind=case-study"))
    expect(page.locator(".qin-hit__kind").first).to_contain_text("Case study")
    page.get_by_role("link", name="newest").click()
    page.get_by_role("link", name="Remove Case study").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=smoking&sort=newest$"))


def test_related_words_can_be_switched_off_and_on(page_at: PageAt) -> None:
    page = page_at(PHONE, javascript=False)
    page.goto("/search/?q=giving+up+tobacco")
    expect(page.locator("main")).to_contain_text("Also searched for: “smoking”")
    page.get_by_role("link", name="Search only for what I typed").click()
    expect(page.locator("main")).to_contain_text("Searched only for what you typed")
    page.get_by_role("link", name="Search for words like “smoking” as well").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=giving\+up\+tobacco$"))


def test_a_phone_has_a_link_to_search_in_the_line_of_the_menu(page_at: PageAt) -> None:
    page = page_at(SMALL, javascript=False)
    page.goto("/")
    link = page.get_by_role("banner").get_by_role("link", name="Search")
    place, menu = link.bounding_box(), page.locator("[data-menu] > summary").bounding_box()
    assert place is not None
    assert menu is not None
    assert abs(place["y"] + place["height"] / 2 - menu["y"] - menu["height"] / 2) < 2
    assert min(place["width"], place["height"]) >= 24
    link.click()
    box(page).fill("weight")
    page.locator("main").get_by_role("button", name="Search").click()
    expect(page.locator(".qin-results--found > li").first).to_be_visible()


def test_the_table_can_be_downloaded(page_at: PageAt) -> None:
    page = page_at(javascript=False)
    page.goto(RESULTS)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download as a table").click()
    assert waiting.value.suggested_filename == "search.csv"


# Suggestions


def test_suggestions_are_chosen_by_keyboard(page_at: PageAt) -> None:
    page = page_at()
    page.goto(EMPTY)
    field = box(page)
    expect(field).to_have_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    type_into(field, "weight")
    expect(page.get_by_role("listbox", name="Suggested pages")).to_be_visible()
    count = options(page).count()
    expect(page.locator("main [role=status]")).to_have_text(f"Suggested pages: {count}. Choose with the arrow keys.")
    assert field.get_attribute("aria-activedescendant") is None

    field.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options(page).first.get_attribute("id") or "-")
    field.press("ArrowUp")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    field.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    field.press("Home")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    assert field.evaluate("field => field.selectionStart") == 0
    field.press("ArrowDown")
    wanted = options(page).first.get_attribute("data-url") or "-"
    field.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(wanted) + "$"))


def test_escape_closes_then_clears_and_an_arrow_opens_again(page_at: PageAt) -> None:
    page = page_at()
    page.goto(EMPTY)
    field = box(page)
    type_into(field, "weight")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("weight")
    field.press("ArrowDown")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    field.press("Escape")
    expect(field).to_have_value("")


def test_enter_without_a_choice_searches(page_at: PageAt) -> None:
    page = page_at()
    page.goto("/")
    field = page.get_by_role("banner").get_by_role("combobox")
    type_into(field, "weight")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=weight$"))


def test_tab_leaves_the_box_and_closes_the_list(page_at: PageAt) -> None:
    page = page_at()
    page.goto(EMPTY)
    field = box(page)
    type_into(field, "weight")
    field.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.locator("main").get_by_role("button", name="Search")).to_be_focused()


def test_a_click_goes_to_the_page(page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto(EMPTY)
    type_into(box(page), "weight")
    wanted = options(page).nth(1).get_attribute("data-url") or "-"
    options(page).nth(1).click()
    expect(page).to_have_url(re.compile(re.escape(wanted) + "$"))


def test_when_suggestions_fail_the_box_still_searches(page_at: PageAt) -> None:
    page = page_at()

    def broken(route: Route) -> None:
        route.fulfill(status=200, body="<html>", content_type="text/html")

    page.route("**/search/suggest/**", broken)
    page.goto(EMPTY)
    field = box(page)
    field.click()
    with page.expect_response("**/search/suggest/**"):
        field.press_sequentially("weight")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=weight$"))


def test_fast_typing_asks_once(page_at: PageAt) -> None:
    page = page_at()
    page.goto(EMPTY)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    type_into(box(page), "weight gain")
    expect(options(page).first).to_be_visible()
    assert len(asked) <= 2


# For everybody


@pytest.mark.parametrize("width", [SMALL, DESKTOP])
@pytest.mark.parametrize("address", ONE_OF_EACH)
def test_axe_finds_nothing_and_nothing_overflows(page_at: PageAt, address: str, width: int) -> None:
    page = page_at(width)
    page.goto(address)
    assert rule_breaks(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [SMALL, DESKTOP])
def test_axe_finds_nothing_with_suggestions_open(page_at: PageAt, width: int) -> None:
    page = page_at(width)
    page.goto(EMPTY)
    type_into(box(page), "weight")
    box(page).press("ArrowDown")
    assert rule_breaks(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("address", ONE_OF_EACH)
def test_text_of_twice_the_size_fits(page_at: PageAt, address: str) -> None:
    page = page_at(640)
    page.goto(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_right_to_left_fits_and_mirrors(page_at: PageAt) -> None:
    page = page_at(PHONE)
    page.goto(RESULTS)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    button, field = page.locator(".qin-search--large button").bounding_box(), box(page).bounding_box()
    assert button is not None
    assert field is not None
    assert button["x"] < field["x"]


def test_printing_shows_results_and_nothing_to_press(page_at: PageAt) -> None:
    page = page_at()
    page.goto(RESULTS)
    page.emulate_media(media="print")
    expect(page.locator(".qin-results--found")).to_be_visible()
    for what in (".qin-search", ".qin-found__tools", ".qin-filters"):
        expect(page.locator(what).first).to_be_hidden()


# What people look for


READER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.mark.parametrize("button", ["left", "middle"])
def test_a_search_and_what_is_opened_are_counted_without_javascript(page_at: PageAt, button: str) -> None:
    page = page_at(DESKTOP, javascript=False)
    page.set_extra_http_headers({"User-Agent": READER})
    LoggedSearch.objects.all().delete()
    page.goto("/search/?q=Weight%20943%20476%205919")
    link = page.locator(".qin-results--found h3 a").first
    wanted = link.get_attribute("href") or "-"
    assert not wanted.startswith("/search/")
    with page.context.expect_event("request", lambda request: "/search/opened/" in request.url):
        link.click(button=button)  # type: ignore[arg-type]
    if button == "left":
        expect(page).to_have_url(re.compile(re.escape(wanted) + "$"))
    for _wait in range(50):
        if (rows := list(LoggedSearch.objects.values_list("query", "searches", "opened"))) == [("weight", 1, 1)]:
            break
        page.wait_for_timeout(100)
    assert rows == [("weight", 1, 1)]
