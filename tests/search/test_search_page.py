"""The search page: what it keeps, what it hands out, and that nothing anybody types breaks it."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from home.middleware import MAX_QUERY_STRING
from search.finding import find, suggestions
from search.models import SearchDocument, SynonymGroup, SynonymKind
from search.projection import rebuild
from search.query import MOST_WORDS
from tests import factories

ODD = {
    "quotes": '"',
    "unclosed": '"stop smoking',
    "empty quotes": '""',
    "apostrophes": "'' OR 1=1 --",
    "brackets": "((smoking) NEAR/2 [help] {title} : x",
    "wildcards": "smok* ?mok% _moking ~1 ^2",
    "operators": "AND OR NOT NEAR - + && || ! <-> :* & | ( )",
    "column filter": "title : smoking",
    "backslash": "\\ \\' \\\\",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}",
    "long": "smoking " * 1250,
    "one long word": "s" * 10_000,
    "emoji": "🚭 smoking 👩🏽‍⚕️",
    "Arabic": "التوقّف عن التدخين",
    "other signs": "\u202e\u200f\ufeff\u0301\ud7ff",
    "newlines": "stop\r\nsmoking\t\x0b",
    "nothing": "   ",
    "signs alone": "?!… — °",
    "digits to Python alone": "²³ ١.٣",
}


@pytest.fixture(scope="module")
def _site(module_database: None) -> factories.SiteTree:
    site = factories.site_tree()
    for number in range(12):
        factories.content_page(site.home, title=f"Kiwi {number}", slug=f"kiwi-{number}", summary="About kiwi fruit.")
    SynonymGroup.objects.all().delete()
    SynonymGroup.objects.create(terms="kiwi\nactinidia", reason="Botany")
    SynonymGroup.objects.create(
        kind=SynonymKind.ASK, terms="pd", also="Personality disorder = personality\nParkinson’s", reason="Two meanings"
    )
    while rebuild():
        pass
    return site


@pytest.fixture
def site(db: None, _site: factories.SiteTree) -> factories.SiteTree:
    return _site


def found(client: Client, **parameters: Any) -> Any:
    return client.get("/search/", parameters).context["found"]


def rows(client: Client, **parameters: Any) -> list[list[str]]:
    response = client.get("/search/", {"format": "csv", **parameters})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def kept(address: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(urlsplit(address).query))


# What it shows


def test_a_result_has_its_title_with_marks_kind_and_address(client: Client, site: factories.SiteTree) -> None:
    text = client.get("/search/", {"q": site.gap.title}).content.decode()
    assert f'<a href="{site.gap.url}"' in text
    assert "<mark>" in text
    assert "<strong>Standard</strong>" in text


def test_a_code_finds_the_standard_first_and_says_why(client: Client, site: factories.SiteTree) -> None:
    first = found(client, q=site.standard.code).hits[0]
    assert first.title == site.standard.title
    assert str(first.reason) == f"This is standard {site.standard.code}"


def test_related_words_are_searched_for_and_can_be_left_out(client: Client, site: factories.SiteTree) -> None:
    response = client.get("/search/", {"q": "actinidia", "kind": "page"})
    assert response.context["found"].total == 12
    assert str(response.context["found"].hits[0].reason) == "Has “kiwi”, which we also searched for"
    only_typed = response.context["addresses"].only_typed
    assert kept(only_typed) == [("kind", "page"), ("q", "actinidia"), ("synonyms", "off")]
    narrow = client.get(f"/search/{only_typed}")
    assert narrow.context["found"].total == 0
    assert kept(narrow.context["addresses"].with_synonyms) == [("kind", "page"), ("q", "actinidia")]
    assert "Searched only for what you typed" in narrow.content.decode()


def test_an_ambiguous_abbreviation_offers_its_meanings(client: Client, site: factories.SiteTree) -> None:
    text = client.get("/search/", {"q": "PD"}).content.decode()
    assert '<a href="?q=personality">Personality disorder</a>' in text
    assert "can mean different things" in text


def test_loose_results_say_so(client: Client, site: factories.SiteTree) -> None:
    assert "Few pages or none have all of these words" in client.get("/search/", {"q": "kiwi zebra"}).content.decode()


def test_a_misspelt_word_is_corrected_with_the_filters_kept(client: Client, site: factories.SiteTree) -> None:
    text = client.get("/search/", {"q": "kiwwi", "kind": "page"}).content.decode()
    assert '<a href="?q=kiwi&amp;kind=page">kiwi</a>' in text


def test_nothing_found_leads_on(client: Client, site: factories.SiteTree) -> None:
    response = client.get("/search/", {"q": "kiwi", "kind": "standard"})
    text = response.content.decode()
    assert response.context["found"].unfiltered == 12
    assert '<a href="?q=kiwi">Take all filters away</a>' in text
    assert "mailto:" in text
    assert "Take all filters away" not in client.get("/search/", {"q": "zebra"}).content.decode()


@pytest.mark.parametrize("text", ["", "   ", '""', "?!"])
def test_without_a_word_the_page_says_what_can_be_searched(client: Client, site: factories.SiteTree, text: str) -> None:
    assert "What you can search" in client.get("/search/", {"q": text}).content.decode()


def test_newest_first(client: Client, site: factories.SiteTree) -> None:
    kiwi = SearchDocument.objects.get(title="Kiwi 7")
    SearchDocument.objects.filter(title__startswith="Kiwi").exclude(pk=kiwi.pk).update(date="2020-01-01")
    assert found(client, q="kiwi", sort="newest").hits[0].title == "Kiwi 7"


def test_the_page_is_not_indexed_and_the_same_for_everybody(client: Client, site: factories.SiteTree) -> None:
    assert '<meta name="robots" content="noindex">' in client.get("/search/").content.decode()


# What it keeps


def test_pagination_keeps_every_parameter(client: Client, site: factories.SiteTree) -> None:
    parameters = {"q": "kiwi", "kind": ["page", "post"], "sort": "newest", "synonyms": "off"}
    response = client.get("/search/", parameters)
    second = "?q=kiwi&amp;kind=page&amp;kind=post&amp;sort=newest&amp;synonyms=off&amp;page=2"
    assert second in response.content.decode()
    page = client.get(f"/search/{second.replace('&amp;', '&')}")
    assert len(page.context["found"].hits) == 2
    assert 'start="11"' in page.content.decode()


def test_taking_one_filter_away_keeps_the_rest_but_not_the_page(client: Client, site: factories.SiteTree) -> None:
    parameters = {"q": "kiwi", "kind": ["page", "post"], "sort": "newest", "synonyms": "off", "page": "2"}
    addresses = client.get("/search/", parameters).context["addresses"]
    without_page = next(chip["url"] for chip in addresses.chips if chip["label"] == "Page")
    assert kept(without_page) == [("kind", "post"), ("q", "kiwi"), ("sort", "newest"), ("synonyms", "off")]
    assert kept(addresses.without_filters) == [("q", "kiwi"), ("sort", "newest"), ("synonyms", "off")]


def test_the_filters_carry_the_words_along(client: Client, site: factories.SiteTree) -> None:
    text = client.get("/search/", {"q": 'a "b" kiwi', "sort": "newest", "synonyms": "off"}).content.decode()
    assert '<input type="hidden" name="q" value="a &quot;b&quot; kiwi">' in text
    assert '<input type="hidden" name="sort" value="newest">' in text
    assert '<input type="hidden" name="synonyms" value="off">' in text


def test_unknown_filters_are_left_out_and_told_of(client: Client, site: factories.SiteTree) -> None:
    parameters = {"q": "kiwi", "theme": "99", "year": "20²5", "kind": "<b>", "bogus": "1", "sort": "'"}
    response = client.get("/search/", parameters)
    assert response.context["found"].total == 12
    assert response.context["found"].chips == []
    assert response.context["found"].query.sort == "best"
    assert "We did not know some of the filters" in response.content.decode()


# CSV


def test_csv_has_its_columns_and_all_results(client: Client, site: factories.SiteTree) -> None:
    head, *lines = rows(client, q="kiwi")
    assert head == ["rank", "title", "url", "type", "standard codes"]
    assert [line[0] for line in lines] == [str(rank) for rank in range(1, 13)]
    assert all(line[2].startswith("http") and line[3] == "page" for line in lines)


def test_csv_keeps_the_filters(client: Client, site: factories.SiteTree) -> None:
    assert len(rows(client, q="kiwi", kind="standard")) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_csv_runs_no_formula(client: Client, site: factories.SiteTree, sign: str) -> None:
    SearchDocument.objects.filter(title="Kiwi 3").update(title=f'{sign}HYPERLINK("https://example.org")')
    titles = [line[1] for line in rows(client, q="kiwi")[1:]]
    assert f'\'{sign}HYPERLINK("https://example.org")' in titles


# Odd input


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("address", ["/search/", "/search/suggest/", "/search/?format=csv"])
def test_nothing_that_is_typed_breaks_it(client: Client, site: factories.SiteTree, text: str, address: str) -> None:
    path, _mark, query = address.partition("?")
    parameters = {"q": text, **dict(parse_qsl(query))}
    response = client.get(path, parameters)
    # Longer addresses than anybody types are refused before they come here.
    assert response.status_code == (400 if len(response.wsgi_request.META["QUERY_STRING"]) > MAX_QUERY_STRING else 200)
    assert b"<script>alert" not in response.content


def test_a_question_of_ten_kilobytes_is_cut(site: factories.SiteTree) -> None:
    """Should such an address get here after all."""
    asked: dict[str, Any] = {"filters": {}, "start": 0, "size": 10, "expand": True, "sort": "best"}
    assert len(find("kiwi " * 2_000, "en-gb", **asked).query.groups) == MOST_WORDS
    assert suggestions("kiwi " * 2_000, "en-gb", 8)


@pytest.mark.parametrize("text", ["smoking OR kiwi", "kiwi NOT smoking", "kiwi*", "title : kiwi", "kiwi -smoking"])
def test_engine_syntax_is_only_words(client: Client, site: factories.SiteTree, text: str) -> None:
    """No operator of either engine works: "NOT" and "-" exclude nothing, "*" finds no more words."""
    words = [group.typed for group in found(client, q=text).query.groups]
    assert all(word.isalnum() for word in words)


def test_a_wildcard_finds_no_more(client: Client, site: factories.SiteTree) -> None:
    assert found(client, q="ki*").total == 0


@pytest.mark.parametrize("number", ["999999", "9999", "²", "-1", "0", "", "1e3", "١", "2; DROP TABLE", "1" * 400])
def test_an_impossible_page_is_the_first(client: Client, site: factories.SiteTree, number: str) -> None:
    response = client.get("/search/", {"q": "kiwi", "page": number})
    assert response.status_code == 200
    assert response.context["page_obj"].number == 1
    assert len(response.context["found"].hits) == 10


@pytest.mark.parametrize("name", ["q", "theme", "year", "page", "sort", "synonyms"])
def test_nul_is_a_bad_request(client: Client, site: factories.SiteTree, name: str) -> None:
    assert client.get(f"/search/?q=kiwi&{name}=%00").status_code == 400
    assert client.get(f"/search/suggest/?{name}=%00").status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/search/", "/search/suggest/"])
def test_only_reading_is_allowed(client: Client, site: factories.SiteTree, method: str, address: str) -> None:
    assert getattr(client, method)(address).status_code == 405


def test_a_thousand_filters_are_cut(client: Client, site: factories.SiteTree) -> None:
    address = "/search/?q=kiwi&" + "&".join(f"year={1000 + number}" for number in range(300))
    assert len(client.get(address).context["found"].query.filters["year"]) == 20


def test_a_search_costs_no_query_a_result(
    client: Client, site: factories.SiteTree, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/search/", {"q": "kiwi"})
    with django_assert_max_num_queries(22):
        client.get("/search/", {"q": "kiwi", "kind": "page"})


# Suggestions


def suggested(client: Client, text: str) -> list[str]:
    return [entry["title"] for entry in client.get("/search/suggest/", {"q": text}).json()["suggestions"]]


def test_suggestions_have_title_address_and_kind(client: Client, site: factories.SiteTree) -> None:
    first = client.get("/search/suggest/", {"q": "Tell the GP"}).json()["suggestions"][0]
    assert first == {"title": "1.2 Tell the GP within a week", "url": site.gap.url, "kind": "Standard"}


def test_at_most_eight_are_suggested_and_none_for_a_letter(client: Client, site: factories.SiteTree) -> None:
    assert len(suggested(client, "kiw")) == 8
    assert suggested(client, "k") == []


def test_a_code_suggests_its_standard_first(client: Client, site: factories.SiteTree) -> None:
    assert suggested(client, site.standard.code)[0].startswith(site.standard.code)
