"""What people come for, from the home page to what they take away; with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from practice_library.models import CaseStudyPage
from tests.browser.conftest import DESKTOP, PHONE, PageAt
from tests.browser.pages import ORGANISATION, STANDARD

PHONE_HEIGHT = 844
GLANCE = ["What they did", "Result", "How sure we are", "Staff time and cost", "Last confirmed", "Files", "Contact"]
TABLE_FITS = "(region) => region.scrollWidth <= region.clientWidth"

with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])


def results(page: Page) -> int:
    """The number of results that the library states."""
    return int(re.findall(r"\d+", page.locator(".qin-results__count").inner_text())[0])


def open_filters(page: Page) -> None:
    """On a phone the filters are folded."""
    page.locator("summary", has_text="Filter").click()


def open_group(page: Page, label: str) -> None:
    page.locator("summary", has_text=re.compile(rf"^\s*{label}\s*$")).click()


@with_and_without_javascript
def test_a_service_finds_practice_and_reaches_files_and_contact(page_at: PageAt, javascript: bool) -> None:
    page = page_at(PHONE, height=PHONE_HEIGHT, javascript=javascript)
    page.goto("/")
    page.get_by_label("I work in").select_option(label="Community mental health team")
    page.get_by_label("I want to improve").select_option(label="Antipsychotic monitoring")
    page.get_by_role("button", name="Show examples").click()
    expect(page).to_have_url(re.compile("setting=community-mental-health&topic=antipsychotic-monitoring"))

    page.get_by_role("link", name="A weekly clinic for checks on antipsychotics (sample)").click()
    glance = page.get_by_role("region", name="At a glance")
    for fact in GLANCE:
        expect(glance.get_by_role("term").filter(has_text=fact)).to_be_in_viewport()
    expect(glance.get_by_role("link", name="Physical health lead")).to_have_attribute("href", re.compile("^mailto:"))

    glance.get_by_role("link", name="2 files to take away").click()
    file = page.get_by_role("link", name="Monitoring clinic protocol (sample)")
    expect(file).to_be_in_viewport()
    with page.expect_download() as download:
        file.click()
    assert download.value.suggested_filename.startswith("monitoring-clinic-protocol")


def test_the_first_phone_screen_of_every_case_study_says_it_all(page_at: PageAt) -> None:
    page = page_at(PHONE, height=PHONE_HEIGHT)
    for case_study in CaseStudyPage.objects.live():
        page.goto(case_study.get_url())
        last = page.get_by_role("region", name="At a glance").locator("dl > div").last
        expect(last, case_study.title).to_be_in_viewport(ratio=1)


@with_and_without_javascript
def test_a_carer_reads_what_to_expect_and_what_to_ask(page_at: PageAt, javascript: bool) -> None:
    page = page_at(PHONE, height=PHONE_HEIGHT, javascript=javascript)
    page.goto("/")
    page.get_by_role("region", name="The framework").locator("summary", has_text="Integrated care").click()
    page.get_by_role("link", name="Monitoring for people on antipsychotics").click()
    expect(page.get_by_role("heading", name="What you can expect")).to_be_visible()
    expect(page.get_by_role("heading", name="Questions to ask")).to_be_visible()
    expect(page.get_by_text("Has my GP been sent my results?")).to_be_visible()
    expect(page.get_by_role("region", name="Need help now?").get_by_role("link", name="999")).to_be_visible()


@with_and_without_javascript
def test_a_carer_finds_help_from_the_home_page(page_at: PageAt, javascript: bool) -> None:
    page = page_at(PHONE, javascript=javascript)
    page.goto("/")
    page.get_by_role("complementary", name="For patients and carers").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For patients and carers")
    expect(page.get_by_role("heading", name="If you need help now")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="What you can expect")).to_be_visible()


@with_and_without_javascript
def test_an_executive_sees_where_an_organisation_has_examples(page_at: PageAt, javascript: bool) -> None:
    page = page_at(DESKTOP, javascript=javascript)
    page.goto(STANDARD)
    page.locator("#examples").get_by_role("link", name="COAST early intervention service").click()
    page.get_by_role("main").get_by_role("link", name="South London and Maudsley").first.click()
    expect(page).to_have_url(re.compile(re.escape(ORGANISATION) + "$"))
    table = page.get_by_role("table", name="published examples by standard and setting")
    row = table.get_by_role("row", name="1.3 Monitoring for people on antipsychotics")
    expect(row.get_by_role("cell").first).to_contain_text("+1")
    expect(table.get_by_text("no example published yet").first).to_be_attached()
    expect(page.get_by_text("Examples, not ratings.")).to_be_visible()
    if javascript:
        expect(page.get_by_role("button", name="Print this page")).to_be_visible()


def test_the_whole_table_is_seen_on_a_desk(page_at: PageAt) -> None:
    page = page_at(DESKTOP)
    page.goto("/where-we-have-examples/")
    assert page.locator(".qin-scroll").evaluate(TABLE_FITS)
    expect(page.get_by_role("columnheader", name="All", exact=True)).to_be_in_viewport(ratio=1)


@with_and_without_javascript
def test_the_public_reads_the_blog(page_at: PageAt, javascript: bool) -> None:
    page = page_at(PHONE, javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="All posts").click()
    page.get_by_role("link", name="Five questions for your next appointment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Five questions for your next appointment")
    page.get_by_role("region", name="Read on").or_(page.locator("#related")).get_by_role(
        "link", name="Goals agreed with the person"
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Goals agreed with the person")


@with_and_without_javascript
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_reader_filters_and_takes_a_filter_away(page_at: PageAt, width: int, javascript: bool) -> None:
    page = page_at(width, javascript=javascript)
    page.goto("/practice/")
    everything = results(page)
    if width == PHONE:
        expect(page.get_by_role("button", name="Show results")).to_be_hidden()
        open_filters(page)
    open_group(page, "Result")
    page.get_by_role("checkbox", name="Did not work").check()
    open_group(page, "Theme")
    page.get_by_role("checkbox", name="1 Integrated care").check()
    page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile("result=did-not-work"))
    filtered = results(page)
    assert 0 < filtered < everything

    page.get_by_role("link", name="Remove 1 Integrated care").click()
    expect(page.get_by_role("link", name="Remove 1 Integrated care")).to_have_count(0)
    expect(page.get_by_role("link", name="Remove Did not work")).to_be_visible()
    assert filtered <= results(page) < everything
    page.get_by_role("link", name="Clear all").click()
    expect(page).to_have_url(re.compile(r"/practice/$"))
    assert results(page) == everything


@with_and_without_javascript
def test_a_reader_sorts_and_turns_the_page(page_at: PageAt, javascript: bool) -> None:
    page = page_at(DESKTOP, javascript=javascript)
    page.goto("/practice/")
    page.get_by_label("Order", exact=True).select_option(label="By title")
    page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile("sort=title"))
    titles = page.locator(".qin-results h2").all_inner_texts()
    assert titles == sorted(titles)

    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile(r"sort=title.*page=2|page=2.*sort=title"))
    later = page.locator(".qin-results h2").all_inner_texts()
    assert later == sorted(later)
    assert titles[-1] <= later[0]
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Page 2")).to_have_attribute(
        "aria-current", "page"
    )


@with_and_without_javascript
def test_no_result_offers_a_way_on(page_at: PageAt, javascript: bool) -> None:
    page = page_at(PHONE, javascript=javascript)
    page.goto("/practice/?setting=emergency-department&result=did-not-work")
    expect(page.get_by_text("Nothing matches all of these filters")).to_be_visible()
    expect(page.get_by_role("link", name="Remove Did not work")).to_be_visible()
    page.get_by_role("link", name="Show all case studies").click()
    expect(page).to_have_url(re.compile(r"/practice/$"))
    assert results(page) > 0


def test_an_unknown_address_leads_on(page_at: PageAt, complaints: list[str]) -> None:
    page = page_at(PHONE)
    response = page.goto("/no-such-page/")
    assert response is not None
    assert response.status == 404
    page.get_by_role("link", name="The framework and its standards").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The framework")
    complaints.clear()  # the browser's console mentions the 404


def test_a_citation_can_be_copied(page_at: PageAt) -> None:
    page = page_at(DESKTOP)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(STANDARD)
    page.get_by_role("button", name="Copy citation").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert "Standard 1.3" in page.evaluate("navigator.clipboard.readText()")
