"""A copy of the migrated database for this test process (see `tests.environment`)."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests import environment


def use_copy(name: str) -> None:
    """Point Django's default connection to a fresh copy called `name`."""
    if environment.on_postgresql():
        _postgresql_copy(name)
    else:
        _sqlite_memory_copy(environment.migrated_database())


@contextmanager
def file_copy_in_use(template: Path) -> Iterator[None]:
    """As `use_copy`, but in a file: for the threads of a server, which cannot share a database in memory."""
    with tempfile.TemporaryDirectory(dir=environment.FOLDER, prefix="browser-") as folder:
        _use(str(shutil.copyfile(template, Path(folder) / "hub.sqlite3")))
        yield
        connection.close()


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _sqlite_memory_copy(template: Path) -> None:
    _use("file:tests?mode=memory&cache=shared")
    connection.ensure_connection()
    with sqlite3.connect(template) as source:
        source.backup(connection.connection)
    source.close()


def _postgresql_copy(name: str) -> None:
    template = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(name)
