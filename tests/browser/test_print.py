"""Pages on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageAt
from tests.browser.pages import ORGANISATION, PAGES, SAMPLE_CASE_STUDY, STANDARD


def sides(page: Page) -> int:
    """How many sides of A4 the page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4", prefer_css_page_size=True)))


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("address", [ORGANISATION, PAGES["where we have examples"]])
def test_where_there_are_examples_fits_on_one_side(page_at: PageAt, address: str, javascript: bool) -> None:
    page = page_at(javascript=javascript)
    page.goto(address)
    assert sides(page) == 1


@pytest.mark.parametrize(("name", "most"), [("standard", 6), ("case study", 5), ("sample case study", 6), ("post", 2)])
def test_a_page_wastes_no_paper(page_at: PageAt, name: str, most: int) -> None:
    page = page_at()
    page.goto(PAGES[name])
    assert sides(page) <= most


def test_paper_carries_the_words_and_nothing_to_press(page_at: PageAt) -> None:
    page = page_at()
    page.emulate_media(media="print")
    page.goto(STANDARD)
    for shown in ["h1", "#expect", "#examples", ".qin-example", "#sources", ".qin-citation"]:
        expect(page.locator(shown).first).to_be_visible()
    for hidden in [".qin-nav", ".qin-menu", ".qin-crumbs", ".qin-help", ".qin-share", "button", ".qin-on-this-page"]:
        expect(page.locator(f"{hidden}:visible")).to_have_count(0)


def test_a_printed_case_study_keeps_its_chart_and_files(page_at: PageAt) -> None:
    page = page_at()
    page.emulate_media(media="print")
    page.goto(SAMPLE_CASE_STUDY)
    for shown in [".qin-facts--glance", "#files", ".qin-chart svg", "#measures .qin-scroll table", ".qin-contact"]:
        expect(page.locator(shown).first).to_be_visible()
