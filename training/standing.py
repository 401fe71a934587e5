"""Where a learner stands with modules: for cards and for "My learning"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from home.models import User
from training.models import Certificate, Enrolment, LessonDone, LessonPage, ModulePage


class Standing(models.TextChoices):
    IN_PROGRESS = "in-progress", _("In progress")
    DUE_AGAIN = "due-again", _("Due again")
    DONE = "done", _("Done")


def standing(certificate: Certificate | None) -> Any:
    """A `Standing`, with the newest certificate that was not withdrawn; who has none is under way."""
    if certificate is None:
        return Standing.IN_PROGRESS
    return Standing.DUE_AGAIN if certificate.state == "expired" else Standing.DONE


def newest_certificates(certificates: Iterable[Certificate]) -> dict[int, Certificate]:
    """{module id: the newest one that was not withdrawn}. They come newest first, with attempt and enrolment."""
    newest: dict[int, Certificate] = {}
    for certificate in certificates:
        if not certificate.revoked_at:
            newest.setdefault(certificate.attempt.enrolment.module_id, certificate)
    return newest


def certificates_of(user: Any) -> list[Certificate]:
    """A learner's certificates, newest first, withdrawn ones too: one query."""
    found = Certificate.objects.filter(attempt__enrolment__user=user.pk).select_related("attempt__enrolment")
    return list(found.order_by("-issued_on", "-attempt__number"))


def standing_of(user: Any, pages: Iterable[ModulePage]) -> dict[int, Standing]:
    """{module id: standing} of a learner, for a list of modules: two queries, none without a login."""
    if not user.is_authenticated:
        return {}
    modules = [page.module_id for page in pages if page.module_id]
    enrolled = Enrolment.objects.filter(user=user, module_id__in=modules).values_list("module_id", flat=True)
    newest = newest_certificates(certificates_of(user))
    return {module: standing(newest.get(module)) for module in enrolled}


@dataclass(frozen=True, slots=True)
class Learned:
    """A module that somebody has begun. `page` is None when it is no longer offered."""

    enrolment: Enrolment
    page: ModulePage | None
    certificate: Certificate | None
    lesson_count: int = 0
    done_count: int = 0
    minutes_left: int = 0

    @property
    def standing(self) -> Any:
        return standing(self.certificate)


def learned_by(user: User, certificates: list[Certificate]) -> list[Learned]:
    """Every module that a learner has begun, the one used last first: at most six queries, however many."""
    enrolments = list(Enrolment.objects.filter(user=user).select_related("module").order_by("-last_active_at"))
    listed = ModulePage.objects.listed().filter(module__in=[one.module_id for one in enrolments])
    pages = {page.module_id: page for page in listed.select_related("locale", "module")}
    lessons = _lessons_below(pages.values())
    done = set(LessonDone.objects.filter(enrolment__in=enrolments).values_list("enrolment_id", "lesson"))
    newest = newest_certificates(certificates)
    found = []
    for enrolment in enrolments:
        page, certificate = pages.get(enrolment.module_id), newest.get(enrolment.module_id)
        own = lessons.get(page.path, []) if page else []
        left = [lesson for lesson in own if (enrolment.pk, lesson.translation_key) not in done]
        minutes = sum(lesson.minutes for lesson in left)
        if page and standing(certificate) != Standing.DONE:
            minutes += len(page.quiz)
        found.append(Learned(enrolment, page, certificate, len(own), len(own) - len(left), minutes))
    return found


def _lessons_below(pages: Iterable[ModulePage]) -> dict[str, list[LessonPage]]:
    """{path of a module: its published lessons}: one query for all of them."""
    below = Q()
    for page in pages:
        below |= Q(path__startswith=page.path)
    found: dict[str, list[LessonPage]] = {}
    if below:
        for lesson in LessonPage.objects.for_members().filter(below).only("path", "minutes", "translation_key"):
            found.setdefault(lesson.path[: -lesson.steplen], []).append(lesson)
    return found
