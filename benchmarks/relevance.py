"""How well search finds what people mean: judged queries over the demonstration content, by engine and kind of query.

    DEMO_MODE=1 python benchmarks/relevance.py [--set check] [--misses]

Needs the demonstration content in the database, and ELASTICSEARCH_URL for Elasticsearch. nDCG@10 takes grades 0 to 3 as
gains 2^grade - 1 (Järvelin and Kekäläinen, ACM TOIS 2002). "First three": a page of grade 3 is among the first three.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import yaml

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

#: Pages that were judged; others are taken out before measuring.
JUDGED = {"standard", "case-study", "research", "post", "page", "theme"}
KINDS = {"case": "case-study"}
LANGUAGE = "en-gb"


def gain(grade: int) -> int:
    return int(2**grade - 1)


def ndcg(grades: list[int], ideal: list[int], size: int = 10) -> float:
    """Grades in the order found, against the best possible order; 0 to 1."""

    def discounted(values: list[int]) -> float:
        return sum(gain(value) / math.log2(place + 2) for place, value in enumerate(values[:size]))

    best = discounted(sorted(ideal, reverse=True))
    return discounted(grades) / best if best else 1.0


def references() -> dict[int, str]:
    """ "kind:slug" of every judged document by id."""
    from search.models import SearchDocument

    found = {}
    for document in SearchDocument.objects.shown().select_related("page"):
        if document.kind in JUDGED:
            slug = document.page.slug
            if document.kind == "standard":
                slug = document.codes[0]
            if document.kind == "theme":
                slug = document.facets["theme"][0]
            found[document.pk] = f"{document.kind}:{slug}"
    return found


def searched(engine: Any, text: str) -> list[int]:
    """Ids found, the best first, after what the page itself would do: correct the spelling when nothing fits."""
    from search.query import parse
    from search.spelling import did_you_mean

    query = parse(text, LANGUAGE)
    found = engine.search(query, 0, 60)
    if found.total == 0 or found.is_loose:
        correction = did_you_mean(query)
        if correction:
            found = engine.search(parse(correction, LANGUAGE), 0, 60)
    return [hit.document_id for hit in found.hits]


def measure(
    engine: Any, queries: list[dict[str, Any]], tell: Callable[[str], None] | None
) -> dict[str, list[tuple[float, bool]]]:
    """{class: [(nDCG@10, a right answer in the first three)]}."""
    known = references()
    scores: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for judged in queries:
        wanted = {
            f"{KINDS.get(kind, kind)}:{slug}": grade
            for kind, slug, grade in ((*key.split(":", 1), grade) for key, grade in judged["relevant"].items())
        }
        if not wanted:
            continue
        order = [known[pk] for pk in searched(engine, judged["query"]) if pk in known]
        grades = [wanted.get(reference, 0) for reference in order]
        score, hit = ndcg(grades, list(wanted.values())), max(wanted.values()) in grades[:3]
        scores[judged["class"]].append((score, hit))
        if tell and (not hit or score < 0.7):
            tell(f"  {score:.2f} {'' if hit else 'MISS '}{judged['query']!r} -> {order[:4]}")
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", choices=["tune", "check"], help="only this half")
    parser.add_argument("--misses", action="store_true", help="show the weak ones")
    options = parser.parse_args()
    django.setup()
    from django.conf import settings

    from search.engines.database import DatabaseEngine
    from search.engines.elasticsearch import ElasticsearchEngine

    queries = yaml.safe_load((BASE / "benchmarks/relevance_queries.yaml").read_text(encoding="utf-8"))
    queries = queries["queries"] if isinstance(queries, dict) else queries
    if options.set:
        queries = [query for query in queries if query["set"] == options.set]
    engines = [DatabaseEngine(), *([ElasticsearchEngine()] if settings.ELASTICSEARCH_URL else [])]
    for engine in engines:
        scores = measure(engine, queries, print if options.misses else None)
        everything = [score for rows in scores.values() for score in rows]
        print(f"{engine.name}: {len(everything)} queries")
        for name, rows in [*sorted(scores.items()), ("all", everything)]:
            mean = sum(score for score, _hit in rows) / len(rows)
            first = sum(hit for _score, hit in rows) / len(rows)
            print(f"  {name:24} n={len(rows):3}  nDCG@10 {mean:.3f}  first three {first:.0%}")


if __name__ == "__main__":
    main()
