"""The first screens open in a real browser, on a phone and a desk, with and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from home.models import BlogPostPage
from practice_library.models import CaseStudyPage, StandardPage
from tests.browser.conftest import DESKTOP, PHONE, PageAt

FIRST_SCREENS = ["/", "/framework/", "/practice/", "/research/", "/blog/", "/where-we-have-examples/"]


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_first_screens_open_without_complaints_and_do_not_overflow(page_at: PageAt, width: int) -> None:
    page = page_at(width)
    one_of_each = [model.objects.live().first().get_url() for model in (StandardPage, CaseStudyPage, BlogPostPage)]
    for address in FIRST_SCREENS + one_of_each:
        response = page.goto(address)
        assert response is not None
        assert response.ok, address
        expect(page.locator("h1")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_library_can_be_filtered_without_javascript(page_at: PageAt) -> None:
    page = page_at(PHONE, javascript=False)
    page.goto("/practice/?result=worked")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Worked")


def test_styles_and_script_come_with_hashed_names(page_at: PageAt) -> None:
    page = page_at()
    page.goto("/")
    style_sheet = page.locator('link[rel="stylesheet"]').get_attribute("href") or ""
    response = page.request.get(style_sheet)
    assert response.ok
    assert "immutable" in response.headers["cache-control"]
