"""Elasticsearch 9 through its official client.

Text is analysed once, by `search.text`, for every engine: what is sent is stemmed already and split at spaces there. So
both engines find the same pages, any language works that Snowball knows, and editors' synonyms need no index rebuild.
Only the worker writes (see `search.shipping`): publishing never waits for this server.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from elasticsearch import ApiError, Elasticsearch, TransportError, helpers

from home.visibility import private_paths, published_q
from search.engines.base import MOST_RESULTS, Counts, EngineDownError, Hit, Results, is_few
from search.engines.index import FIELDS, index_row
from search.models import SearchDocument
from search.query import FACETS, Query, TermGroup
from search.ranking import Wanted, rank, wanted
from search.text import fold, words

#: Readers wait at most this long, in seconds, before the embedded engine answers instead.
PATIENCE = 0.6
#: The worker knocks first, so that a server that hangs holds up none of its other jobs. What it sends may take longer.
KNOCKING_PATIENCE = 2.0
SHIPPING_PATIENCE = 10.0
#: With more pages hidden that the server has not been told of, the embedded engine answers: it asks the pages.
MOST_HIDDEN = 10_000

_TEXT = {"type": "text", "analyzer": "whitespace"}
MAPPINGS: dict[str, Any] = {
    "dynamic": False,
    "properties": {
        **{name: _TEXT for name, _weight in FIELDS},
        "words": _TEXT,
        "pk": {"type": "long"},
        "locale": {"type": "keyword"},
        "path": {"type": "keyword"},
        "expires": {"type": "date"},
        "sort_title": {"type": "keyword", "doc_values": True},
        "date": {"type": "date", "format": "strict_date"},
        **{f"facet_{name}": {"type": "keyword"} for name in FACETS},
    },
}

#: Which mappings an index was made with: the worker makes another when they have changed.
SHAPE = hashlib.sha256(json.dumps(MAPPINGS, sort_keys=True).encode()).hexdigest()[:16]
MAPPINGS["_meta"] = {"shape": SHAPE}

#: Ids come from a column, not from each document's stored text: several times as fast for hundreds of hits.
ONLY_IDS: dict[str, Any] = {"stored_fields": "_none_", "docvalue_fields": ["pk"]}


@cache
def client(patience: float | None = None) -> Elasticsearch:
    """The server that settings name; `patience` in seconds, PATIENCE unless told."""
    return Elasticsearch(
        settings.ELASTICSEARCH_URL, request_timeout=patience or PATIENCE, max_retries=0, retry_on_timeout=False
    )


@contextmanager
def failures() -> Iterator[None]:
    """Within it, whatever the server or the way to it does wrong is an EngineDownError."""
    try:
        yield
    except ApiError as error:
        raise EngineDownError(f"{type(error).__name__}: {error.message}") from error
    except (TransportError, helpers.BulkIndexError, helpers.ScanError) as error:
        raise EngineDownError(type(error).__name__) from error


def as_sent(document: SearchDocument) -> dict[str, Any]:
    """The document as Elasticsearch keeps it."""
    pk, title, names, summary, body, plain = index_row(document)
    facets = {**document.facets, "kind": [document.kind]}
    return {
        "pk": pk,
        "title": title,
        "names": names,
        "summary": summary,
        "body": body,
        "words": plain,
        "locale": document.locale,
        "path": document.page.path,
        "expires": document.page.expire_at,
        "sort_title": document.title,
        "date": document.date.isoformat() if document.date else None,
        **{f"facet_{name}": facets.get(name, []) for name in FACETS},
    }


def _ids(response: Any) -> list[int]:
    """Ids of the documents found. Raises EngineDownError for an index made before documents had a column for them."""
    try:
        return [hit["fields"]["pk"][0] for hit in response["hits"]["hits"]]
    except KeyError as error:
        raise EngineDownError("the index is from an earlier version") from error


class ElasticsearchEngine:
    """Searches the alias that settings name. Every failure is an EngineDownError, so that another engine can answer."""

    name = "elasticsearch"

    def __init__(self) -> None:
        self.alias: str = settings.ELASTICSEARCH_INDEX

    def search(self, query: Query, start: int, size: int) -> Results:
        """One request: a strict and a loose search side by side; the loose one counts when the strict finds few."""
        if not query.groups:
            return Results()
        asked = wanted(query)
        variants = [asked, asked.looser] if asked.looser else [asked]
        searches: list[dict[str, Any]] = []
        for variant in variants:
            searches += [{"index": self.alias}, self._body(query, variant)]
        with failures():
            answers = client().msearch(searches=searches)["responses"]
        for response in answers:
            if "error" in response:
                raise EngineDownError(str(response["error"].get("type")))
        if asked.looser and is_few(answers[0]["aggregations"]["unfiltered"]["doc_count"], query):
            asked = asked.looser
        response = answers[variants.index(asked)]
        hits = [Hit(pk, hit["_score"]) for pk, hit in zip(_ids(response), response["hits"]["hits"], strict=True)]
        total = response["hits"]["total"]["value"]
        page = rank(query, asked, hits)[start : start + size]
        return Results(page, total, self._counts(response), is_loose=bool(hits) and asked.is_loose)

    def suggest(self, typed: str, locale: str, size: int) -> list[int]:
        found = words(typed)[:8]
        if not found or len(fold(typed).strip()) < 2:
            return []
        beginning = {"match_bool_prefix": {"words": {"query": " ".join(found), "operator": "and"}}}
        body = {
            "query": {"bool": {"must": [beginning], **self._visible(locale)}},
            "sort": ["facet_kind", "sort_title"],
            "size": size,
            **ONLY_IDS,
        }
        with failures():
            answered = client().search(index=self.alias, **body)
        return _ids(answered)

    def put(self, documents: Iterable[SearchDocument]) -> None:
        raise NotImplementedError("The worker ships documents: see search.shipping.")

    def remove(self, ids: Iterable[int]) -> None:
        raise NotImplementedError("The worker ships documents: see search.shipping.")

    def _visible(self, locale: str) -> dict[str, Any]:
        """This language's pages that anybody may read: what changed is not found from this moment on, sent or not."""
        hidden: list[dict[str, Any]] = [{"prefix": {"path": path}} for path in private_paths()]
        hidden.append({"range": {"expires": {"lte": timezone.now()}}})
        if ids := self._hidden_ids():
            hidden.append({"ids": {"values": [str(pk) for pk in ids]}})
        return {"filter": [{"term": {"locale": locale}}], "must_not": hidden}

    def _hidden_ids(self) -> set[int]:
        """Documents that the server may still have although the public may no longer see their pages."""
        public = Q(is_removed=False) & published_q("page__")
        found: set[int] = set()
        for waiting in (SearchDocument.objects.dirty(), SearchDocument.objects.unsynced()):
            found.update(waiting.exclude(public).values_list("pk", flat=True)[: MOST_HIDDEN + 1])
        if len(found) > MOST_HIDDEN:
            raise EngineDownError("too much waits to be sent")
        return found

    def _body(self, query: Query, asked: Wanted) -> dict[str, Any]:
        condition = [self._clause(group) for group in asked.must]
        if asked.any_of:
            sets = [{"bool": {"must": [self._clause(one, spread=True) for one in groups]}} for groups in asked.any_of]
            condition.append({"bool": {"should": sets}})
        others = [self._clause(group) for group in asked.groups if group not in asked.must]
        chosen = {name: {"terms": {f"facet_{name}": values}} for name, values in query.filters.items() if values}
        newest = [{"date": {"order": "desc", "missing": "_last", "unmapped_type": "date"}}, "_score"]
        return {
            "query": {"bool": {"must": condition, "should": others, **self._visible(query.locale)}},
            "post_filter": {"bool": {"filter": list(chosen.values())}},
            "aggs": {name: self._facet(name, chosen) for name in FACETS}
            | {"unfiltered": {"filter": {"match_all": {}}}},
            "sort": newest if query.sort == "newest" else ["_score"],
            "track_scores": True,
            "size": MOST_RESULTS,
            **ONLY_IDS,
            "track_total_hits": True,
        }

    def _clause(self, group: TermGroup, spread: bool = False) -> dict[str, Any]:
        """One thing asked for, in any of its wordings, in the field where it weighs most."""
        wordings = [self._phrase(phrase) for phrase in group.all_phrases]
        if spread:
            wordings += [{"bool": {"must": [self._phrase((word,)) for word in words_]}} for words_ in group.apart]
        return {"dis_max": {"queries": wordings, "tie_breaker": 0.1}}

    def _phrase(self, phrase: tuple[str, ...]) -> dict[str, Any]:
        kind = "phrase" if len(phrase) > 1 else "best_fields"
        fields = [f"{name}^{weight}" for name, weight in FIELDS]
        return {"multi_match": {"query": " ".join(phrase), "fields": fields, "type": kind}}

    def _facet(self, name: str, chosen: dict[str, Any]) -> dict[str, Any]:
        """Counts of one filter's values under all the other filters."""
        values = {"terms": {"field": f"facet_{name}", "size": 200}}
        others = [condition for other, condition in chosen.items() if other != name]
        return {"filter": {"bool": {"filter": others}}, "aggs": {"values": values}} if others else values

    def _counts(self, response: Any) -> Counts:
        found = {name: response["aggregations"][name] for name in FACETS}
        return {
            name: {bucket["key"]: bucket["doc_count"] for bucket in counts.get("values", counts)["buckets"]}
            for name, counts in found.items()
        }
