"""Figures on training: right, and so coarse that they give nobody away."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.models import User
from tests.training.conftest import right_answers
from training import learning
from training.figures import share_told, told
from training.models import Attempt, ModulePage

FUNNEL, QUESTIONS = "training_figures", "training_questions"


def take(module: ModulePage, number: int, *, right: int, attempts: int = 1) -> None:
    """A learner who does all lessons and answers so many questions rightly at each attempt; -1: only enrols."""
    user = User.objects.create(
        email=f"learner-{number}@example.org", first_name="Learner", last_name=f"Number {number}"
    )
    enrolment = learning.enrol(user, module.module)
    if right < 0:
        return
    for lesson in module.lessons:
        learning.finish_lesson(enrolment, lesson)
    for _time in range(attempts):
        attempt = learning.start_attempt(enrolment, module)
        for question, chosen in list(right_answers(attempt).items())[:right]:
            learning.save_answer(attempt.pk, question, chosen, 1)
        learning.finish(attempt.pk)


def table(client: Client, report: str) -> list[dict[str, str]]:
    text = b"".join(client.get(f"{reverse(report)}?export=csv")).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5"), (7, "5"), (8, "10"), (12, "10"), (13, "15"), (103, "105")],
)
def test_counts_are_coarse(count: int, text: str) -> None:
    assert told(count) == text


@pytest.mark.parametrize(
    ("right", "asked", "text"),
    [
        (2, 4, "–"),
        (0, 20, "fewer than 5 right"),
        (4, 20, "fewer than 5 right"),
        (16, 20, "fewer than 5 wrong"),
        (20, 20, "fewer than 5 wrong"),
        (3, 6, "fewer than 5 wrong"),
        (10, 20, "50 %"),
        (61, 100, "60 %"),
    ],
)
def test_shares_tell_of_no_small_group(right: int, asked: int, text: str) -> None:
    assert share_told(right, asked) == text


def test_the_funnel_and_the_questions(network_client: Client, module: ModulePage) -> None:
    outcomes = [-1] * 7 + [1] * 6 + [2] * 6
    for number, right in enumerate(outcomes):
        take(module, number, right=right)
    assert Attempt.objects.filter(passed=True).count() == 6
    [row] = table(network_client, FUNNEL)
    assert list(row.values()) == [module.title, "20", "10", "10", "5"]
    first, second = table(network_client, QUESTIONS)
    assert (first["Question"], first["Right at the first attempt"]) == ("Is it body or mind?", "fewer than 5 wrong")
    assert (second["Question"], second["Right at the first attempt"]) == ("Who helps?", "50 %")
    for report in (FUNNEL, QUESTIONS):
        response = network_client.get(reverse(report))
        assert response.status_code == 200
        assert "@example.org" not in response.content.decode().split("<main")[1]
        assert b"".join(network_client.get(f"{reverse(report)}?export=xlsx")).startswith(b"PK")


def test_only_first_attempts_count_and_an_open_question_is_not_right(
    network_client: Client, module: ModulePage
) -> None:
    for number in range(5):
        take(module, number, right=0)
    for number in range(5, 10):
        take(module, number, right=2)
    again = learning.start_attempt(
        learning.enrol(User.objects.get(email="learner-0@example.org"), module.module), module
    )
    for question, chosen in right_answers(again).items():
        learning.save_answer(again.pk, question, chosen, 1)
    learning.finish(again.pk)
    assert [row["Right at the first attempt"] for row in table(network_client, QUESTIONS)] == ["50 %", "50 %"]
    assert [row["Answered at a first attempt by"] for row in table(network_client, QUESTIONS)] == ["10", "10"]


def test_few_learners_are_not_told_of(network_client: Client, module: ModulePage) -> None:
    take(module, 1, right=2)
    [row] = table(network_client, FUNNEL)
    assert set(row.values()) == {module.title, "fewer than 5"}
    assert {row["Right at the first attempt"] for row in table(network_client, QUESTIONS)} == {"–"}


@pytest.mark.parametrize("report", [FUNNEL, QUESTIONS])
def test_figures_are_for_the_network_team(
    editor_client: Client, nurse_client: Client, client: Client, module: ModulePage, report: str
) -> None:
    for one in (editor_client, nurse_client, client):
        assert one.get(reverse(report)).status_code == 302
        assert one.get(f"{reverse(report)}?export=csv").status_code == 302


def test_the_reports_cost_the_same_however_many_learn(
    network_client: Client, module: ModulePage, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        take(module, number, right=number % 3)
    for report in (FUNNEL, QUESTIONS):
        network_client.get(reverse(report))
        with django_assert_max_num_queries(16):
            network_client.get(f"{reverse(report)}?export=csv")


def test_modules_without_learners_are_there(network_client: Client, module: ModulePage) -> None:
    assert [row["Enrolled"] for row in table(network_client, FUNNEL)] == ["fewer than 5"]
    assert table(network_client, QUESTIONS) == []
