"""The same promises for every engine: the embedded one on the database in use, and a real Elasticsearch."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import PageViewRestriction

from home.models import HomePage
from search import shipping
from search.engines.base import Engine
from search.engines.choosing import answer, breaker
from search.engines.database import DatabaseEngine
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.models import SearchDocument, SynonymGroup
from search.projection import rebuild
from search.query import parse
from tests import factories

pytestmark = pytest.mark.slow

LOCALE = "en-gb"
#: Seconds a test waits for the server: both cores may be busy with other tests.
UNDER_LOAD = 20.0


class Searching:
    """An engine with rows kept in step, as the worker and the requests do it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def sync(self) -> None:
        while rebuild():
            pass
        if isinstance(self.engine, ElasticsearchEngine):
            shipping.ship()
            client().indices.refresh(index=self.engine.alias)

    def titles(self, text: str, **filters: list[str]) -> list[str]:
        self.sync()
        found = self.engine.search(parse(text, LOCALE, filters), 0, 10)
        documents = SearchDocument.objects.in_bulk([hit.document_id for hit in found.hits])
        return [documents[hit.document_id].title for hit in found.hits]


@pytest.fixture(params=["database", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def searching(
    request: pytest.FixtureRequest, db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Searching]:
    client.cache_clear()
    breaker.worked()
    if request.param == "database":
        yield Searching(DatabaseEngine())
        return
    monkeypatch.setattr("search.engines.elasticsearch.PATIENCE", UNDER_LOAD)
    settings.ELASTICSEARCH_URL = request.getfixturevalue("elasticsearch_url")
    settings.ELASTICSEARCH_INDEX = request.getfixturevalue("index_name")
    yield Searching(ElasticsearchEngine())
    client.cache_clear()


@pytest.fixture
def smoking(home_page: HomePage) -> Any:
    index = factories.case_study_index(home_page)
    return factories.case_study(index, "Stop-smoking help on every ward", summary="Nurses offer it on the first day.")


@pytest.fixture
def walking(smoking: Any) -> Any:
    index = smoking.get_parent().specific
    return factories.case_study(index, "A walking group for the whole team", summary="They walk each Tuesday.")


def test_words_are_found_in_any_form(searching: Searching, walking: Any) -> None:
    assert searching.titles("walks") == ["A walking group for the whole team"]
    assert searching.titles("WALKING groups") == ["A walking group for the whole team"]


def test_what_nobody_wrote_finds_nothing(searching: Searching, walking: Any) -> None:
    assert searching.titles("xylophone") == []


def test_a_title_outranks_a_summary(searching: Searching, smoking: Any, walking: Any) -> None:
    index = smoking.get_parent().specific
    factories.case_study(index, "Tea and talk", summary="Some people also join the walking group.")
    assert searching.titles("walking group")[0] == "A walking group for the whole team"


def test_quotation_marks_keep_words_together(searching: Searching, walking: Any) -> None:
    assert searching.titles('"walking group"') == ["A walking group for the whole team"]
    assert searching.titles('"group walking"') == []


def test_a_synonym_finds_and_can_be_left_out(searching: Searching, smoking: Any) -> None:
    SynonymGroup.objects.all().delete()
    assert searching.titles("tobacco cessation") == []
    SynonymGroup.objects.create(terms="tobacco cessation\nstop smoking", reason="Staff say both.")
    assert searching.titles("tobacco cessation") == ["Stop-smoking help on every ward"]
    searching.sync()
    without = searching.engine.search(parse("tobacco cessation", LOCALE, expand=False), 0, 10)
    assert without.total == 0


def test_an_ambiguous_abbreviation_is_never_expanded(searching: Searching, smoking: Any) -> None:
    SynonymGroup.objects.all().delete()
    SynonymGroup.objects.create(
        kind="ask",
        terms="sw",
        also="Stop-smoking worker = stop smoking\nSocial work = social work",
        reason="Both are said.",
    )
    query = parse("sw", LOCALE)
    assert [choice.label for choice in query.choices] == ["Stop-smoking worker", "Social work"]
    assert searching.titles("sw") == []


def test_a_standards_code_brings_that_standard_first(searching: Searching, home_page: HomePage) -> None:
    edition = factories.framework(home_page)
    theme_page = factories.theme_page(edition)
    first = factories.standard(theme_page, "1.1", title="Whole-person assessment")
    factories.standard(theme_page, "1.10", title="Not this one")
    assert searching.titles("1.1")[0] == first.title
    assert searching.titles("standard 1.1")[0] == first.title


def test_facets_count_and_stay_right_when_combined(searching: Searching, smoking: Any, walking: Any) -> None:
    searching.sync()
    query = parse("the team ward group", LOCALE)
    assert searching.engine.search(query, 0, 10).facets["kind"] == {"case-study": 2}
    filtered = parse("the team ward group", LOCALE, {"kind": ["post"]})
    found = searching.engine.search(filtered, 0, 10)
    assert found.facets["kind"] == {"case-study": 2}, "a filter in use does not hide the other values"
    assert found.facets["setting"] == {}, "but it does count for other filters"
    assert found.hits == []


def test_suggestions_begin_like_what_is_typed(searching: Searching, walking: Any) -> None:
    searching.sync()
    ids = searching.engine.suggest("walk", LOCALE, 8)
    assert list(SearchDocument.objects.filter(pk__in=ids).values_list("title", flat=True)) == [walking.title]
    assert searching.engine.suggest("w", LOCALE, 8) == []


@pytest.mark.parametrize(
    "text", ['"', '"" OR *', "a AND (b", "title:x", "*", "a* NEAR b", "'; --", "🙂", "مشي", "\\", "{}:", "a\x00b"]
)
def test_no_sign_is_an_operator(searching: Searching, walking: Any, text: str) -> None:
    searching.titles(text)


class TestNothingLeaks:
    """A page that the public may no longer see is not found, counted or suggested from that moment on."""

    def seen(self, searching: Searching) -> tuple[int, dict[str, int], list[int]]:
        """Without building or shipping anything first: the change alone must be enough."""
        found = searching.engine.search(parse("walking", LOCALE), 0, 10)
        return found.total, found.facets.get("kind", {}), searching.engine.suggest("walking", LOCALE, 8)

    @pytest.fixture(autouse=True)
    def _in_step(self, searching: Searching, walking: Any) -> None:
        searching.sync()
        assert self.seen(searching)[0] == 1

    def test_private(self, searching: Searching, walking: Any) -> None:
        PageViewRestriction.objects.create(page=walking.page_ptr, restriction_type=PageViewRestriction.LOGIN)
        assert self.seen(searching) == (0, {}, [])

    def test_under_a_private_parent(self, searching: Searching, walking: Any) -> None:
        parent = walking.get_parent()
        PageViewRestriction.objects.create(page=parent, restriction_type=PageViewRestriction.LOGIN)
        assert self.seen(searching) == (0, {}, [])

    def test_unpublished(self, searching: Searching, walking: Any) -> None:
        walking.unpublish()
        rebuild([walking.pk])
        assert self.seen(searching) == (0, {}, [])

    def test_expired(self, searching: Searching, walking: Any) -> None:
        walking.expire_at = timezone.now() - datetime.timedelta(minutes=1)
        walking.save()
        rebuild([walking.pk])
        assert self.seen(searching) == (0, {}, [])

    def test_deleted(self, searching: Searching, walking: Any) -> None:
        pk = walking.pk
        walking.delete()
        rebuild([pk])
        assert self.seen(searching) == (0, {}, [])


def test_a_draft_is_never_found(searching: Searching, smoking: Any) -> None:
    smoking.title = "Canary in a draft"
    smoking.save_revision()
    assert searching.titles("canary") == []


# How pages are put in order, and what counts as the same word


def study(smoking: Any, title: str, summary: str = "What we did.", **fields: Any) -> Any:
    return factories.case_study(smoking.get_parent().specific, title, summary=summary, **fields)


def test_a_page_with_all_of_it_comes_before_pages_with_some(searching: Searching, smoking: Any) -> None:
    study(smoking, "Walking, walking and walking", "Walking each day. Walking each week.")
    both = study(smoking, "What the ward did", "A singing hour after walking.")
    assert searching.titles("walking singing")[0] == both.title


def test_a_rare_word_counts_for_more_than_a_common_one(searching: Searching, smoking: Any) -> None:
    for number in range(8):
        study(smoking, f"Help for carers {number}", "Carers meet.")
    rare = study(smoking, "Singing hour", "For everybody on the ward.")
    assert searching.titles("singing carers")[0] == rare.title


def test_words_as_typed_next_to_one_another_come_first(searching: Searching, smoking: Any) -> None:
    study(smoking, "One team, and how staff treat others", "Staff treat each other as equals, as one would hope.")
    named = study(smoking, "What a report found", "The report is called Treat as One.")
    assert searching.titles("treat as one")[0] == named.title


def test_a_question_finds_what_it_asks_about(searching: Searching, smoking: Any, walking: Any) -> None:
    assert searching.titles("how do we start a walking group?")[0] == walking.title


def test_few_pages_with_every_word_are_followed_by_pages_with_some(
    searching: Searching, smoking: Any, walking: Any
) -> None:
    searching.sync()
    found = searching.engine.search(parse("walking nurses", LOCALE), 0, 10)
    assert (found.total, found.is_loose) == (2, True)


@pytest.mark.parametrize("typed", ["singing hours", '"singing hour"'])
def test_words_in_quotation_marks_must_be_there(searching: Searching, smoking: Any, typed: str) -> None:
    study(smoking, "Singing hour", "For everybody.")
    study(smoking, "An hour of rest", "No singing.")
    searching.sync()
    assert searching.engine.search(parse(f"{typed} rest", LOCALE), 0, 10).total == (1 if '"' in typed else 2)


def test_a_related_word_counts_less_than_the_typed_one(searching: Searching, smoking: Any) -> None:
    SynonymGroup.objects.all().delete()
    SynonymGroup.objects.create(kind="one-way", terms="lithium", also="blood test", reason="Needs tests.")
    related = study(smoking, "Blood test clinic", "A blood test each month.")
    typed = study(smoking, "A clinic for medicines", "Mostly lithium.")
    assert searching.titles("lithium") == [typed.title, related.title]


def test_the_words_of_a_known_term_may_stand_apart(searching: Searching, smoking: Any) -> None:
    SynonymGroup.objects.all().delete()
    SynonymGroup.objects.create(terms="joined-up care\nintegrated care", reason="Both are said.")
    apart = study(smoking, "Joined-up physical and mental care")
    together = study(smoking, "Joined-up care for all")
    assert searching.titles("joined-up care") == [together.title, apart.title]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("behavior", "Behaviour"),
        ("pediatric", "Paediatric"),
        ("organizations", "Organisation"),
        ("counselling", "Counseling"),
        ("diagnosis", "Diagnoses"),
        ("dying", "Died"),
        ("children", "Child"),
    ],
)
def test_spellings_and_irregular_forms_are_one_word(
    searching: Searching, smoking: Any, typed: str, written: str
) -> None:
    page = study(smoking, f"{written} first")
    assert searching.titles(typed) == [page.title]


@pytest.mark.parametrize(
    "typed", ["10.1016/S2215-0366(17)30097-4", "doi:10.1016/s2215-0366(17)30097-4", "https://doi.org/10.1016/S2215-0366(17)30097-4"]
)  # fmt: skip
def test_a_doi_is_found_however_it_is_written(searching: Searching, smoking: Any, typed: str) -> None:
    page = study(smoking, "Cited", "After Das-Munshi 2017 (https://doi.org/10.1016/S2215-0366(17)30097-4).")
    study(smoking, "Another", "After another study (doi: 10.1016/S2215-0366(17)30078-0).")
    assert searching.titles(typed) == [page.title]


@pytest.mark.parametrize("typed", ["1.1 whole person", "std 1.1", "what does standard 1.1 say?"])
def test_a_code_among_words_brings_that_standard_first(
    searching: Searching, home_page: HomePage, smoking: Any, typed: str
) -> None:
    theme_page = factories.theme_page(factories.framework(home_page))
    standard = factories.standard(theme_page, "1.1", title="Assessment of body and mind")
    study(smoking, "Standard 1.1: what the whole person says", "Standard 1.1 for the whole person.")
    assert searching.titles(typed)[0] == standard.title


def test_newest_first_counts_every_match(searching: Searching, smoking: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only among the best matches."""
    for engine in ("database", "elasticsearch"):
        monkeypatch.setattr(f"search.engines.{engine}.MOST_RESULTS", 3)
    for number in range(5):
        study(smoking, f"Singing, singing {number}", "Singing.")
    new = study(smoking, "An hour each week", "Some singing.")
    searching.sync()
    SearchDocument.objects.update(date="2020-01-01", version=F("version") + 1)
    SearchDocument.objects.filter(page=new).update(date="2026-01-01")
    SearchDocument.objects.filter(page=smoking).update(date=None)
    searching.sync()
    found = searching.engine.search(parse("singing", LOCALE, sort="newest"), 0, 3)
    assert (found.total, len(found.hits)) == (6, 3)
    assert SearchDocument.objects.get(pk=found.hits[0].document_id).title == new.title


@pytest.mark.elasticsearch
class TestShipping:
    @pytest.fixture
    def shipped(
        self, db: None, settings: Settings, elasticsearch_url: str, index_name: str, monkeypatch: pytest.MonkeyPatch
    ) -> Searching:
        monkeypatch.setattr("search.engines.elasticsearch.PATIENCE", UNDER_LOAD)
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = elasticsearch_url, index_name
        client.cache_clear()
        breaker.worked()
        return Searching(ElasticsearchEngine())

    def test_a_missing_index_is_made_and_filled_again(self, shipped: Searching, walking: Any) -> None:
        shipped.sync()
        client().indices.delete(index=list(client().indices.get(index=f"{shipped.engine.alias}-*")))  # type: ignore[attr-defined]
        assert shipped.titles("walking") == [walking.title]

    def test_reconcile_finds_and_mends_what_differs(self, shipped: Searching, walking: Any) -> None:
        shipped.sync()
        row = SearchDocument.objects.get(page_key=walking.pk)
        client().delete(index=shipping.settings.ELASTICSEARCH_INDEX, id=str(row.pk), refresh=True)
        found = shipping.difference()
        assert (found.missing, found.stray) == ([row.pk], [])
        SearchDocument.objects.filter(pk=row.pk).update(version=row.version + 1)
        shipping.mend(found)
        assert shipping.difference().count == 0

    def test_a_rebuild_swaps_the_alias(self, shipped: Searching, walking: Any) -> None:
        shipped.sync()
        before = list(client().indices.get_alias(name=shipping.settings.ELASTICSEARCH_INDEX))
        assert shipping.rebuild_index() == SearchDocument.objects.shown().count()
        after = list(client().indices.get_alias(name=shipping.settings.ELASTICSEARCH_INDEX))
        assert before != after
        assert len(after) == 1
        assert shipped.titles("walking") == [walking.title]


def test_a_dead_server_is_replaced_by_the_database_at_once(db: None, settings: Settings, walking: Any) -> None:
    while rebuild():
        pass
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    client.cache_clear()
    breaker.worked()
    results, stood_in = answer(parse("walking", LOCALE), 0, 10)
    assert (results.total, stood_in, breaker.is_open) == (1, True, True)
    breaker.worked()
    client.cache_clear()
