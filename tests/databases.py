"""Copies of the migrated database for this test process (see `tests.environment`).

There are two: one is empty, the other holds `factories.site_tree()`, because building that takes a second of every test
that wants it. Each test runs in a transaction on one of them.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from tests import environment

EMPTY, TREE = "empty", "tree"

_names: dict[str, str] = {}
_wanted = EMPTY
#: SQLite's databases in memory live as long as their connections.
_connections: dict[str, Any] = {}


def make_copies(process: str) -> None:
    """Make both databases; `process` tells those of parallel test processes apart."""
    from tests import factories

    if environment.on_postgresql():
        template = connection.settings_dict["NAME"]
        for name in (EMPTY, TREE):
            _names[name] = f"test_{process}_{name}"
            _postgresql_copy(template, _names[name])
    else:
        for name in (EMPTY, TREE):
            _names[name] = f"file:{name}?mode=memory&cache=shared"
            _connections[name] = _sqlite_memory_copy(environment.migrated_database(), _names[name])
    use(TREE)
    factories.site_tree()
    cache.clear()
    use(_wanted)


def wish(name: str) -> None:
    """Use one of the two now, or as soon as they are made (the first test comes before that).

    Within a module's transaction nothing changes: its tests stay where it was opened.
    """
    global _wanted
    _wanted = name
    if _names and not connection.in_atomic_block:
        use(name)


def holds_tree() -> bool:
    return bool(_names) and connection.settings_dict["NAME"] == _names[TREE]


def use(name: str) -> None:
    """Point Django to one of the two."""
    if connection.settings_dict["NAME"] == _names[name]:
        return
    if environment.on_postgresql():
        connection.close()
    else:
        connection.connection = _connections[name]
    _name(_names[name])


@contextmanager
def file_copy_in_use(template: Path) -> Iterator[None]:
    """A copy in a file: for the threads of a server, which cannot share a database in memory."""
    with tempfile.TemporaryDirectory(dir=environment.FOLDER, prefix="browser-") as folder:
        connection.close()
        _name(str(shutil.copyfile(template, Path(folder) / "hub.sqlite3")))
        yield
        connection.close()


@contextmanager
def own_copy() -> Iterator[str]:
    """A migrated database that other processes may open too, dropped afterwards; yields its address (DATABASE_URL)."""
    if not environment.on_postgresql():
        with tempfile.TemporaryDirectory(dir=environment.FOLDER, prefix="own-") as folder:
            yield f"sqlite:///{environment.copy_of_migrated_database(Path(folder) / 'hub.sqlite3')}"
        return
    server, _slash, template = os.environ["DATABASE_URL"].rpartition("/")
    name = f"own_{os.getpid()}"
    _postgresql_copy(template, name)
    try:
        yield f"{server}/{name}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def at(address: str) -> Iterator[None]:
    """Django's connection of this process goes to another database meanwhile."""
    before, in_memory = dict(connection.settings_dict), None
    if environment.on_postgresql():
        connection.close()
    else:
        in_memory, connection.connection = connection.connection, None
    connection.settings_dict.update(environ.Env.db_url_config(address))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        connection.connection = in_memory


def _name(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _sqlite_memory_copy(template: Path, name: str) -> Any:
    _name(name)
    connection.connection = None
    connection.ensure_connection()
    with sqlite3.connect(template) as source:
        source.backup(connection.connection)
    source.close()
    return connection.connection


def _postgresql_copy(template: str, name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
