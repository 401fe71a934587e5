"""What a learner does: enrol, finish lessons, take the quiz. Every write is safe to repeat.

Nothing here trusts the browser: who may answer what is asked of the database within the transaction that writes.
"""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from home.accounts.names import clean_name
from home.models import User
from home.models.review import add_months
from training import quiz
from training.models import (
    Answer,
    Attempt,
    AttemptEvent,
    Certificate,
    Enrolment,
    LessonDone,
    LessonPage,
    Module,
    ModulePage,
    QuizSnapshot,
    ReviewPolicy,
)
from training.standing import Standing, standing

#: As many characters of a name a certificate keeps.
LONGEST_ON_PAPER = 255


class LearningError(Exception):
    """Something that cannot be done. `said` tells the learner why, and what to do instead."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(said)


class FinishedError(LearningError):
    """The attempt is finished: what was answered stays."""


class NamelessError(LearningError):
    """The learner has no name yet, and a certificate needs one."""


# What a learner sees


@dataclass(frozen=True, slots=True)
class Step:
    """A lesson in the outline of a module."""

    lesson: LessonPage
    is_done: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A module as one reader sees it. Without an account nothing is done yet."""

    steps: list[Step]
    enrolment: Enrolment | None = None
    attempt: Attempt | None = None
    certificate: Certificate | None = None
    best_score: int | None = None
    question_count: int = 0

    @property
    def done_count(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def standing(self) -> Standing | None:
        """None for who has not enrolled."""
        return standing(self.certificate) if self.enrolment else None

    @property
    def minutes_left(self) -> int:
        """Minutes of the lessons that are left, and one for each question until the quiz is passed."""
        lessons = sum(step.lesson.minutes for step in self.steps if not step.is_done)
        return lessons + (0 if self.standing == Standing.DONE else self.question_count)

    @property
    def next_lesson(self) -> LessonPage | None:
        """Where to go on: the lesson opened last when it is not done, else the first that is not done."""
        open_steps = [step.lesson for step in self.steps if not step.is_done]
        last = self.enrolment.last_lesson if self.enrolment else None
        return next((lesson for lesson in open_steps if lesson.translation_key == last), next(iter(open_steps), None))


def steps_of(page: ModulePage, enrolment: Enrolment | None) -> list[Step]:
    """The module's lessons in order, with what is done: one query beyond the lessons."""
    done = set(enrolment.lessons_done.values_list("lesson", flat=True)) if enrolment else set()
    return [Step(lesson, lesson.translation_key in done) for lesson in page.lessons]


def outline(page: ModulePage, user: Any) -> Outline:
    """The module's outline for this reader: at most four queries beyond the lessons. Writes nothing."""
    enrolment, questions = enrolment_of(user, page.module_id), len(page.quiz)
    steps = steps_of(page, enrolment)
    if enrolment is None:
        return Outline(steps, question_count=questions)
    attempts = list(enrolment.attempts.all())
    certificates = Certificate.objects.filter(attempt__enrolment=enrolment, revoked_at__isnull=True)
    certificate = certificates.order_by("-issued_on", "-attempt__number").first()
    return Outline(
        steps,
        enrolment,
        next((attempt for attempt in attempts if not attempt.is_finished), None),
        certificate,
        max((attempt.score for attempt in attempts if attempt.score is not None), default=None),
        questions,
    )


def enrolment_of(user: Any, module_id: int | None) -> Enrolment | None:
    if not user.is_authenticated or module_id is None:
        return None
    return Enrolment.objects.filter(user=user, module_id=module_id).first()


# What a learner does


def enrol(user: User, module: Module) -> Enrolment:
    """The learner's enrolment, made when there is none."""
    enrolment, _created = Enrolment.objects.get_or_create(user=user, module=module)
    return enrolment


def opened(enrolment: Enrolment, lesson: LessonPage) -> None:
    """Remember where the learner is, to go on from there on any device."""
    values = {"last_lesson": lesson.translation_key, "last_active_at": timezone.now()}
    Enrolment.objects.filter(pk=enrolment.pk).update(**values)


def finish_lesson(enrolment: Enrolment, lesson: LessonPage) -> None:
    LessonDone.objects.get_or_create(enrolment=enrolment, lesson=lesson.translation_key)
    opened(enrolment, lesson)


def set_due(enrolment: Enrolment, day: datetime.date | None) -> None:
    """By when the learner wants to be done; None for no day. Raises LearningError for a day that has passed."""
    if day and day < timezone.localdate():
        raise LearningError(_("Choose today or a later day."))
    Enrolment.objects.filter(pk=enrolment.pk).update(due_on=day)


def snapshot(page: ModulePage) -> QuizSnapshot:
    """The quiz as this page has it now, and what its certificate will say, kept for good."""
    about = {
        "title": page.title,
        "hours": f"{Decimal(page.cpd_hours):.2f}",
        "months": page.validity_months,
        "is_clinical": page.is_clinical,
    }
    content = {**quiz.snapshot_of(page.quiz, page.pass_mark), "module": about}
    found, _created = QuizSnapshot.objects.get_or_create(
        module_id=page.module_id,
        language=page.locale.language_code,
        digest=quiz.digest(content),
        defaults={"content": content},
    )
    return found


def _counted(enrolment_id: int, number: int | None = None) -> models.QuerySet[Attempt]:
    """The finished attempts that count together with this number, or with the next one.

    A pass closes the count: who has to renew a certificate begins anew.
    """
    finished = Attempt.objects.filter(enrolment=enrolment_id, finished_at__isnull=False)
    passes = list(finished.filter(passed=True).values_list("number", flat=True))
    before = max((one for one in passes if number is None or one < number), default=0)
    closing = min((one for one in passes if number is not None and one >= number), default=None)
    counted = finished.filter(number__gt=before)
    return counted if closing is None else counted.filter(number__lte=closing)


def may_start_at(enrolment: Enrolment, page: ModulePage) -> datetime.datetime:
    """From when another attempt may be started. Raises LearningError when none is left."""
    finished = _counted(enrolment.pk)
    if page.attempts_allowed and finished.count() >= page.attempts_allowed:
        raise LearningError(_("You have used all attempts. Write to the network team if you need another."))
    last = finished.aggregate(last=Max("finished_at"))["last"]
    return last + datetime.timedelta(hours=page.waiting_hours) if last else timezone.now()


def why_not_yet(enrolment: Enrolment, page: ModulePage) -> str:
    """Why no other attempt may be started now; empty when it may."""
    try:
        opens_at = may_start_at(enrolment, page)
    except LearningError as error:
        return error.said
    if opens_at <= timezone.now():
        return ""
    moment = date_format(timezone.localtime(opens_at), "j F Y, H:i")
    return _("You can try again from %(moment)s. Use the time to read the lessons.") % {"moment": moment}


@transaction.atomic
def start_attempt(enrolment: Enrolment, page: ModulePage) -> Attempt:
    """The attempt under way, or a new one. Raises LearningError when none may be started now.

    Two clicks at the same moment start one attempt: the second waits for the first.
    """
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    under_way = enrolment.attempts.filter(finished_at__isnull=True).first()
    if under_way:
        return under_way
    if not page.quiz:
        raise LearningError(_("This module has no quiz yet."))
    if said := why_not_yet(enrolment, page):
        raise LearningError(said)
    number = (enrolment.attempts.aggregate(last=Max("number"))["last"] or 0) + 1
    attempt = Attempt.objects.create(
        enrolment=enrolment, snapshot=snapshot(page), number=number, seed=secrets.randbelow(2**31)
    )
    AttemptEvent.objects.create(attempt=attempt, kind=AttemptEvent.Kind.STARTED)
    return attempt


def save_answer(attempt_id: Any, question_id: str, chosen: list[str], sequence: int) -> Answer:
    """Keep what is answered, and return what now counts: a repeated or late save changes nothing.

    Raises FinishedError when the attempt is finished, LearningError for an answer that the page never offered.
    """
    chosen = list(dict.fromkeys(chosen))
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update(of=("self",)).select_related("snapshot").get(pk=attempt_id)
        question = next((one for one in attempt.snapshot.content["questions"] if one["id"] == question_id), None)
        if question is None or not quiz.known_options(question, chosen):
            raise LearningError(_("We did not recognise that answer. Please choose one from the page."))
        if attempt.is_finished:
            raise FinishedError(_("This quiz is handed in already."))
        answer, created = Answer.objects.get_or_create(
            attempt=attempt, question=question_id, defaults={"chosen": chosen, "sequence": sequence}
        )
        if not created:
            if sequence <= answer.sequence:
                return answer
            answer.chosen, answer.sequence, answer.saved_at = chosen, sequence, timezone.now()
            answer.save(update_fields=["chosen", "sequence", "saved_at"])
        AttemptEvent.objects.create(
            attempt=attempt,
            kind=AttemptEvent.Kind.ANSWERED,
            data={"question": question_id, "chosen": chosen, "sequence": sequence},
        )
        return answer


def answers_of(attempt: Attempt) -> dict[str, list[str]]:
    """{question id: ids of the chosen answers}."""
    return dict(attempt.answers.values_list("question", "chosen"))


def name_for_certificate(user: User) -> str:
    """The person's name; empty when there is none, or what stands there is no name (an address)."""
    try:
        return clean_name(user.name)[:LONGEST_ON_PAPER]
    except ValidationError:
        return ""


def finish(attempt_id: Any) -> Attempt:
    """Mark the attempt, once; a pass brings its certificate. Finishing again changes nothing.

    Raises NamelessError, and leaves the attempt as it is, for who has to say first what a certificate would call them.
    """
    with transaction.atomic():
        attempt = (
            Attempt.objects.select_for_update(of=("self",))
            .select_related("snapshot", "enrolment__user")
            .get(pk=attempt_id)
        )
        if not attempt.is_finished and not name_for_certificate(attempt.enrolment.user):
            raise NamelessError(_("Type your full name: a certificate would show it."))
        content = attempt.snapshot.content
        score = quiz.score(content, answers_of(attempt))
        marks = {"finished_at": timezone.now(), "score": score, "passed": score >= content["pass_mark"]}
        if Attempt.objects.filter(pk=attempt.pk, finished_at__isnull=True).update(**marks):
            AttemptEvent.objects.create(attempt=attempt, kind=AttemptEvent.Kind.FINISHED, data={"score": score})
            attempt.refresh_from_db(fields=list(marks))
            if attempt.passed and _certifies(attempt):
                _certify(attempt)
        else:
            attempt.refresh_from_db(fields=list(marks))
    return attempt


def _certifies(attempt: Attempt) -> bool:
    """Clinical content brings a certificate while it is signed off as it is published; in demonstrations always."""
    if settings.DEMO_MODE:
        return True
    pages = ModulePage.objects.filter(module=attempt.snapshot.module_id, live=True, alias_of__isnull=True)
    page = pages.filter(locale__language_code=attempt.snapshot.language).first()
    return not page.awaits_sign_off if page else not attempt.snapshot.content["module"]["is_clinical"]


def _certify(attempt: Attempt) -> Certificate:
    """A certificate for a passed attempt. It says what the module promised when the attempt began."""
    today, about = timezone.localdate(), attempt.snapshot.content["module"]
    return Certificate.objects.create(
        attempt=attempt,
        name=name_for_certificate(attempt.enrolment.user),
        module_title=about["title"],
        hours=Decimal(about["hours"]),
        score=attempt.score,
        issued_on=today,
        expires_on=add_months(today, about["months"]) if about["months"] else None,
        is_sample=settings.DEMO_MODE,
    )


def may_review(attempt: Attempt, page: ModulePage | None) -> bool:
    """Whether a finished attempt shows its answers and feedback now. What is no longer offered holds nothing back."""
    if page is None or page.review_policy == ReviewPolicy.ALWAYS:
        return True
    if page.review_policy == ReviewPolicy.NEVER:
        return False
    finished = _counted(attempt.enrolment_id, attempt.number)
    used_up = page.attempts_allowed is not None and finished.count() >= page.attempts_allowed
    return used_up or finished.filter(passed=True).exists()
