"""What people look for, in the admin: the two reports, the state of a search that found nothing, the first screen."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pytest_django import DjangoAssertNumQueries

from home.models import HomePage, User
from search.models import GapState, LoggedSearch, SearchGap
from tests import factories

pytestmark = pytest.mark.slow

TOP, NOTHING = "search_looked_for", "search_found_nothing"
LOCALE = "en-gb"


def put(query: str, days_ago: int = 0, searches: int = 1, results: int = 0, opened: int = 0) -> LoggedSearch:
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    numbers = {"searches": searches, "results": results, "opened": opened}
    return LoggedSearch.objects.create(query=query, locale=LOCALE, day=day, **numbers)


@pytest.fixture
def _searches(home_page: HomePage) -> None:
    put("smoking", 40, searches=5, results=7, opened=2)
    put("smoking", 1, searches=2, results=9, opened=1)
    put("zebra", 3, searches=4)
    put("walking football", 60, searches=6)
    put("walking football", 2, searches=1, results=1)


def table(client: Client, report: str, query: str = "") -> list[dict[str, str]]:
    text = b"".join(client.get(f"{reverse(report)}?export=csv&{query}")).decode()
    return list(csv.DictReader(io.StringIO(text)))


def words(client: Client, report: str, query: str = "") -> list[str]:
    return [row["Searched for"] for row in table(client, report, query)]


@pytest.mark.usefixtures("_searches")
def test_top_searches_add_up_the_days(network_client: Client) -> None:
    first, second, third = table(network_client, TOP)
    assert (first["Searched for"], first["Searches"], first["Results opened"]) == ("smoking", "7", "3")
    assert first["Results the last time"] == "9"
    assert [second["Searched for"], third["Searched for"]] == ["walking football", "zebra"]
    html = network_client.get(reverse(TOP)).content.decode()
    assert 0 < html.index("smoking") < html.index("walking football") < html.index("zebra")
    assert "ago<" not in html, "no time of day is known"


@pytest.mark.usefixtures("_searches")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("period=7", ["zebra", "smoking", "walking football"]),
        ("period=90", ["smoking", "walking football", "zebra"]),
        ("ordering=query", ["smoking", "walking football", "zebra"]),
        ("ordering=-last_day", ["smoking", "walking football", "zebra"]),
        ("ordering=nonsense", ["smoking", "walking football", "zebra"]),
        ("period=nonsense", ["smoking", "walking football", "zebra"]),
    ],
)
def test_top_searches_by_period_and_order(network_client: Client, query: str, expected: list[str]) -> None:
    assert words(network_client, TOP, query) == expected
    assert network_client.get(f"{reverse(TOP)}?{query}").status_code == 200


@pytest.mark.usefixtures("_searches")
def test_what_found_nothing_is_a_list_with_states(network_client: Client) -> None:
    football, zebra = table(network_client, NOTHING)
    assert (football["Searched for"], football["Searches"], football["State"]) == ("walking football", "6", "New")
    assert (football["Since then"], zebra["Since then"]) == ("Found something", "")
    assert words(network_client, NOTHING, "period=7") == ["zebra"]
    SearchGap.objects.create(query="zebra", locale=LOCALE, state=GapState.PLANNED)
    assert words(network_client, NOTHING, "state=new") == ["walking football"]
    assert words(network_client, NOTHING, "state=planned") == ["zebra"]
    assert words(network_client, NOTHING, "state=answered") == []
    assert words(network_client, NOTHING, "state=planned&period=30") == ["zebra"]
    shown = network_client.get(f"{reverse(NOTHING)}?state=planned").content.decode()
    assert "zebra" in shown
    assert "walking football" not in shown


@pytest.mark.usefixtures("_searches")
def test_a_workbook_can_be_had(network_client: Client) -> None:
    for report in (TOP, NOTHING):
        content = b"".join(network_client.get(f"{reverse(report)}?export=xlsx"))
        rows = list(load_workbook(io.BytesIO(content)).active.values)
        assert rows[0][0] == "Searched for"
        assert "zebra" in [row[0] for row in rows]


def state(client: Client, row: LoggedSearch, **values: Any) -> Any:
    return client.post(reverse("search_gap", args=[row.pk]), values)


def test_a_page_answers_it(network_client: Client, home_page: HomePage) -> None:
    row, page = put("zebra"), factories.content_page(home_page, "All about zebras")
    form = network_client.get(reverse("search_gap", args=[row.pk])).content.decode()
    assert "zebra" in form
    assert "Answered by a page" in form
    assert state(network_client, row, state="answered", page=page.pk).status_code == 302
    [listed] = table(network_client, NOTHING)
    assert (listed["State"], listed["Answered by"]) == ("Answered by a page", "All about zebras")
    assert listed["Address"].endswith(page.get_url())
    assert "All about zebras" in network_client.get(reverse(NOTHING)).content.decode()
    page.delete()
    assert table(network_client, NOTHING)[0]["Answered by"] == ""


def test_the_state_stays_with_the_words_not_with_the_day(network_client: Client, home_page: HomePage) -> None:
    state(network_client, put("zebra", 1), state="planned", page="")
    later = put("zebra")
    assert state(network_client, later, state="new", page="").status_code == 302
    assert SearchGap.objects.get().state == GapState.NEW
    assert words(network_client, NOTHING, "state=new") == ["zebra"]


@pytest.mark.parametrize(
    "values", [{"state": "answered", "page": ""}, {"state": "answered", "page": "999999"}, {"state": "x"}, {}]
)
def test_a_state_that_makes_no_sense_is_refused(
    network_client: Client, home_page: HomePage, values: dict[str, str]
) -> None:
    assert state(network_client, put("zebra"), **values).status_code == 200
    assert not SearchGap.objects.exists()


def test_planned_needs_no_page_and_keeps_none(network_client: Client, home_page: HomePage) -> None:
    state(network_client, put("zebra"), state="planned", page=home_page.pk)
    assert SearchGap.objects.get().page is None


def test_a_count_that_is_gone_is_not_found(network_client: Client, home_page: HomePage) -> None:
    assert network_client.get(reverse("search_gap", args=[999])).status_code == 404


def doors(row: LoggedSearch) -> list[str]:
    reports = [reverse(name) for name in (TOP, f"{TOP}_results", NOTHING, f"{NOTHING}_results")]
    return [*reports, *(f"{address}?export={kind}" for address in reports for kind in ("csv", "xlsx"))]


def test_only_the_network_team_reads_it(
    network_client: Client, editor_client: Client, client: Client, home_page: HomePage
) -> None:
    row = put("zebra")
    outsider = factories.user("outsider@example.org")
    outsider.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(User.objects.get(pk=outsider.pk), backend="django.contrib.auth.backends.ModelBackend")
    for address in [*doors(row), reverse("search_gap", args=[row.pk])]:
        response = network_client.get(address)
        assert response.status_code == 200, address
        response.close()
        assert editor_client.get(address).status_code == 302, address
        assert client.get(address).status_code == 302, address
        assert Client().get(address).status_code == 302, address
    for other in (editor_client, client, Client()):
        assert state(other, row, state="planned", page="").status_code == 302
        assert "zebra" not in other.get(reverse("wagtailadmin_home"), follow=True).content.decode()
    assert not SearchGap.objects.exists()


def test_the_network_team_keeps_the_synonyms(
    network_client: Client, editor_client: Client, home_page: HomePage
) -> None:
    address = "/cms/snippets/search/synonymgroup/add/"
    assert network_client.get(address).status_code == 200
    assert editor_client.get(address).status_code == 302


def test_the_first_screen_names_what_is_new(network_client: Client, home_page: HomePage) -> None:
    put("zebra", searches=3)
    put("long ago", 31)
    put("taken up")
    put("found", results=3)
    SearchGap.objects.create(query="taken up", locale=LOCALE, state=GapState.PLANNED)
    html = network_client.get(reverse("wagtailadmin_home")).content.decode()
    panel = html[html.index('id="found-nothing-section"') :]
    assert "zebra</a> (3)" in panel
    for absent in ("long ago", "taken up", ">found<"):
        assert absent not in panel


@pytest.mark.parametrize("report", [TOP, NOTHING])
def test_many_searches_cost_no_more_queries(
    report: str, network_client: Client, home_page: HomePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    today = timezone.localdate()
    LoggedSearch.objects.bulk_create(
        LoggedSearch(query=f"word {number}", locale=LOCALE, day=today, searches=1) for number in range(3000)
    )
    SearchGap.objects.bulk_create(
        SearchGap(query=f"word {number}", locale=LOCALE, state=GapState.ANSWERED, page=home_page.page_ptr)
        for number in range(200)
    )
    network_client.get(reverse(report))
    with django_assert_max_num_queries(20):
        assert network_client.get(reverse(report)).status_code == 200
    with django_assert_max_num_queries(20):
        assert len(table(network_client, report)) == 3000


def test_what_people_type_is_never_a_formula_or_markup(network_client: Client, home_page: HomePage) -> None:
    agent = {"User-Agent": "Mozilla/5.0 Firefox/140.0"}
    Client().get("/search/", {"q": "=HYPERLINK(1) <script>alert(1)</script>"}, headers=agent)
    assert words(network_client, TOP) == ["hyperlink 1 script alert 1 script"]
