"""Indexing, searches with filters' counts, and suggestions, on each engine with 1,000, 10,000 and 100,000 documents.

    python benchmarks/search.py --sizes 1000 10000                       # SQLite, in a temporary folder
    python benchmarks/search.py --database-url postgres://user:password@host/scratch --elasticsearch-url http://host:9200

Documents are walks through the demonstration's texts: each word is followed by one that follows it there, so words and
pairs of words are about as frequent as in real pages (and as unevenly). Searches are those of `relevance_queries.yaml`,
a third of them filtered. What is timed is all that a search page does but its template: reading the query, the engine,
the order, counts, highlights, did-you-mean. A user is a process of its own, as a server's worker is.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.pages import environment  # noqa: E402

LOCALE = "en-gb"
BATCH = 500
#: Words of a document's body, and how unevenly they are spread (the median and the sigma of a log-normal distribution).
BODY_WORDS, BODY_SPREAD = 220, 0.6
USERS = (1, 8)
#: Documents sent to time Elasticsearch's indexing.
PREPARED = 10_000
ENGINES = ["sqlite", "postgresql", "elasticsearch"]
#: (engine, documents, figure): at most so many milliseconds (or at least so many documents a second).
TARGETS = {
    ("sqlite", 10_000, "search p95"): 200,
    ("sqlite", 10_000, "suggestions p95"): 40,
    ("postgresql", 10_000, "search p95"): 150,
    ("postgresql", 10_000, "suggestions p95"): 40,
    ("elasticsearch", 100_000, "took p95"): 60,
    ("elasticsearch", 100_000, "suggestions p95"): 40,
}
LEAST_INDEXED = {("elasticsearch", 100_000): 1000}
#: Seconds from publishing to being found.
MOST_SECONDS = {"sqlite": 2, "postgresql": 2, "elasticsearch": 5}


# In a process of its own, on the database and the server that the environment names


class Walker:
    """Makes texts from the demonstration's, always the same ones for a seed."""

    def __init__(self, texts: Iterable[str], seed: int) -> None:
        self.random = random.Random(seed)
        self.after: dict[str, list[str]] = {}
        everything = list(itertools.chain.from_iterable(text.split() for text in texts))
        self.everything = everything
        for word, following in itertools.pairwise(everything):
            self.after.setdefault(word, []).append(following)

    def walk(self, size: int) -> str:
        word = self.random.choice(self.everything)
        found = [word]
        for _step in range(size - 1):
            word = self.random.choice(self.after.get(word, self.everything))
            found.append(word)
        return " ".join(found)

    def body(self) -> str:
        return self.walk(max(20, min(1500, round(self.random.lognormvariate(math.log(BODY_WORDS), BODY_SPREAD)))))


def fill(wanted: int) -> dict[str, Any]:
    """Rows and pages up to the number wanted, and the embedded engine's index of them, which is what is timed."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with open(os.devnull, "w") as nowhere:
        call_command("demo_content", stdout=nowhere)
    from django.db import transaction

    from benchmarks.library import refresh_statistics
    from home.models import ContentVersion
    from search.engines.database import DatabaseEngine
    from search.models import SearchDocument
    from search.projection import rebuild

    while rebuild():
        pass
    there = SearchDocument.objects.shown().count()
    samples = list(SearchDocument.objects.shown().filter(locale=LOCALE, pk__lte=400))
    walker = Walker([f"{one.title}. {one.summary} {one.body}" for one in samples], seed=there)
    seconds = 0.0
    for start in range(there, wanted, BATCH):
        with transaction.atomic():
            documents = _documents(walker, samples, range(start, min(start + BATCH, wanted)))
            before = time.perf_counter()
            DatabaseEngine().put(documents)
            seconds += time.perf_counter() - before
    ContentVersion.raise_()
    refresh_statistics()
    return {"rate": (wanted - there) / seconds if wanted > there else 0}


def _documents(walker: Walker, samples: list[Any], numbers: Iterable[int]) -> list[Any]:
    """Saved rows with pages under the home page; kinds, names and filters are those of the demonstration's pages."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page

    from home.models import ContentPage, HomePage
    from search.models import SearchDocument, SearchFacet

    home = HomePage.objects.filter(locale__language_code=LOCALE).get()
    kind = ContentType.objects.get_for_model(ContentPage)
    pages = []
    for number in numbers:
        title, slug = walker.walk(walker.random.randint(4, 10)).strip(" ,.;:")[:200], f"found-{number}"
        pages.append(
            Page(
                title=title,
                draft_title=title,
                slug=slug,
                content_type=kind,
                locale_id=home.locale_id,
                path=Page._get_path(home.path, home.depth + 1, number + 10_000),
                depth=home.depth + 1,
                url_path=f"{home.url_path}{slug}/",
                live=True,
            )
        )
    pages = Page.objects.bulk_create(pages)
    documents = []
    for page in pages:
        like = walker.random.choice(samples)
        documents.append(
            SearchDocument(
                page_key=page.pk,
                page=page,
                locale=LOCALE,
                kind="case-study" if like.kind == "standard" else like.kind,
                title=page.title,
                summary=walker.walk(35),
                body=walker.body(),
                keywords=walker.random.choice(samples).keywords,
                facets=like.facets,
                url=f"/{page.slug}/",
                date=like.date,
                is_dirty=False,
                is_removed=False,
                version=1,
            )
        )
    documents = SearchDocument.objects.bulk_create(documents)
    SearchFacet.objects.bulk_create(
        SearchFacet(document=document, name=name, value=str(value))
        for document in documents
        for name, values in {**document.facets, "kind": [document.kind]}.items()
        for value in dict.fromkeys(values)
    )
    return documents


def ship() -> dict[str, Any]:
    """Everything to Elasticsearch. What is timed is the sending of documents that are prepared already."""
    from elasticsearch import helpers

    from search import shipping
    from search.models import SearchDocument

    rows = SearchDocument.objects.shown().filter(page__isnull=False).select_related("page")[:PREPARED]
    name, door = shipping._create_index()
    prepared = [shipping._action(row, door) for row in rows]
    before = time.perf_counter()
    helpers.bulk(shipping.server(), prepared, chunk_size=BATCH, refresh=False)
    rate = len(prepared) / (time.perf_counter() - before)
    shipping.server().indices.delete(index=name)
    shipping.rebuild_index()
    return {"rate": rate}


def searches(chance: random.Random) -> list[tuple[str, dict[str, list[str]]]]:
    """[(what is typed, filters)]."""
    judged = yaml.safe_load((ROOT / "benchmarks/relevance_queries.yaml").read_text(encoding="utf-8"))
    filters: list[dict[str, list[str]]] = [
        {"theme": ["1"]},
        {"kind": ["case-study"]},
        {"theme": ["2"], "kind": ["post"]},
    ]
    found = [(one["query"], filters[number // 3 % 3] if number % 3 == 0 else {}) for number, one in enumerate(judged)]
    chance.shuffle(found)
    return found


def ask(seconds: float, seed: int) -> dict[str, Any]:
    """One user's searches and suggestions for so long, in milliseconds."""
    from elasticsearch import Elasticsearch

    from home.visibility import request_scope
    from search.finding import find, suggestions

    took: list[int] = []
    multiple = Elasticsearch.msearch

    def listening(*values: Any, **options: Any) -> Any:
        answer = multiple(*values, **options)
        took.append(answer["took"])
        return answer

    Elasticsearch.msearch = listening  # type: ignore[method-assign]
    chance = random.Random(seed)
    typed = searches(chance)
    result: dict[str, Any] = {"search": [], "suggest": [], "cpu": [], "slowest": [], "stood_in": 0}

    def search(text: str, filters: dict[str, list[str]]) -> None:
        before, cpu = time.perf_counter(), time.process_time()
        with request_scope():
            found = find(text, LOCALE, filters=filters, start=0, size=10, expand=True, sort="best")
        result["search"].append(1000 * (time.perf_counter() - before))
        result["cpu"].append(1000 * (time.process_time() - cpu))
        result["slowest"].append((result["search"][-1], text))
        result["stood_in"] += found.notice

    def suggest(text: str) -> None:
        before = time.perf_counter()
        with request_scope():
            suggestions(text[: chance.randint(2, 9)], LOCALE, 8)
        result["suggest"].append(1000 * (time.perf_counter() - before))

    for text, filters in typed[:10]:  # code and vocabularies are loaded
        search(text, filters)
        suggest(text)
    search("xyzzyplugh", {})
    took.clear()
    result.update({"search": [], "suggest": [], "cpu": [], "slowest": [], "stood_in": 0})
    started = time.perf_counter()
    for text, filters in itertools.cycle(typed):
        search(text, filters)
        suggest(text)
        if time.perf_counter() - started > seconds:
            break
    return {**result, "took": took, "slowest": sorted(result["slowest"], reverse=True)[:5]}


def publish() -> dict[str, Any]:
    """Seconds from publishing a page until a search finds it."""
    from wagtail.models import Page

    from home.models import ContentPage, HomePage
    from search.engines.choosing import answer
    from search.query import parse

    word = f"quince{time.time_ns()}"
    page = ContentPage(title=f"About {word}", slug=word, summary="A page.", live=False)
    Page.objects.get(pk=HomePage.objects.filter(locale__language_code=LOCALE).get().pk).add_child(instance=page)
    revision = page.save_revision()
    started = time.perf_counter()
    revision.publish()
    published = time.perf_counter()
    while not answer(parse(word, LOCALE), 0, 10)[0].total:
        if time.perf_counter() - started > 60:
            break
        time.sleep(0.05)
    found = time.perf_counter()
    ContentPage.objects.get(pk=page.pk).delete()
    return {"published": published - started, "found": found - started}


# Around them


def start(step: str, where: dict[str, str], *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--step", step, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=where, stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, _nothing = process.communicate()
    if process.returncode:
        sys.exit(f"A step failed: {process.args}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else math.nan


@contextmanager
def worker(where: dict[str, str]) -> Iterator[None]:
    """The hub's worker, in its ordinary rounds."""
    process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=where, stderr=subprocess.DEVNULL)
    try:
        time.sleep(6)  # it has started and sent what waited
        yield
    finally:
        process.terminate()
        process.wait(60)


def measure(engine: str, size: int, where: dict[str, str], rate: float, seconds: float) -> Iterator[str]:
    """Lines of the table; what misses its target is told on standard error."""
    with ExitStack() as stack:
        if engine == "elasticsearch":
            stack.enter_context(worker(where))
        seen = max((finish(start("publish", where)) for _time in range(3)), key=lambda one: one["found"])
    for users in USERS:
        together = [start("ask", where, seconds, seed) for seed in range(users)]
        found = [finish(one) for one in together]
        figures: dict[str, float] = {}
        for name, key in (("search", "search"), ("CPU", "cpu"), ("took", "took"), ("suggestions", "suggest")):
            values = [value for one in found for value in one[key]]
            figures |= {f"{name} p{percent}": percentile(values, percent) for percent in (50, 95)}
        number = sum(len(one["search"]) for one in found)
        stood_in = sum(one["stood_in"] for one in found)
        print(f"{engine} {size} {users}: {number} searches, slowest {found[0]['slowest']}", file=sys.stderr)
        if engine == "elasticsearch":
            print(f"  the database stood in for {stood_in} of them", file=sys.stderr)
        if users == 1:
            tell_misses(engine, size, figures, rate, seen["found"])
        columns = [f"{rate:,.0f}" if users == 1 and rate else "", str(users)]
        columns += ["" if math.isnan(value) else f"{value:.0f}" for value in figures.values()]
        columns += [f"{seen['found']:.1f}" if users == 1 else ""]
        yield f"| {engine} | {size:,} | {' | '.join(columns)} |"


def tell_misses(engine: str, size: int, figures: dict[str, float], rate: float, found: float) -> None:
    for name, value in figures.items():
        most = TARGETS.get((engine, size, name))
        if most is not None:
            print(f"  {name} {value:.0f} ms (at most {most}: {'kept' if value <= most else 'MISSED'})", file=sys.stderr)
    if least := LEAST_INDEXED.get((engine, size)):
        print(f"  {rate:.0f} documents/s (at least {least}: {'kept' if rate >= least else 'MISSED'})", file=sys.stderr)
    most = MOST_SECONDS[engine]
    print(f"  found after {found:.1f} s (at most {most}: {'kept' if found <= most else 'MISSED'})", file=sys.stderr)


@contextmanager
def sqlite_databases(folder: Path, sizes: list[int]) -> Iterator[list[str]]:
    paths = [folder / f"search-{size}.sqlite3" for size in sizes]
    yield [f"sqlite:///{path}" for path in paths]


@contextmanager
def postgresql_databases(address: str, sizes: list[int]) -> Iterator[list[str]]:
    """Databases of their own beside the named one, taken away at the end. Needs the right to create databases."""
    import psycopg

    server, _slash, name = address.rpartition("/")
    names = [f"{re.sub(r'[^a-z0-9_]', '', name)}_search_{size}" for size in sizes]
    with psycopg.connect(address.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        try:
            for made in names:
                connection.execute(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {made}")
            yield [f"{server}/{made}" for made in names]
        finally:
            for made in names:
                connection.execute(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)")


def filled(urls: list[str], sizes: list[int]) -> Iterator[tuple[str, int, float]]:
    """(address, documents, documents indexed a second), a size at a time."""
    before: Path | None = None
    for url, size in zip(urls, sizes, strict=True):
        path = Path(url.removeprefix("sqlite:///"))
        if url.startswith("sqlite") and before and not path.exists():
            shutil.copyfile(before, path)  # migrations are slow
        yield url, size, finish(start("fill", environment(url) | {"ELASTICSEARCH_URL": ""}, size))["rate"]
        before = path


HEAD = (
    "| engine | documents | indexed/s | users | search p50 ms | p95 | CPU p50 | p95 "
    "| Elasticsearch’s own p50 | p95 | suggestions p50 | p95 | published → found, s |"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000], metavar="N")
    parser.add_argument(
        "--engines", nargs="+", choices=["sqlite", "postgresql", "elasticsearch"], help="all, unless told"
    )
    parser.add_argument("--seconds", type=float, default=15.0, help="for each number of users")
    parser.add_argument("--folder", type=Path, help="where the SQLite databases are kept for the next time")
    parser.add_argument("--database-url", help="a PostgreSQL database; others are made beside it and taken away again")
    parser.add_argument("--elasticsearch-url", help="an Elasticsearch 9 server; its index is taken away again")
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(run_step(*options.step)))
        return
    engines = options.engines or ENGINES
    print(HEAD + "\n|---|" + 12 * "--:|", flush=True)
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        if {"sqlite", "elasticsearch"} & {*engines}:
            urls = stack.enter_context(sqlite_databases(folder, options.sizes))
            for url, size, rate in filled(urls, options.sizes):
                where = environment(url) | {"ELASTICSEARCH_URL": "", "SEARCH_BENCHMARK": "1"}
                if "sqlite" in engines:
                    show(measure("sqlite", size, where, rate, options.seconds))
                if "elasticsearch" in engines and options.elasticsearch_url:
                    index = {"ELASTICSEARCH_URL": options.elasticsearch_url, "ELASTICSEARCH_INDEX": "hub-benchmark"}
                    rate = finish(start("ship", where | index))["rate"]
                    show(measure("elasticsearch", size, where | index, rate, options.seconds))
        if "postgresql" in engines and options.database_url:
            urls = stack.enter_context(postgresql_databases(options.database_url, options.sizes))
            for url, size, rate in filled(urls, options.sizes):
                show(measure("postgresql", size, environment(url) | {"ELASTICSEARCH_URL": ""}, rate, options.seconds))


def show(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def run_step(step: str, *arguments: str) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    import django

    django.setup()
    if step == "fill":
        return fill(int(arguments[0]))
    if step == "ask":
        return ask(float(arguments[0]), int(arguments[1]))
    return {"ship": ship, "publish": publish}[step]()


if __name__ == "__main__":
    main()
