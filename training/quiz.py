"""A quiz as data: the snapshot of what was published, the order a learner sees, marking. Touches no database.

A snapshot is a dictionary: {"pass_mark": per cent, "questions": [{"id", "kind", "text", "explanation", "source":
{"title", "url"}, "lesson": translation key or None, "options": [{"id", "text", "correct", "feedback"}]}]}. Ids are
strings. `training.learning.snapshot` adds "module": {"title", "hours", "months", "is_clinical"}.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from typing import Any

from training.blocks import QuestionKind

Snapshot = dict[str, Any]


def snapshot_of(stream: Any, pass_mark: int) -> Snapshot:
    """The snapshot of a quiz StreamField's value."""
    return {"pass_mark": pass_mark, "questions": [_question(child) for child in stream]}


def _question(child: Any) -> dict[str, Any]:
    value = child.value
    return {
        "id": str(child.id),
        "kind": str(value["kind"]),
        "text": value["text"],
        "explanation": value["explanation"],
        "source": {"title": value["source_title"], "url": value["source_url"] or ""},
        "lesson": str(value["lesson"].translation_key) if value["lesson"] else None,
        "options": [
            {
                "id": str(option.id),
                "text": option.value["text"],
                "correct": bool(option.value["correct"]),
                "feedback": option.value["feedback"],
            }
            for option in value["options"].bound_blocks
        ],
    }


def digest(snapshot: Snapshot) -> str:
    """SHA-256 of a snapshot, in 64 hex digits: the same for the same content."""
    return hashlib.sha256(json.dumps(snapshot, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def in_order(snapshot: Snapshot, seed: int) -> list[dict[str, Any]]:
    """The questions as one learner sees them: always the same for the same seed. True comes before false."""
    shuffle = random.Random(seed).shuffle  # noqa: S311  (an order, not a secret)
    questions = [{**question, "options": list(question["options"])} for question in snapshot["questions"]]
    shuffle(questions)
    for question in questions:
        if question["kind"] != QuestionKind.TRUE_FALSE:
            shuffle(question["options"])
    return questions


def right_options(question: Mapping[str, Any]) -> set[str]:
    return {option["id"] for option in question["options"] if option["correct"]}


def is_right(question: Mapping[str, Any], chosen: list[str]) -> bool:
    """Whether exactly the right answers are chosen."""
    return set(chosen) == right_options(question)


def known_options(question: Mapping[str, Any], chosen: list[str]) -> bool:
    """Whether these could have been chosen on the page: options of the question, one where only one is asked for."""
    options = {option["id"] for option in question["options"]}
    return set(chosen) <= options and (question["kind"] == QuestionKind.MULTIPLE or len(set(chosen)) <= 1)


def score(snapshot: Snapshot, answers: Mapping[str, list[str]]) -> int:
    """Per cent of the questions answered rightly, rounded down: 79.9 is not 80. A quiz without questions scores 0."""
    questions = snapshot["questions"]
    right = sum(is_right(question, answers.get(question["id"], [])) for question in questions)
    return 100 * right // len(questions) if questions else 0
