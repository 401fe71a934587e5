"""Requests per second of five page types against a bare Django view, with a small and with a large library.

    python benchmarks/pages.py                                   # SQLite, in a temporary folder
    python benchmarks/pages.py --database-url postgres://user:password@host/scratch

Two production servers (gunicorn, two workers each, one per library size) stand side by side and are asked in turn, so
that whatever else the machine does falls on all alike: the ratios hold where the absolute figures do not. Nothing is
cached over HTTP; counts remembered within the process are, as in production. The bare view
(`benchmarks/urls.py`) runs behind the same server and middleware.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.addresses import BARE, page_types  # noqa: E402

WORKERS = 2
#: Readers at a time: enough to keep both workers busy.
READERS = 4
#: What the figures are held against.
LEAST_OF_BARE = 0.05
MOST_GROWTH = 2.0
MAY_GROW = {"filtered library"}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Sample:
    """One address in one round."""

    seconds: float
    milliseconds: list[float]
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds


@dataclass
class Measured:
    """One address over all rounds, each with the bare view's sample right before it."""

    samples: list[Sample] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    bytes_sent: int = 0
    after_change: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return statistics.median(sample.per_second for sample in self.samples)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def cpu(self) -> float:
        """Milliseconds of the workers' processor time a request; the median of the rounds."""
        return statistics.median(1000 * one.cpu_seconds / len(one.milliseconds) for one in self.samples)

    def percentile(self, percent: int) -> float:
        everything = [value for sample in self.samples for value in sample.milliseconds]
        return statistics.quantiles(everything, n=100, method="inclusive")[percent - 1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A production server on loopback."""

    def __init__(self, database_url: str, folder: Path, name: str) -> None:
        self.port, self.process = free_port(), None
        self.log = folder / f"server-{name}.log"
        self.environment = environment(database_url) | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"}

    def __enter__(self) -> Server:
        options = ["--workers", str(WORKERS), "--bind", f"127.0.0.1:{self.port}", "--no-control-socket"]
        command = [sys.executable, "-m", "gunicorn", *options, "hub.wsgi"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.ask(BARE)[0] == 200:
                    return self
            except OSError:
                time.sleep(0.2)
        self.process.kill()
        sys.exit(f"The server did not start:\n{self.log.read_text()}")

    def __exit__(self, *exception: object) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)

    def ask(self, address: str) -> tuple[int, int]:
        """(status, bytes of the whole answer). A plain socket: http.client would take longer than the bare view."""
        request = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request.encode())
            answer = bytearray()
            while part := connection.recv(65536):
                answer += part
        return int(answer[9:12]), len(answer)

    def cpu_seconds(self) -> float:
        """Processor time of the workers so far (Linux; elsewhere 0)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not children.exists():
            return 0.0
        total = 0
        for child in children.read_text().split():
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def load(self, address: str, seconds: float) -> Sample:
        """Ask with several readers at once for so long."""
        taken: list[float] = []
        wrong: list[int] = []
        cpu, started = self.cpu_seconds(), time.perf_counter()

        def read() -> None:
            while (before := time.perf_counter()) - started < seconds:
                status, _size = self.ask(address)
                taken.append(1000 * (time.perf_counter() - before))
                if status != 200:
                    wrong.append(status)
                    return

        readers = [threading.Thread(target=read) for _number in range(READERS)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        if wrong:
            sys.exit(f"{address} answered {wrong[0]}")
        return Sample(time.perf_counter() - started, taken, self.cpu_seconds() - cpu)

    def time_once(self, address: str) -> float:
        before = time.perf_counter()
        self.ask(address)
        return 1000 * (time.perf_counter() - before)


def environment(database_url: str) -> dict[str, str]:
    """A production server's, with nothing of a developer's .env."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "DEMO_MODE": "0",
        "DEBUG": "0",
        "SECRET_KEY": "for-benchmarks-only",
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": "locmemcache://benchmarks",
        "EMAIL_URL": "dummymail://",
        "SECURE_SSL_REDIRECT": "0",
        "SECURE_HSTS_SECONDS": "0",
        "BEHIND_PROXY": "0",
    }


def fill(database_url: str, case_studies: int) -> None:
    command = [sys.executable, "benchmarks/library.py", "--case-studies", str(case_studies)]
    subprocess.run(command, cwd=ROOT, env=environment(database_url), check=True)


@contextmanager
def sqlite_databases(folder: Path, sizes: list[int]) -> Iterator[list[str]]:
    paths = [folder / f"{size}.sqlite3" for size in sizes]
    for path, size in zip(paths, sizes, strict=True):
        if not path.exists() and paths[0].exists():
            shutil.copyfile(paths[0], path)  # migrations are slow
        fill(f"sqlite:///{path}", size)
    yield [f"sqlite:///{path}" for path in paths]


@contextmanager
def postgresql_databases(address: str, sizes: list[int]) -> Iterator[list[str]]:
    """Databases of their own beside the named one, taken away at the end. Needs the right to create databases."""
    import psycopg

    server, _slash, name = address.rpartition("/")
    names = [f"{re.sub(r'[^a-z0-9_]', '', name)}_benchmark_{size}" for size in sizes]
    with psycopg.connect(address.replace("postgres://", "postgresql://", 1), autocommit=True) as connection:
        try:
            for number, (made, size) in enumerate(zip(names, sizes, strict=True)):
                connection.execute(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE {made} TEMPLATE {names[0] if number else 'template1'}")
                fill(f"{server}/{made}", size)
            yield [f"{server}/{made}" for made in names]
        finally:
            for made in names:
                connection.execute(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)")


def measure(servers: list[Server], rounds: int, seconds: float) -> list[dict[str, Measured]]:
    """Per server {page type: what was measured}; every page sample stands right after one of the bare view."""
    pages = page_types()
    found = [{name: Measured() for name in ("bare", *pages)} for _server in servers]
    for server, results in zip(servers, found, strict=True):
        for name, address in pages.items():
            for _worker in range(READERS * 3):  # both workers have loaded code and templates
                results[name].bytes_sent = server.ask(address)[1]
    for number in range(rounds):
        for name, address in pages.items():
            for server, results in zip(servers, found, strict=True):
                bare, page = server.load(BARE, seconds / 2), server.load(address, seconds)
                results["bare"].samples.append(bare)
                results[name].samples.append(page)
                results[name].ratios.append(page.per_second / bare.per_second)
        for server, results in zip(servers, found, strict=True):
            for name, address in pages.items():
                server.ask("/changed/")
                results[name].after_change.append(server.time_once(address))
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    return found


HEAD = (
    "| page | case studies | requests/s | of the bare view | p50 ms | p95 ms | CPU ms | of the bare view by CPU | "
    "after a change, ms | kB sent |"
)


def report(sizes: list[int], found: list[dict[str, Measured]]) -> None:
    print(HEAD + "\n|---|" + 9 * "--:|")
    for name in found[0]:
        for size, results in zip(sizes, found, strict=True):
            one = results[name]
            ratio = f"{one.ratio:.1%}" if one.ratios else ""
            by_cpu = f"{results['bare'].cpu / one.cpu:.1%}" if one.ratios and one.cpu else ""
            changed = f"{statistics.median(one.after_change):.0f}" if one.after_change else ""
            sent = f"{one.bytes_sent / 1000:.1f}" if one.bytes_sent else ""
            print(
                f"| {name} | {size:,} | {one.per_second:.0f} | {ratio} | {one.percentile(50):.1f} | "
                f"{one.percentile(95):.1f} | {one.cpu:.1f} | {by_cpu} | {changed} | {sent} |"
            )
    print()
    small, large = found[0], found[-1]
    for name in page_types():
        growth = statistics.median(
            before.per_second / after.per_second
            for before, after in zip(small[name].samples, large[name].samples, strict=True)
        )
        limit = "may grow" if name in MAY_GROW else "kept" if growth <= MOST_GROWTH else "MISSED"
        print(f"{name}: {growth:.2f} times as slow with {sizes[-1]:,} as with {sizes[0]:,} (at most 2: {limit})")
    for size, results in zip(sizes, found, strict=True):
        ratio = results["standard, 10 examples"].ratio
        verdict = "kept" if ratio >= LEAST_OF_BARE else "MISSED"
        print(f"standard, 10 examples, {size:,} case studies: {ratio:.1%} of the bare view (at least 5 %: {verdict})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[30, 5000], metavar="N", help="numbers of case studies")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="for each page in each round")
    parser.add_argument("--folder", type=Path, help="where the SQLite databases are kept for the next time")
    parser.add_argument("--database-url", help="a PostgreSQL database; others are made beside it and taken away again")
    options = parser.parse_args()
    if not (ROOT / "var" / "static" / "staticfiles.json").exists():
        sys.exit("Build the static files first: npm run build && DEMO_MODE=1 python manage.py collectstatic --noinput")
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        if options.database_url:
            urls = stack.enter_context(postgresql_databases(options.database_url, options.sizes))
        else:
            urls = stack.enter_context(sqlite_databases(folder, options.sizes))
        names = map(str, options.sizes)
        servers = [stack.enter_context(Server(url, folder, name)) for url, name in zip(urls, names, strict=True)]
        report(options.sizes, measure(servers, options.rounds, options.seconds))


if __name__ == "__main__":
    main()
