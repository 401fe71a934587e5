"""How modules do, in numbers that name nobody.

Figures below 5 are not told, and all others are rounded to the nearest 5: so neither two columns nor two days can be
taken from one another to find one person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from training import quiz
from training.models import Answer, Attempt, Enrolment, LessonDone, LessonPage, Module, ModulePage, QuizSnapshot

LEAST = 5


def told(count: int) -> str:
    """ "fewer than 5" or the count to the nearest 5."""
    return _("fewer than 5") if count < LEAST else str((count + LEAST // 2) // LEAST * LEAST)


def share_told(right: int, asked: int) -> str:
    """A share in per cent to the nearest 5, unless so few were right, or wrong, that it tells of people."""
    if asked < LEAST:
        return "–"
    if asked - right < LEAST:
        return _("fewer than 5 wrong")
    if right < LEAST:
        return _("fewer than 5 right")
    return f"{round(20 * right / asked) * 5} %"


@dataclass(frozen=True, slots=True)
class Funnel:
    """People who took a module, as far as each got."""

    title: str
    enrolled: str
    finished_lessons: str
    finished_quiz: str
    passed: str


def funnels() -> list[Funnel]:
    """Every module that has a page or learners, by title: three queries, and one a module."""
    counts = Enrolment.objects.values("module").annotate(
        enrolled=Count("pk", distinct=True),
        finished_quiz=Count("pk", distinct=True, filter=Q(attempts__finished_at__isnull=False)),
        passed=Count("pk", distinct=True, filter=Q(attempts__passed=True)),
    )
    by_module = {row["module"]: row for row in counts.order_by()}
    found = []
    for module in Module.objects.filter(Q(pages__live=True) | Q(pk__in=by_module)).distinct():
        row = by_module.get(module.pk, {"enrolled": 0, "finished_quiz": 0, "passed": 0})
        numbers = (row["enrolled"], _finished_lessons(module), row["finished_quiz"], row["passed"])
        found.append(Funnel(module.title, *map(told, numbers)))
    return found


def _finished_lessons(module: Module) -> int:
    """How many people have done all the lessons that the module now has."""
    page = ModulePage.objects.filter(module=module, live=True, alias_of__isnull=True).first()
    keys = list(LessonPage.objects.child_of(page).live().values_list("translation_key", flat=True)) if page else []
    done = LessonDone.objects.filter(enrolment__module=module, lesson__in=keys).values("enrolment").order_by()
    return done.annotate(number=Count("pk")).filter(number=len(keys)).count() if keys else 0


@dataclass(frozen=True, slots=True)
class Facility:
    """How easy a question was, at first attempts."""

    module: str
    question: str
    asked: str
    right: str


def facilities() -> list[Facility]:
    """Every question that somebody has met at a first attempt, module by module: three queries.

    A question is the same as long as its block is, whatever the edition of the quiz; it is worded as last asked.
    """
    first = {"number": 1, "finished_at__isnull": False}
    asked_in = Counter(dict(Attempt.objects.filter(**first).values_list("snapshot").annotate(Count("pk")).order_by()))
    answered: dict[Any, list[tuple[list[str], int]]] = defaultdict(list)
    answers = Answer.objects.filter(**{f"attempt__{name}": value for name, value in first.items()})
    for row in answers.values("attempt__snapshot", "question", "chosen").annotate(number=Count("pk")).order_by():
        answered[row["attempt__snapshot"], row["question"]].append((row["chosen"], row["number"]))

    texts: dict[tuple[int, str], tuple[str, str]] = {}
    asked: Counter[tuple[int, str]] = Counter()
    right: Counter[tuple[int, str]] = Counter()
    snapshots = QuizSnapshot.objects.filter(pk__in=asked_in).select_related("module")
    for snapshot in snapshots.order_by("module__title", "made_at", "pk"):
        for question in snapshot.content["questions"]:
            key = (snapshot.module_id, question["id"])
            texts[key] = (snapshot.module.title, question["text"])
            asked[key] += asked_in[snapshot.pk]
            given = answered[snapshot.pk, question["id"]]
            right[key] += sum(number for chosen, number in given if quiz.is_right(question, chosen))
    return [Facility(*text, told(asked[key]), share_told(right[key], asked[key])) for key, text in texts.items()]
