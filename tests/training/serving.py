"""The hub as production serves it, in processes of its own, and learners who talk to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from home.models import User
from hub.serve import commands
from tests import environment
from tests.services.postgresql import free_port

#: Long, for a busy machine; nobody waits it out otherwise.
PATIENCE = 60
CSRF = "a" * 32


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found


class Hub:
    """The application server: a master and two workers."""

    def __init__(self, database: str) -> None:
        self.port = free_port()
        variables = environment.process_environment(DATABASE_URL=database, LOG_LEVEL="CRITICAL")
        command = [*commands(self.port)[0], "--preload", "--log-level", "critical"]  # workers are back soon
        self.process = subprocess.Popen(command, cwd=environment.ROOT, env=variables, stderr=subprocess.DEVNULL)

    def workers(self) -> list[int]:
        """Ids of the workers' processes."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in found.stdout.split()]

    def is_up(self) -> bool:
        try:
            return self.ask("GET", "/health/")[0] == 200
        except OSError:
            return False

    def kill_a_worker(self) -> None:
        os.kill(self.workers()[0], signal.SIGKILL)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str, str]:
        """(status, where it leads, body). Raises OSError when no answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()
        except http.client.HTTPException as error:
            raise OSError from error
        finally:
            connection.close()


@contextmanager
def running_hub(database: str) -> Iterator[Hub]:
    hub = Hub(database)
    try:
        wait_for(hub.is_up)
        yield hub
    finally:
        hub.process.send_signal(signal.SIGQUIT)  # at once: nobody waits for an answer any more
        hub.process.wait(PATIENCE)


@dataclass
class Learner:
    """A signed-in browser, and a ledger of what the hub acknowledged: {question: (sequence, chosen)}."""

    hub: Hub
    user: User
    ledger: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    refusals: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = Client()
        client.force_login(self.user, backend="django.contrib.auth.backends.ModelBackend")
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"

    def post(self, path: str, **data: Any) -> tuple[int, str, str]:
        headers = {
            "Cookie": self.cookies,
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return self.hub.ask("POST", path, urlencode(data, doseq=True), **headers)

    def save(self, attempt: Any, question: str, chosen: list[str], sequence: int) -> int:
        """Post an answer once; what is acknowledged goes into the ledger. Raises OSError when no answer came."""
        path = f"/learning/quiz/{attempt}/"
        status, _where, body = self.post(path, question=question, chosen=chosen, sequence=sequence)
        if status == 200:
            kept = json.loads(body)
            if kept["sequence"] >= self.ledger.get(question, (0, []))[0]:
                self.ledger[question] = (kept["sequence"], kept["chosen"])
        return status

    def save_until_acknowledged(self, attempt: Any, question: str, chosen: list[str], sequence: int) -> None:
        """As the page's script does: try the same again until the hub says that it is saved."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                status = self.save(attempt, question, chosen, sequence)
            except OSError:
                status = 0
            if status == 200:
                return
            self.refusals.append(status)
            time.sleep(0.1)
        raise AssertionError("it was never saved")
