"""How well search finds what people mean: judged queries over the demonstration content, by engine and kind of query.

    python benchmarks/relevance.py [--set check] [--misses]         # SQLite, PostgreSQL and Elasticsearch: one table
    python benchmarks/relevance.py --here [--set tune] [--misses]   # only the database (and server) of the environment

Each engine gets a database of its own with the demonstration content; the servers are those of `tests/services/`.
nDCG@10 takes grades 0 to 3 as gains 2^grade - 1 (Järvelin and Kekäläinen, ACM TOIS 2002). "First three": a page of the
highest grade given is among the first three.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
import yaml

BASE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE))
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
    """Ids found, the best first, with the spelling corrected as the search page does it."""
    from search.finding import understand

    _typed, query = understand(text, LANGUAGE, {})
    return [hit.document_id for hit in engine.search(query, 0, 60).hits]


Scores = dict[str, list[tuple[float, bool]]]


def measure(engine: Any, queries: list[dict[str, Any]], tell: Callable[[str], None] | None) -> Scores:
    """{class: [(nDCG@10, a right answer in the first three)]}."""
    known = references()
    scores: Scores = defaultdict(list)
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


#: What stands before the command that measures an engine.
SERVERS = {
    "SQLite": [],
    "PostgreSQL": ["tests/services/postgresql.py", "--"],
    "Elasticsearch": ["tests/services/elasticsearch.py", "--"],
}


def here(queries: list[dict[str, Any]], tell: Callable[[str], None] | None) -> Scores:
    """Measure the engine that the environment names, its database filled first where it is empty."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from search.engines import elasticsearch
    from search.engines.database import DatabaseEngine

    with Path(os.devnull).open("w") as nowhere:
        call_command("migrate", verbosity=0)
        call_command("demo_content", stdout=nowhere)
        if settings.ELASTICSEARCH_URL:
            call_command("search_rebuild", stdout=nowhere)
    elasticsearch.PATIENCE = 20.0  # the machine may be busy
    return measure(
        elasticsearch.ElasticsearchEngine() if settings.ELASTICSEARCH_URL else DatabaseEngine(), queries, tell
    )


def everywhere(arguments: list[str]) -> dict[str, dict[str, Scores]]:
    """{engine: {set: scores}}: measure every engine in a process of its own, with a server of its own."""
    found = {}
    for name, server in SERVERS.items():
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "scores.json"
            environment = {
                "DATABASE_URL": f"sqlite:///{folder}/hub.sqlite3",
                "MEDIA_ROOT": f"{folder}/media",
                "ELASTICSEARCH_URL": "",
                "DEMO_MODE": "1",
            }
            command = [*server, *([sys.executable] if server else []), __file__, "--here", "--json", str(answer)]
            print(f"{name} …", flush=True)
            subprocess.run(
                [sys.executable, *command, *arguments], env={**os.environ, **environment}, cwd=BASE, check=True
            )
            found[name] = json.loads(answer.read_text())
    return found


def table(found: dict[str, Scores]) -> str:
    """nDCG@10 and the share with a right answer in the first three, a line a class, a column an engine."""
    first = next(iter(found.values()))
    lines = [f"| class | queries | {' | '.join(found)} |", f"|---|--:|{'--:|' * len(found)}"]
    for name in [*sorted(first), "**all**"]:
        cells = []
        for scores in found.values():
            rows = scores[name] if name in scores else [row for rows in scores.values() for row in rows]
            mean, hits = sum(score for score, _hit in rows) / len(rows), sum(hit for _score, hit in rows) / len(rows)
            cells.append(f"{mean:.3f}, {hits:.0%}")
        lines.append(f"| {name} | {len(rows)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def print_tables(found: dict[str, dict[str, Scores]]) -> None:
    """One table a set of queries."""
    for name in next(iter(found.values())):
        print(f"\n{name}\n\n{table({engine: scores[name] for engine, scores in found.items()})}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", choices=["tune", "check"], help="only this half")
    parser.add_argument("--misses", action="store_true", help="show the weak ones")
    parser.add_argument("--here", action="store_true", help="only the database and server that the environment names")
    parser.add_argument("--json", type=Path, help="write the scores into this file")
    options = parser.parse_args()
    if not options.here:
        arguments = [*(["--set", options.set] if options.set else []), *(["--misses"] if options.misses else [])]
        print_tables(everywhere(arguments))
        return
    queries = yaml.safe_load((BASE / "benchmarks/relevance_queries.yaml").read_text(encoding="utf-8"))
    sets = [options.set] if options.set else ["tune", "check"]
    tell = print if options.misses else None
    scores = {name: here([query for query in queries if query["set"] == name], tell) for name in sets}
    if options.json:
        options.json.write_text(json.dumps(scores))
    else:
        print_tables({"here": scores})


if __name__ == "__main__":
    main()
