"""What people look for: what is counted, what never is, how long it stays, and that counting never gets in the way."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from home.models import ContentPage
from home.models.review import add_months
from search import log
from search.finding import Found
from search.models import GapState, LoggedSearch, SearchGap
from search.projection import rebuild
from search.query import parse
from tests import factories

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
LOCALE = "en-gb"


@pytest.fixture(scope="module")
def _kiwi(module_database: None) -> ContentPage:
    home = factories.home_page()
    page = factories.content_page(home, "Kiwi for everybody", summary="About kiwi fruit.")
    for number in range(11):
        factories.content_page(home, f"Kiwi {number}")
    while rebuild():
        pass
    return page


@pytest.fixture
def kiwi(db: None, _kiwi: ContentPage) -> ContentPage:
    return _kiwi


def search(text: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).get("/search/", {"q": text}, headers={"User-Agent": BROWSER, **headers})


def a_request(text: str) -> HttpRequest:
    return RequestFactory().get("/search/", {"q": text}, headers={"User-Agent": BROWSER})


def logged() -> list[tuple[str, int, int, int]]:
    return list(LoggedSearch.objects.order_by("query").values_list("query", "searches", "opened", "results"))


def put(query: str, days_ago: int = 0, **values: int) -> LoggedSearch:
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    return LoggedSearch.objects.create(query=query, locale=LOCALE, day=day, **{"searches": 1, **values})


# What is counted


def test_the_same_search_is_one_row_a_day(kiwi: ContentPage) -> None:
    for text in ("Kiwi", "  kiwi ", "“KIWI”?", "kïwi"):
        assert search(text).status_code == 200
    assert logged() == [("kiwi", 4, 0, 12)]
    assert LoggedSearch.objects.get().day == timezone.localdate()
    assert LoggedSearch.objects.get().locale == LOCALE


def test_another_day_is_another_row(kiwi: ContentPage) -> None:
    put("kiwi", days_ago=1, searches=3)
    search("kiwi")
    assert sorted(logged()) == [("kiwi", 1, 0, 12), ("kiwi", 3, 0, 0)]


def test_a_search_that_finds_nothing_is_counted_with_0_and_the_last_number_stays(kiwi: ContentPage) -> None:
    search("zebra")
    assert logged() == [("zebra", 1, 0, 0)]
    put("kiwi", results=0)
    search("kiwi")
    assert logged()[0] == ("kiwi", 2, 0, 12)


def test_nothing_but_words_day_language_and_numbers_is_kept() -> None:
    """A new column is a new fact about a reader: data map, retention and privacy notice come first."""
    names = {field.name for field in LoggedSearch._meta.get_fields()}
    assert names == {"id", "query", "locale", "day", "searches", "opened", "results"}


@pytest.mark.parametrize("text", ["", "   ", "?!", '""', "🚭", "the.person@example.org", "943 476 5919"])
def test_nothing_to_count_is_not_counted(kiwi: ContentPage, text: str) -> None:
    assert search(text).status_code == 200
    assert logged() == []


@pytest.mark.parametrize(
    "change",
    ["page=1", "page=2", "sort=newest", "sort=best", "synonyms=off", "format=csv", "kind=page", "theme=1", "year=2025"],
)
def test_changing_a_search_is_not_another_one(kiwi: ContentPage, change: str) -> None:
    response = Client().get(f"/search/?q=kiwi&{change}", headers={"User-Agent": BROWSER})
    assert response.status_code == 200
    assert logged() == []


def test_coming_back_to_the_same_search_is_not_another_one(kiwi: ContentPage) -> None:
    search("kiwi", Referer="https://hub.example.org/search/?q=Kiwi&sort=newest")
    assert logged() == []
    search("kiwi", Referer="https://hub.example.org/search/?q=fruit")
    search("kiwi", Referer="https://hub.example.org/practice/?q=kiwi")
    search("kiwi", Referer="https://[half/search/?q=kiwi")
    assert logged() == [("kiwi", 3, 0, 12)]


def test_suggestions_are_not_counted(kiwi: ContentPage) -> None:
    assert Client().get("/search/suggest/?q=kiwi", headers={"User-Agent": BROWSER}).status_code == 200
    assert logged() == []


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
        "Mozilla/5.0 (compatible; Yahoo! Slurp)",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0 Safari/537.36",
    ],
)
def test_robots_are_not_counted(kiwi: ContentPage, agent: str) -> None:
    assert search("kiwi", **{"User-Agent": agent}).status_code == 200
    assert logged() == []


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    ],
)
def test_readers_are_counted(kiwi: ContentPage, agent: str) -> None:
    search("kiwi", **{"User-Agent": agent})
    assert len(logged()) == 1


@pytest.mark.parametrize(
    "header", [("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch"), ("X-Moz", "prefetch")]
)
def test_what_the_browser_fetches_in_advance_is_not_counted(kiwi: ContentPage, header: tuple[str, str]) -> None:
    search("kiwi", **dict([header]))
    assert logged() == []


def test_a_request_for_the_head_alone_is_not_counted(kiwi: ContentPage) -> None:
    Client().head("/search/?q=kiwi", headers={"User-Agent": BROWSER})
    assert logged() == []


# What points to a person


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("clozapine jane.doe@nhs.net", "clozapine"),
        ("jane.doe @ nhs.net clozapine", "clozapine"),
        ("JANE＠EXAMPLE.ORG clozapine", "clozapine"),
        ("mailto:jane@example.org", ""),
        ("9434765919", ""),
        ("NHS 943 476 5919 smoking", "nhs smoking"),
        ("943-476-5919", ""),
        ("943.476.5919", ""),
        ("9 4 3 4 7 6 5 9 1 9 smoking", "smoking"),
        ("943\u200b476\u200b5919", ""),
        ("٩٤٣٤٧٦٥٩١٩", ""),
        ("９４３４７６５９１９", ""),
        ("call 020 7946 0018 now", "call now"),
        ("+44 (0)20 7946 0018", ""),
        ("07700 900123", ""),
        ("born 12/03/1985", "born"),
        ("12.03.85 weight", "weight"),
        ("hospital R1234567", "hospital"),
        ("QQ123456C", ""),
        ("1234 a@b 5678", ""),
        # and what stays
        ("standard 1.3", "standard 1.3"),
        ("1.10", "1.10"),
        ("Audit 2025", "audit 2025"),
        ("BMI over 30, 18 months", "bmi over 30 18 months"),
        ("covid-19", "covid 19"),
        ("people’s health", "people health"),
        ("التوقّف عن التدخين", "التوقف عن التدخين"),
    ],
)
def test_addresses_and_long_numbers_are_dropped(typed: str, kept: str) -> None:
    assert log.normalised(typed) == kept
    assert log.normalised(kept) == kept


def test_a_long_text_is_cut_at_a_word_and_what_lies_beyond_the_cut_is_gone() -> None:
    text = log.normalised("weight " * 40)
    assert len(text) <= log.MOST_CHARACTERS
    assert set(text.split()) == {"weight"}
    assert log.normalised("s" * 101) == "s" * log.MOST_CHARACTERS


def test_an_address_that_the_search_cuts_in_half_is_dropped_whole(kiwi: ContentPage) -> None:
    search("kiwi " + "?" * 280 + " jane.doe@example.org")
    assert [query for query, *_numbers in logged()] == ["kiwi"]


@pytest.mark.parametrize(
    "text", ["a" * 8000, "1a" * 4000, "@" * 8000, "1 " * 4000 + "a", "_" * 8000 + "@", "1_" * 4000]
)
def test_long_nonsense_takes_no_time(text: str) -> None:
    start = time.perf_counter()
    log.normalised(text)
    assert time.perf_counter() - start < 1


# Opened


def ping(text: str, content_type: str = "text/ping") -> int:
    return Client().post(f"/search/opened/?q={text}", b"PING", content_type=content_type).status_code


def test_links_stay_plain_and_tell_when_they_are_opened(kiwi: ContentPage) -> None:
    html = search("Kiwi 3 jane@example.org").content.decode()
    assert f'<a href="{kiwi.url}" ping="/search/opened/?q=kiwi+3">' in html
    assert "ping=" not in search("1234567 kiwi@example.org").content.decode()


def test_an_opened_result_is_counted_but_never_more_than_searches(kiwi: ContentPage) -> None:
    search("kiwi")
    search("kiwi")
    assert [ping("Kiwi") for _time in range(3)] == [204, 204, 204]
    assert logged() == [("kiwi", 2, 2, 12)]


def test_nobody_can_count_what_was_not_searched_for(kiwi: ContentPage) -> None:
    assert ping("zebra") == 204
    assert ping("") == 204
    assert logged() == []


def test_a_form_of_another_site_cannot_count(kiwi: ContentPage) -> None:
    search("kiwi")
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert ping("kiwi", content_type) == 204
    assert logged() == [("kiwi", 1, 0, 12)]
    assert Client().get("/search/opened/?q=kiwi").status_code == 405


def test_counting_sets_no_cookie(kiwi: ContentPage) -> None:
    client = Client()
    search("kiwi", client)
    client.post("/search/opened/?q=kiwi", b"PING", content_type="text/ping")
    assert not client.cookies


# It never gets in the way


def test_counting_costs_one_statement(kiwi: ContentPage) -> None:
    request, found = a_request("kiwi"), Found(parse("kiwi", LOCALE), total=12)
    with CaptureQueriesContext(connection) as queries:
        log.log_search(request, found)
    beside = ("SAVEPOINT", "RELEASE", "PRAGMA")  # of which only SQLite's waiting time costs anything outside tests
    assert len([query for query in queries if not query["sql"].startswith(beside)]) == 1
    assert logged() == [("kiwi", 1, 0, 12)]


def test_a_flood_of_different_words_is_bounded(kiwi: ContentPage, monkeypatch: pytest.MonkeyPatch) -> None:
    LoggedSearch.objects.bulk_create(
        LoggedSearch(query=f"word {number}", locale=LOCALE, day=timezone.localdate(), searches=1)
        for number in range(log.MOST_A_DAY)
    )
    assert search("kiwi").status_code == 200
    assert LoggedSearch.objects.count() == log.MOST_A_DAY


# How long it stays


def test_what_was_asked_once_goes_after_30_days_and_the_rest_after_13_months(db: None) -> None:
    put("once, yesterday", days_ago=1)
    put("once, 30 days ago", days_ago=30)
    put("once, 31 days ago", days_ago=31)
    put("twice on a day", days_ago=31, searches=2)
    put("on two days", days_ago=100)
    put("on two days", days_ago=50)
    put("taken up", days_ago=31)
    SearchGap.objects.create(query="taken up", locale=LOCALE, state=GapState.PLANNED)
    limit = add_months(timezone.localdate(), -log.KEPT_MONTHS)
    for day, query in ((limit, "just not too old"), (limit - datetime.timedelta(days=1), "too old")):
        LoggedSearch.objects.create(query=query, locale=LOCALE, day=day, searches=9)
        SearchGap.objects.create(query=query, locale=LOCALE, state=GapState.PLANNED)
    log.purge()
    assert {query for query, *_numbers in logged()} == {
        "once, yesterday", "once, 30 days ago", "twice on a day", "on two days", "taken up", "just not too old",
    }  # fmt: skip
    assert set(SearchGap.objects.values_list("query", flat=True)) == {"taken up", "just not too old"}


def test_a_name_can_be_deleted(db: None) -> None:
    put("jane doe clozapine")
    put("clozapine")
    SearchGap.objects.create(query="jane doe clozapine", locale=LOCALE, state=GapState.PLANNED)
    call_command("search_forget", " Jane  DOE ")
    call_command("search_forget", " ?! ")
    assert [query for query, *_numbers in logged()] == ["clozapine"]
    assert not SearchGap.objects.exists()


def test_the_worker_does_it(db: None) -> None:
    put("once", days_ago=31)
    call_command("worker", "--once")
    assert logged() == []
