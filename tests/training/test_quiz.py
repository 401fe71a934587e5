"""The quiz as data: order, marking, what may be chosen."""

from __future__ import annotations

from typing import Any

import pytest

from training import quiz


def question(number: int, options: str, kind: str = "single") -> dict[str, Any]:
    """Options as letters, the right ones in capitals."""
    made = [{"id": f"{number}{letter.lower()}", "text": letter, "correct": letter.isupper()} for letter in options]
    return {"id": str(number), "kind": kind, "text": "?", "options": made}


SNAPSHOT: dict[str, Any] = {
    "pass_mark": 80,
    "questions": [question(1, "aBcd"), question(2, "ABc", "multiple"), question(3, "Ab", "true_false")],
}


def test_the_same_seed_gives_the_same_order_and_loses_nothing() -> None:
    first, again = quiz.in_order(SNAPSHOT, 7), quiz.in_order(SNAPSHOT, 7)
    assert first == again
    assert sorted(one["id"] for one in first) == ["1", "2", "3"]
    assert {quiz.in_order(SNAPSHOT, seed)[0]["id"] for seed in range(30)} == {"1", "2", "3"}
    assert [one["id"] for one in SNAPSHOT["questions"]] == ["1", "2", "3"]


def test_true_comes_before_false() -> None:
    for seed in range(20):
        [asked] = [one for one in quiz.in_order(SNAPSHOT, seed) if one["id"] == "3"]
        assert [option["id"] for option in asked["options"]] == ["3a", "3b"]


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({}, 0),
        ({"1": ["1b"]}, 33),
        ({"1": ["1b"], "2": ["2a"]}, 33),
        ({"1": ["1b"], "2": ["2b", "2a"]}, 66),
        ({"1": ["1b"], "2": ["2a", "2b", "2c"], "3": ["3a"]}, 66),
        ({"1": ["1b"], "2": ["2a", "2b"], "3": ["3a"]}, 100),
        ({"4": ["1b"]}, 0),
    ],
)
def test_only_exactly_the_right_answers_count(answers: dict[str, list[str]], score: int) -> None:
    assert quiz.score(SNAPSHOT, answers) == score


@pytest.mark.parametrize(
    ("number", "chosen", "possible"),
    [(0, ["1a"], True), (0, ["1a", "1b"], False), (0, [], True), (0, ["2a"], False), (1, ["2a", "2b"], True)],
)
def test_what_the_page_never_offered_is_refused(number: int, chosen: list[str], possible: bool) -> None:
    assert quiz.known_options(SNAPSHOT["questions"][number], chosen) is possible


def test_the_digest_tells_contents_apart() -> None:
    assert quiz.digest(SNAPSHOT) == quiz.digest(dict(SNAPSHOT))
    assert quiz.digest(SNAPSHOT) != quiz.digest({**SNAPSHOT, "pass_mark": 70})
