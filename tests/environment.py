"""Loaded by pytest before Django (`-p tests.environment`): the settings tests run with, the network, the database.

Nothing here depends on a developer's .env: every variable that could matter is set.

Running 400 migrations takes 20 seconds, so a migrated database is made once (again whenever a migration or a role
changes) and every test process works on a copy. On SQLite it is a file under var/; on PostgreSQL
`tests/services/postgresql.py` makes it in its temporary cluster, and copies are made from that template.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "tests"
APPS = ("home", "hub", "practice_library", "search", "training")
SECONDS_KEPT = 6 * 60 * 60
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

ENVIRONMENT = {
    "DEMO_MODE": "1",
    "DEBUG": "0",
    "SECRET_KEY": "for-tests-only",
    "SITE_URL": "http://localhost",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "EMAIL_URL": "memorymail://",
    "REDIS_URL": "locmemcache://tests",
    "ELASTICSEARCH_URL": "",
    "MEDIA_ROOT": str(FOLDER / "media"),
    "SECURE_SSL_REDIRECT": "0",
    "SECURE_HSTS_SECONDS": "0",
    "BEHIND_PROXY": "0",
    "LOG_LEVEL": "WARNING",
    "CONTACT_EMAIL": "network@example.org",
    "DEFAULT_FROM_EMAIL": "Mind & Body QIN <network@example.org>",
}


def on_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


os.environ.update(ENVIRONMENT)
if not on_postgresql():
    os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER / 'unused.sqlite3'}"


class NetworkBlockedError(RuntimeError):
    """A test wanted to talk to another machine."""


def _block_network() -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise NetworkBlockedError(f"Tests may not connect to {address[0]}.")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[assignment,method-assign]


def _fingerprint(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Test runs started at the same moment wait here for the first one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _remove_old(pattern: str) -> None:
    """Files that no running test can still be using."""
    for path in FOLDER.glob(pattern):
        if path.stat().st_mtime < time.time() - SECONDS_KEPT:
            path.unlink(missing_ok=True)


def _made_once(name: str, fingerprint: str, *command: str, start: Path | None = None) -> Path:
    """The SQLite file that this management command fills (a copy of `start`); made again for another fingerprint."""
    wanted = FOLDER / f"{name}-{fingerprint}.sqlite3"
    with _one_at_a_time():
        if wanted.exists():
            return wanted
        _remove_old("*.sqlite3*")
        half = FOLDER / f"half-{os.getpid()}.sqlite3"
        if start:
            shutil.copyfile(start, half)
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{half}"},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return half.rename(wanted)


def migrated_database() -> Path:
    """An SQLite file with all migrations applied and nothing else in it."""
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/roles.py"), ROOT / "requirements.lock"]
    return _made_once("migrated", _fingerprint(sources), "migrate", "--verbosity=0")


def copy_of_migrated_database(target: Path) -> Path:
    return Path(shutil.copyfile(migrated_database(), target))


def process_environment(**variables: str) -> dict[str, str]:
    """The environment for a hub process that a test starts; an empty string takes a variable's effect away."""
    return {**os.environ, **variables}


def demonstration_database() -> Path:
    """An SQLite file with the demonstration content, which browser tests look at."""
    sources = [path for app in APPS for path in ROOT.glob(f"{app}/**/*.*")]
    fingerprint = _fingerprint(path for path in sources if path.suffix in {".py", ".yaml"})
    return _made_once("demonstration", fingerprint, "demo_content", start=migrated_database())


def pytest_configure(config: pytest.Config) -> None:
    _block_network()
    if not hasattr(config, "workerinput") and not config.option.collectonly and not on_postgresql():
        migrated_database()  # before the test processes start, so that they need not wait for each other


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in tests/browser/ carry the marker without saying so; PostgreSQL's own are skipped elsewhere."""
    for item in items:
        if "browser" in Path(item.path).relative_to(ROOT).parts:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("postgresql") and not on_postgresql():
            item.add_marker(pytest.mark.skip(reason="about PostgreSQL only"))
