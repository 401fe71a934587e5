"""A module, a learner and her attempt."""

from __future__ import annotations

import pytest
from django.test import Client

from home.models import User
from tests import factories
from training import learning, quiz
from training.models import Attempt, ModulePage


@pytest.fixture(scope="module")
def _module(module_database: None) -> ModulePage:
    """Made once for all tests of a file."""
    tree = factories.load_site_tree()
    index = factories.training_index(tree.home)
    return factories.module_page(index, standards=[tree.standard], validity_months=12)


@pytest.fixture
def module(site_tree: factories.SiteTree, _module: ModulePage) -> ModulePage:
    return ModulePage.objects.get(pk=_module.pk)


@pytest.fixture
def nurse(db: None) -> User:
    return factories.user("nurse@example.org", first_name="Ada", last_name="Sample")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def nurse_client(nurse: User) -> Client:
    return client_of(nurse)


@pytest.fixture
def attempt(nurse: User, module: ModulePage) -> Attempt:
    return learning.start_attempt(learning.enrol(nurse, module.module), module)


def right_answers(attempt: Attempt) -> dict[str, list[str]]:
    return {one["id"]: sorted(quiz.right_options(one)) for one in attempt.snapshot.content["questions"]}


def answer_rightly(attempt: Attempt) -> None:
    for question, chosen in right_answers(attempt).items():
        learning.save_answer(attempt.pk, question, chosen, 1)
