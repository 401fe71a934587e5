"""What counts as a word, what a page says of itself, and which word was meant."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from home.models import HomePage
from home.search_protocol import words_of
from practice_library.models.case_study import Reference
from search.finding import find
from search.models import SearchDocument, SynonymGroup
from search.projection import rebuild
from search.query import parse
from search.spelling import did_you_mean
from search.text import stem, words
from tests import factories

pytestmark = pytest.mark.slow

LOCALE = "en-gb"


def test_the_doi_of_a_linked_paper_is_among_the_words() -> None:
    text = words_of('<p>Shown in London (<a href="https://doi.org/10.1002/wps.20420">Correll, 2017</a>).</p>')
    assert "doi101002wps20420" in words(text)


@pytest.mark.parametrize(("one", "other"), [("personal", "person"), ("shoe", "she"), ("four", "for"), ("wise", "wiz")])
def test_words_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert stem(one, "en") != stem(other, "en")


def test_spelling_rules_are_english_only() -> None:
    assert stem("colour", "xx") == "colour"


@pytest.fixture
def page(home_page: HomePage) -> Any:
    SynonymGroup.objects.all().delete()
    index = factories.case_study_index(home_page)
    draft = factories.case_study_draft("Antipsychotic checks and psychiatry", summary="A health check by volunteers.")
    draft.references.set([Reference(title="Ismail et al.", url="https://doi.org/10.1111/dme.13918")])
    factories.publish(index, draft)
    while rebuild():
        pass
    return draft


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("antipsycotic", "antipsychotic"),
        ("anti psychotic", "antipsychotic"),
        ("healthcheck", "health check"),
        ("volenteers", "volunteers"),
        ("sykiatry", "psychiatry"),
        ("antipsych", "antipsychotic"),
        ("health checks", ""),
        ("xylophone", ""),
    ],
)
def test_unknown_words_are_put_right(page: Any, typed: str, meant: str) -> None:
    assert did_you_mean(parse(typed, LOCALE)) == meant


def test_a_misspelt_search_shows_what_was_meant_and_a_way_back(page: Any, client: Client) -> None:
    response = client.get("/search/", {"q": "antipsycotic"})
    assert [hit.title for hit in response.context["found"].hits] == [page.title]
    assert "We did not know every word" in response.content.decode()
    narrow = client.get(f"/search/{response.context['addresses'].only_typed}")
    assert narrow.context["found"].total == 0
    assert '<a href="?q=antipsychotic&amp;synonyms=off">antipsychotic</a>' in narrow.content.decode()


@pytest.mark.parametrize("typed", ["Ismail", "10.1111/dme.13918"])
def test_a_case_study_is_found_by_what_it_cites(page: Any, typed: str) -> None:
    assert [hit.title for hit in _found(typed).hits] == [page.title]


def test_the_reason_names_what_the_text_does_not_show(page: Any) -> None:
    SearchDocument.objects.filter(page=page).update(keywords=["Liaison service"], is_dirty=False)
    from search.engines.database import DatabaseEngine

    DatabaseEngine().put([SearchDocument.objects.get(page=page)])
    assert str(_found("liaison").hits[0].reason) == "Listed under “Liaison service”"


def _found(text: str) -> Any:
    return find(text, LOCALE, filters={}, start=0, size=10, expand=True, sort="best")
