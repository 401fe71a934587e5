"""The practice library and the research list: filters, orders and pages of a list whose state is its address."""

from __future__ import annotations

import copy
import datetime
import re
from dataclasses import dataclass

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from home.models import PageTheme
from home.models.people import Setting
from practice_library.models import CaseStudyIndexPage, CaseStudyOrganisation, CaseStudyPage, ResearchIndexPage
from practice_library.models.case_study import EvidenceType, Population, Result
from practice_library.models.research import Quality
from search.projection import rebuild
from tests import factories

pytestmark = pytest.mark.slow

CLINIC, WARD, CHARITY = "Clinic at the first visit", "Ward rounds with a physician", "A walking group"
EVERYTHING = {CLINIC, WARD, CHARITY}


@dataclass
class Library:
    index: CaseStudyIndexPage
    research: ResearchIndexPage


def build() -> Library:
    """Three case studies that differ in everything one can filter by."""
    home = factories.home_page()
    edition = factories.framework(home)
    first, second = factories.theme_page(edition, 1), factories.theme_page(edition, 2)
    checks = factories.standard(first)
    gp = factories.standard(second, "2.1", "Tell the GP within a week")
    index = factories.case_study_index(home)
    trust, hospital = factories.organisation(), factories.organisation("Hill Hospital (sample)", short_name="Hill")
    ward = factories.service("Liaison ward (sample)", organisation=hospital, setting=Setting.GENERAL_HOSPITAL_WARD)
    factories.case_study(
        index,
        CLINIC,
        claims=[factories.claim(checks), factories.claim(gp)],
        themes=[factories.theme(1), factories.theme(2)],
        topics=[factories.topic("Smoking")],
        conditions=[factories.condition("Diabetes")],
        started_on=datetime.date(2025, 4, 1),
        first_published_at=datetime.datetime(2026, 1, 3, tzinfo=datetime.UTC),
    )
    factories.case_study(
        index,
        WARD,
        claims=[factories.claim(gp, service=ward)],
        services=[
            ward,
            factories.service("Second ward (sample)", organisation=hospital, setting=Setting.MENTAL_HEALTH_WARD),
        ],
        themes=[factories.theme(2)],
        topics=[factories.topic("Sleep")],
        conditions=[factories.condition("Depression", "mental"), factories.condition("Diabetes")],
        population=Population.OLDER_ADULTS,
        result=Result.DID_NOT_WORK,
        evidence_type=EvidenceType.TRIAL,
        started_on=datetime.date(2021, 4, 1),
        first_published_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
    )
    walking = factories.case_study_draft(
        CHARITY,
        services=[factories.service("Walkers (sample)", organisation=hospital, setting=Setting.VOLUNTARY_SECTOR)],
        population=Population.CARERS,
        result=Result.TOO_EARLY,
        evidence_type=EvidenceType.EVALUATION,
        started_on=None,
        first_published_at=datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
    )
    walking.organisation_rows.set([CaseStudyOrganisation(organisation=trust)])
    factories.publish(index, walking)
    while rebuild():  # within a module's transaction nothing is built by itself
        pass
    return Library(index, factories.research_index(home))


@pytest.fixture(scope="module")
def _library(module_database: None) -> Library:
    return build()


@pytest.fixture
def library(db: None, _library: Library) -> Library:
    return copy.deepcopy(_library)


def html_of(client: Client, page: Page, query: str = "") -> str:
    response = client.get(f"{page.get_url()}?{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def found(client: Client, page: Page, query: str) -> list[str]:
    """Titles of the results in their order."""
    return re.findall(r'<h2><a href="[^"]+">([^<]+)</a></h2>', html_of(client, page, query))


def fill(index: Page, number: int) -> None:
    """Enough case studies to turn pages."""
    for count in range(number):
        Page.objects.get(pk=index.pk).add_child(instance=factories.case_study_draft(f"Another one {count:02}"))


# One filter


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("theme=1", {CLINIC}),
        ("theme=2", {CLINIC, WARD}),
        ("standard=1.1", {CLINIC}),
        ("standard=2.1", {CLINIC, WARD}),
        ("setting=general-hospital-ward", {WARD}),
        ("setting=mental-health-ward", {WARD}),
        ("setting=staff-support", set()),
        ("condition=diabetes", {CLINIC, WARD}),
        ("condition=depression", {WARD}),
        ("population=carers", {CHARITY}),
        ("result=did-not-work", {WARD}),
        ("evidence=service-reported", {CLINIC}),
        ("topic=smoking", {CLINIC}),
        ("year=2025", {CLINIC}),
        # named itself, or through a service
        ("organisation=riverside-trust-sample", {CLINIC, CHARITY}),
        ("organisation=hill-hospital-sample", {WARD, CHARITY}),
        # several values of one filter: any of them
        ("result=worked&result=too-early", {CLINIC, CHARITY}),
        ("topic=smoking&topic=sleep", {CLINIC, WARD}),
        ("setting=general-hospital-ward&setting=mental-health-ward", {WARD}),
        # several filters: all of them
        ("theme=2&result=did-not-work", {WARD}),
        ("condition=diabetes&evidence=trial&year=2021&population=older-adults", {WARD}),
        ("theme=1&result=did-not-work", set()),
        ("", EVERYTHING),
        ("theme=&sort=", EVERYTHING),
    ],
)
def test_filters_find_what_they_say(client: Client, library: Library, query: str, expected: set[str]) -> None:
    titles = found(client, library.index, query)
    assert set(titles) == expected
    assert len(titles) == len(set(titles)), "a case study came up twice"


def test_a_case_study_with_one_theme_twice_comes_up_once(client: Client, library: Library) -> None:
    page = CaseStudyPage.objects.get(title=CLINIC)
    page.page_themes.add(PageTheme(theme=factories.theme(1)))
    page.save_revision().publish()
    assert found(client, library.index, "theme=1") == [CLINIC]
    assert html_of(client, page.claims.first().standard.get_parent()).count(f">{CLINIC}</a></h3>") == 1


def test_when_nothing_matches_the_page_says_what_to_do(client: Client, library: Library) -> None:
    html = html_of(client, library.index, "theme=1&result=did-not-work")
    assert "0 results" in html
    assert "Nothing matches all of these filters" in html
    assert f'href="{library.index.get_url()}"' in html


def test_only_what_practice_is_about_can_be_chosen(client: Client, library: Library) -> None:
    factories.topic("Nobody writes about this")
    html = html_of(client, library.index)
    assert "Nobody writes about this" not in html
    assert 'value="smoking"' in html


# Numbers beside the choices


def offered(client: Client, page: Page, query: str = "") -> dict[str, dict[str, int]]:
    """{group: {value: number beside it}} as the page shows them."""
    pattern = r'name="([a-z]+)" value="([^"]+)"[^>]*> <span>[^<]*<span class="qin-muted">\((\d+)\)'
    shown: dict[str, dict[str, int]] = {}
    for name, value, number in re.findall(pattern, html_of(client, page, query)):
        shown.setdefault(name, {})[value] = int(number)
    return shown


def test_the_numbers_are_those_of_the_list(client: Client, library: Library) -> None:
    shown = offered(client, library.index)
    assert shown["theme"] == {"1": 1, "2": 2}
    assert shown["organisation"] == {"riverside-trust-sample": 2, "hill-hospital-sample": 2}
    assert set(shown) == {
        "setting", "topic", "theme", "standard", "condition", "population", "result", "evidence", "organisation", "year",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "",
        "theme=2",
        "condition=diabetes&result=did-not-work",
        "organisation=hill-hospital-sample&theme=2",
        "topic=smoking&topic=sleep&standard=2.1&year=2021",
        "evidence=trial&population=older-adults&setting=mental-health-ward",
        "theme=1&result=did-not-work",
        "theme=9&condition=diabetes",
    ],
)
def test_every_number_comes_true(client: Client, library: Library, query: str) -> None:
    """Choosing a value gives as many case studies as stood beside it, whatever is chosen in the other groups."""
    shown = offered(client, library.index, query)
    assert any(shown.values()) or found(client, library.index, query) == []
    for name, values in shown.items():
        others = [pair for pair in query.split("&") if pair and not pair.startswith(f"{name}=")]
        for value, number in values.items():
            instead = "&".join([*others, f"{name}={value}"])
            assert number == len(found(client, library.index, instead)), instead


def test_what_would_give_nothing_is_left_out_unless_it_is_chosen(client: Client, library: Library) -> None:
    shown = offered(client, library.index, "theme=1&result=did-not-work")
    assert shown["theme"] == {"1": 0, "2": 1}
    assert shown["result"] == {"worked": 1, "did-not-work": 0}
    assert "organisation" not in shown


def test_a_case_study_that_is_not_public_is_not_counted_from_that_moment_on(client: Client, library: Library) -> None:
    assert offered(client, library.index)["topic"] == {"sleep": 1, "smoking": 1}
    ward = CaseStudyPage.objects.get(title=WARD)
    PageViewRestriction.objects.create(page=ward.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert offered(client, library.index)["topic"] == {"smoking": 1}
    CaseStudyPage.objects.get(title=CLINIC).review.archive("Out of date")
    assert "topic" not in offered(client, library.index)


# Values that nobody offered


@pytest.mark.parametrize(
    "query",
    ["theme=9", "theme=x", "setting=moon", "year=1066", "topic=%27%3B--", "standard=%22", "sort=backwards", "year=²"],
)
def test_unknown_values_are_left_out_and_told_of(client: Client, library: Library, query: str) -> None:
    html = html_of(client, library.index, query)
    assert "We did not know some of the filters" in html
    assert set(found(client, library.index, query)) == EVERYTHING


def test_beside_an_unknown_value_the_known_ones_still_filter(client: Client, library: Library) -> None:
    html = html_of(client, library.index, "theme=1&theme=9&setting=moon")
    assert found(client, library.index, "theme=1&theme=9&setting=moon") == [CLINIC]
    assert "We did not know some of the filters" in html


def test_known_values_raise_no_notice(client: Client, library: Library) -> None:
    assert "We did not know" not in html_of(client, library.index, "theme=1&sort=title&page=1&utm_source=mail")


# Orders


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", [CLINIC, CHARITY, WARD]),
        ("evidence", [WARD, CHARITY, CLINIC]),
        ("title", [CHARITY, CLINIC, WARD]),
        ("backwards", [CLINIC, CHARITY, WARD]),
    ],
)
def test_orders(client: Client, library: Library, sort: str, expected: list[str]) -> None:
    assert found(client, library.index, f"sort={sort}") == expected


# Chips


def chips(html: str) -> dict[str, str]:
    """{what is chosen: the address without it}"""
    links = re.findall(r'<a class="qin-chip" href="([^"]*)">.*?Remove </span>([^<]+)</a>', html, re.S)
    return {label.strip(): address.replace("&amp;", "&") for address, label in links}


def test_each_chip_takes_its_own_value_away(client: Client, library: Library) -> None:
    query = "theme=1&theme=2&result=worked&sort=title&page=1"
    shown = chips(html_of(client, library.index, query))
    assert shown == {
        "1 Getting the basics right": "?theme=2&result=worked&sort=title",
        "2 Whole-person assessment": "?theme=1&result=worked&sort=title",
        "Worked": "?theme=1&theme=2&sort=title",
    }


def test_without_filters_there_are_no_chips(client: Client, library: Library) -> None:
    html = html_of(client, library.index, "sort=title")
    assert chips(html) == {}
    assert "Clear all" not in html


def test_what_is_chosen_stays_ticked(client: Client, library: Library) -> None:
    html = html_of(client, library.index, "theme=2")
    assert re.search(r'name="theme" value="2" checked', html)
    assert not re.search(r'name="theme" value="1" checked', html)


# Pages of the list


def test_a_page_out_of_range_shows_the_nearest(client: Client, library: Library) -> None:
    fill(library.index, 10)
    for page in ("1", "x", "²", ""):
        assert found(client, library.index, f"sort=title&page={page}")[0] == CHARITY, page
    for page in ("2", "3", "9" * 30, "0", "-1"):
        assert found(client, library.index, f"sort=title&page={page}") == [WARD], page


def test_turning_the_page_keeps_the_filters(client: Client, library: Library) -> None:
    fill(library.index, 13)
    html = html_of(client, library.index, "result=worked&result=too-early&sort=title").replace("&amp;", "&")
    assert "?result=worked&result=too-early&sort=title&page=2" in html
    assert "15 results" in html


# Research


@pytest.fixture
def papers(library: Library) -> ResearchIndexPage:
    factories.research_summary(library.research, "A small study", themes=[factories.theme(1)], year=2015)
    factories.research_summary(library.research, "Big trial", year=2024, quality_rating=Quality.HIGH)
    return library.research


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Big trial", "A small study"]),
        ("sort=title", ["A small study", "Big trial"]),
        ("theme=1", ["A small study"]),
        ("quality=high", ["Big trial"]),
        ("year=2015", ["A small study"]),
        ("year=2015&quality=high", []),
        ("year=1999", ["Big trial", "A small study"]),
    ],
)
def test_research_is_filtered_and_ordered(
    client: Client, papers: ResearchIndexPage, query: str, expected: list[str]
) -> None:
    assert found(client, papers, query) == expected
