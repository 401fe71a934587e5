"""What our search may rely on in the server of `tests/services/elasticsearch.py`, and how that server can fail."""

from __future__ import annotations

from typing import Any

import pytest
from elasticsearch import BadRequestError, ConflictError, ConnectionError, ConnectionTimeout, Elasticsearch, helpers

from tests.services.elasticsearch import Server

pytestmark = pytest.mark.elasticsearch

PAGES = [
    {"title": "Walking groups for people with diabetes", "theme": "movement"},
    {"title": "Café conversations after a hospital stay", "theme": "talking"},
    {"title": "Talking therapies beside physiotherapy", "theme": "talking"},
]
FILTERS = {
    "beginnings": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
    "parts": {"type": "ngram", "min_gram": 3, "max_gram": 4},
    "english": {"type": "stemmer", "language": "english"},
    "spanish": {"type": "stemmer", "language": "light_spanish"},
    "portuguese": {"type": "stemmer", "language": "light_portuguese"},
    "arabic": {"type": "stemmer", "language": "arabic"},
    "articles": {"type": "elision", "articles": ["d", "l"]},
    "english_stop": {"type": "stop", "stopwords": "_english_"},
    "pairs": {"type": "shingle", "output_unigrams": False},
}
ANALYZERS = {
    "prose": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "english_stop", "english"]},
    "typing": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "beginnings"]},
    "phrases": {"tokenizer": "standard", "filter": ["lowercase", "pairs"]},
}
SETTINGS = {
    "number_of_replicas": 0,
    "analysis": {
        "filter": FILTERS,
        "analyzer": {name: {"type": "custom", **parts} for name, parts in ANALYZERS.items()},
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    },
}
TITLE = {
    "type": "text",
    "analyzer": "prose",
    "term_vector": "with_positions_offsets",
    "fields": {
        "typed": {"type": "text", "analyzer": "typing", "search_analyzer": "standard"},
        "phrases": {"type": "text", "analyzer": "phrases"},
        "exact": {"type": "keyword", "normalizer": "folded"},
        "whole": {"type": "completion"},
        "words": {"type": "text", "analyzer": "standard"},
    },
}
MAPPINGS = {"properties": {"title": TITLE, "theme": {"type": "keyword"}}}


def titles(found: Any) -> list[str]:
    return [hit["_source"]["title"] for hit in found["hits"]["hits"]]


@pytest.fixture
def pages(search_server: Elasticsearch, index_name: str) -> str:
    """An index with PAGES in it."""
    search_server.indices.create(index=index_name, settings=SETTINGS, mappings=MAPPINGS)
    actions = [{"_index": index_name, "_id": number, **page} for number, page in enumerate(PAGES)]
    helpers.bulk(search_server, actions, refresh=True)
    return index_name


@pytest.mark.parametrize(
    ("filters", "text", "tokens"),
    [
        (["lowercase", "asciifolding"], "Café", ["cafe"]),
        (["lowercase", "english_stop", "english"], "The walking groups", ["walk", "group"]),
        (["lowercase", "spanish"], "ejercicios físicos", ["ejercici", "fisic"]),
        (["lowercase", "portuguese"], "exercícios físicos", ["exercici", "fisic"]),
        (["arabic_normalization", "arabic"], "الصحة", ["صح"]),
        (["lowercase", "beginnings"], "Walk", ["wa", "wal", "walk"]),
        (["parts"], "walks", ["wal", "walk", "alk", "alks", "lks"]),
        (["lowercase", "pairs"], "mind and body", ["mind and", "and body"]),
        (["word_delimiter_graph", "lowercase"], "HealthChecks2026", ["health", "checks", "2026"]),
        (["articles"], "l'hospital", ["hospital"]),
        (["unique"], "pain pain relief pain", ["pain", "relief"]),
    ],
)
def test_filters_of_the_full_distribution_stand_in(
    search_server: Elasticsearch, pages: str, filters: list[str], text: str, tokens: list[str]
) -> None:
    answer = search_server.indices.analyze(index=pages, tokenizer="standard", filter=filters, text=text)
    assert [token["token"] for token in answer["tokens"]] == tokens


@pytest.mark.parametrize("analyzer", ["english", "spanish", "portuguese", "arabic"])
def test_language_analyzers_stand_in(search_server: Elasticsearch, analyzer: str) -> None:
    assert search_server.indices.analyze(analyzer=analyzer, text="hospital")["tokens"]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "stemmer", "language": "klingon"},
        {"type": "edge_ngram", "min_grams": 2},
        {"type": "ngram", "min_gram": 1, "max_gram": 9},
        {"type": "synonym", "synonyms": ["a, b"]},
    ],
)
def test_what_the_stand_in_does_not_know_is_refused(
    search_server: Elasticsearch, index_name: str, part: dict[str, Any]
) -> None:
    with pytest.raises(BadRequestError):
        search_server.indices.create(index=index_name, settings={"analysis": {"filter": {"wrong": part}}})


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({"match": {"title": "walks"}}, PAGES[0]),
        ({"match": {"title.typed": "diab"}}, PAGES[0]),
        ({"match": {"title.phrases": "hospital stay"}}, PAGES[1]),
        ({"term": {"title.exact": "CAFE CONVERSATIONS AFTER A HOSPITAL STAY"}}, PAGES[1]),
        ({"multi_match": {"query": "phisiotherapy", "fields": ["title^2", "theme"], "fuzziness": "AUTO"}}, PAGES[2]),
    ],
)
def test_queries_find_the_page(search_server: Elasticsearch, pages: str, query: Any, title: dict[str, str]) -> None:
    assert titles(search_server.search(index=pages, query=query)) == [title["title"]]


@pytest.mark.parametrize("kind", ["unified", "fvh", "plain"])
def test_highlighters_mark_what_matched(search_server: Elasticsearch, pages: str, kind: str) -> None:
    highlight = {"type": kind, "fields": {"title": {}}, "pre_tags": ["<mark>"], "post_tags": ["</mark>"]}
    [hit] = search_server.search(index=pages, query={"match": {"title": "cafe"}}, highlight=highlight)["hits"]["hits"]
    assert hit["highlight"]["title"] == ["<mark>Café</mark> conversations after a hospital stay"]


def test_aggregations_count(search_server: Elasticsearch, pages: str) -> None:
    themes = search_server.search(index=pages, size=0, aggs={"theme": {"terms": {"field": "theme"}}})
    counts = {bucket["key"]: bucket["doc_count"] for bucket in themes["aggregations"]["theme"]["buckets"]}
    assert counts == {"talking": 2, "movement": 1}


@pytest.mark.parametrize(
    ("suggester", "text"),
    [
        ({"text": "diabets", "term": {"field": "title.words"}}, "diabetes"),
        ({"text": "hospitol stay", "phrase": {"field": "title.words"}}, "hospital stay"),
        ({"prefix": "walk", "completion": {"field": "title.whole"}}, PAGES[0]["title"]),
    ],
)
def test_suggesters_answer(search_server: Elasticsearch, pages: str, suggester: dict[str, Any], text: str) -> None:
    [answer] = search_server.search(index=pages, suggest={"s": suggester})["suggest"]["s"][:1]
    assert text in [option["text"] for option in answer["options"]]


def test_an_alias_moves_in_one_step(search_server: Elasticsearch, index_name: str) -> None:
    old, new, alias = f"{index_name}-1", f"{index_name}-2", f"{index_name}-now"
    search_server.indices.create(index=old, aliases={alias: {}})
    search_server.indices.create(index=new)
    search_server.indices.update_aliases(
        actions=[{"remove": {"index": old, "alias": alias}}, {"add": {"index": new, "alias": alias}}]
    )
    assert list(search_server.indices.get_alias(name=alias)) == [new]


def test_an_older_external_version_is_refused(search_server: Elasticsearch, pages: str) -> None:
    search_server.index(index=pages, id="1", document=PAGES[0], version=7, version_type="external")
    with pytest.raises(ConflictError):
        search_server.index(index=pages, id="1", document=PAGES[1], version=6, version_type="external")


def test_data_outlives_a_restart_and_a_crash(own_server: Server) -> None:
    with Elasticsearch(own_server.url, request_timeout=30) as client:
        client.indices.create(index="pages", settings=SETTINGS, mappings=MAPPINGS)
        client.index(index="pages", id="1", document=PAGES[0])
        own_server.restart()
        client.index(index="pages", id="2", document=PAGES[1])
        own_server.kill()
        with pytest.raises(ConnectionError):
            client.options(max_retries=0).count(index="pages")
        own_server.start()
        assert client.count(index="pages")["count"] == 2


def test_a_paused_server_hangs_until_it_is_resumed(own_server: Server) -> None:
    with Elasticsearch(own_server.url) as client:
        own_server.pause()
        with pytest.raises(ConnectionTimeout):
            client.options(request_timeout=0.5, max_retries=0).cluster.health()
        own_server.resume()
        assert client.options(request_timeout=30).cluster.health()["status"] == "green"
