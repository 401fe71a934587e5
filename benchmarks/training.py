"""Two hundred learners, each saving an answer every ten seconds: how long a save takes, and whether one is lost.

    python tests/services/postgresql.py -- sh -c 'python benchmarks/training.py --database-url "$DATABASE_URL"'

A production server (gunicorn, two workers) on loopback. Each learner is a thread with a login and an attempt of her
own, starts at a moment of her own, and keeps a ledger of what the server acknowledged; at the end the ledger is held
against the database. Learners share the machine with the server, as `benchmarks/pages.py` says.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.pages import Server, environment  # noqa: E402

MOST_P95 = 300
CSRF = "a" * 32


@dataclass
class Learner:
    """`session` is the cookie of a login; `ledger` is {question: (sequence, chosen)} as acknowledged."""

    port: int
    attempt: str
    session: str
    options: dict[str, list[str]]
    ledger: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    late: float = 0

    def save(self, sequence: int) -> None:
        question = random.choice(list(self.options))
        chosen = [random.choice(self.options[question])]
        body = urlencode({"question": question, "chosen": chosen, "sequence": sequence}, doseq=True)
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        before = time.perf_counter()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", f"/learning/quiz/{self.attempt}/", body, headers)
            answer = connection.getresponse()
            kept = answer.read()
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            self.errors.append(repr(error))
            return
        self.milliseconds.append(1000 * (time.perf_counter() - before))
        if answer.status != 200:
            self.errors.append(str(answer.status))
            return
        told = json.loads(kept)
        self.ledger[told["question"]] = (told["sequence"], told["chosen"])

    def learn(self, begins: float, ends: float, every: float) -> None:
        moment, sequence = begins, 0
        while moment < ends:
            time.sleep(max(0, moment - time.monotonic()))
            self.late = max(self.late, time.monotonic() - moment)
            sequence += 1
            self.save(sequence)
            moment += every


def prepare(port: int, number: int) -> list[Learner]:
    """Learners with a login and an attempt at the demonstration's first public quiz."""
    import django

    django.setup()
    from django.test import Client

    from home.models import User
    from training import learning
    from training.models import ModulePage

    page = ModulePage.objects.listed().select_related("locale", "module").first()
    if page is None:
        sys.exit("There is no public module.")
    learners = []
    for count in range(number):
        user, _made = User.objects.get_or_create(email=f"learner-{count}@example.org")
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        attempt = learning.start_attempt(learning.enrol(user, page.module), page)
        attempt.answers.all().delete()
        options = {one["id"]: [each["id"] for each in one["options"]] for one in attempt.snapshot.content["questions"]}
        learners.append(Learner(port, str(attempt.pk), client.cookies["sessionid"].value, options))
    return learners


def differences(learners: list[Learner]) -> list[str]:
    """What the database has otherwise than the learners were told."""
    from training.models import Answer

    found = []
    for learner in learners:
        kept = {one.question: (one.sequence, one.chosen) for one in Answer.objects.filter(attempt=learner.attempt)}
        if kept != learner.ledger:
            found.append(f"{learner.attempt}: told {learner.ledger}, kept {kept}")
    return found


def measure(learners: list[Learner], seconds: float, every: float) -> float:
    """Let everybody learn; returns the seconds that it took."""
    start = time.monotonic() + 1
    threads = [
        threading.Thread(target=one.learn, args=(start + every * place / len(learners), start + seconds, every))
        for place, one in enumerate(learners)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - start


def report(learners: list[Learner], taken: float, cpu: float) -> bool:
    times: list[float] = [value for one in learners for value in one.milliseconds]
    errors = [error for one in learners for error in one.errors]
    lost = differences(learners)
    quantiles: Any = statistics.quantiles(times, n=100, method="inclusive")
    print(f"learners {len(learners)}, saves {len(times)}, {len(times) / taken:.1f} a second, errors {len(errors)}")
    print(f"a save: p50 {quantiles[49]:.0f} ms, p95 {quantiles[94]:.0f} ms, p99 {quantiles[98]:.0f} ms, "
          f"most {max(times):.0f} ms; workers' CPU {1000 * cpu / len(times):.0f} ms")  # fmt: skip
    print(f"latest start {1000 * max(one.late for one in learners):.0f} ms after its time; "
          f"load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"acknowledged answers that the database has otherwise: {len(lost)}")
    for line in [*dict.fromkeys(errors), *lost][:10]:
        print("  ", line)
    return not errors and not lost and quantiles[94] <= MOST_P95


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True, help="it is filled with the demonstration content")
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--every", type=float, default=10, help="seconds between two saves of a learner")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    os.environ.update(environment(options.database_url) | {"DJANGO_SETTINGS_MODULE": "benchmarks.settings"})
    for command in (["migrate", "--verbosity=0"], ["demo_content"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    with (
        tempfile.TemporaryDirectory(prefix="hub-benchmark-") as folder,
        Server(options.database_url, Path(folder), "training") as server,
    ):
        learners = prepare(server.port, options.learners)
        before = server.cpu_seconds()
        taken = measure(learners, options.seconds, options.every)
        return 0 if report(learners, taken, server.cpu_seconds() - before) else 1


if __name__ == "__main__":
    sys.exit(main())
