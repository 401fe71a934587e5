"""Fixtures that all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest_django import DjangoDbBlocker

from home.models import HomePage, User
from tests import databases, factories


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A copy of a database that is migrated already, in place of pytest-django's own from scratch."""
    from django.db import connections

    process = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        databases.make_copies(process)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Half a second a password would be most of the time of the tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture opens a transaction: the database that the test wants."""
    databases.wish(databases.TREE if "site_tree" in getattr(item, "fixturenames", ()) else databases.EMPTY)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _transaction_outlives_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that a test does not read to its end is closed late, and Django then drops the test's connection."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda self: None)


@pytest.fixture
def home_page(db: None) -> HomePage:
    """The home page of an otherwise empty site."""
    return factories.home_page()


@pytest.fixture
def site_tree(db: None) -> factories.SiteTree:
    """A small real site: one page of every type, one verified example. Asking for it costs next to nothing."""
    return factories.load_site_tree() if databases.holds_tree() else factories.site_tree()


@pytest.fixture
def editor(db: None) -> User:
    return factories.editor()


@pytest.fixture
def network_member(db: None) -> User:
    return factories.network_member()


@pytest.fixture
def admin(db: None) -> User:
    return factories.admin()


def _client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def editor_client(editor: User) -> Client:
    return _client_of(editor)


@pytest.fixture
def network_client(network_member: User) -> Client:
    return _client_of(network_member)


@pytest.fixture
def admin_client(admin: User) -> Client:
    return _client_of(admin)


@pytest.fixture(scope="module")
def module_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a module's fixture puts into the database stays for all its tests, as in Django's `setUpTestData`.

    Build on it in a fixture of module scope, and hand each test a copy of what that returns:

        @pytest.fixture(scope="module")
        def _site(module_database): return factories.site_tree()

        @pytest.fixture
        def site(db, _site): return copy.deepcopy(_site)
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
