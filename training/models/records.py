"""What learners have done. Records hang on a module's identity and on keys, never on a page: pages come and go."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Module(models.Model):
    """A training module as such. It outlives its pages and their languages."""

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=255, help_text=_("As it was last published."))

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class QuizSnapshot(models.Model):
    """A quiz as it was published, never changed afterwards. `content` is what `training.quiz.snapshot_of` returns."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="snapshots")
    language = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content, in hex."))
    content = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "language", "digest"], name="snapshot_once_per_content")
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.made_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RuntimeError when it exists already."""
        if not self._state.adding:
            raise RuntimeError("A published quiz never changes.")
        super().save(*args, **kwargs)


class Enrolment(models.Model):
    """A person takes a module."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_at = models.DateTimeField(auto_now_add=True)
    last_active_at = models.DateTimeField(default=timezone.now)
    last_lesson = models.UUIDField(null=True, help_text=_("Translation key of the lesson opened last."))
    due_on = models.DateField(null=True, help_text=_("By when the learner wants to be done; nobody else is told."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "module"], name="enrolled_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.module}"


class LessonDone(models.Model):
    """A person has finished a lesson."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons_done")
    lesson = models.UUIDField(help_text=_("Translation key of the lesson."))
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_done_once")]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.lesson}"


class Attempt(models.Model):
    """One try at a quiz. `seed` orders questions and answers; `score` is in per cent, known once it is finished."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    snapshot = models.ForeignKey(QuizSnapshot, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    seed = models.PositiveIntegerField()
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="attempt_numbered_once"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(finished_at__isnull=True), name="one_attempt_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, score__isnull=True, passed__isnull=True)
                | Q(finished_at__isnull=False, score__isnull=False, passed__isnull=False),
                name="attempt_marked_when_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.number}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    def get_absolute_url(self) -> str:
        return reverse("training_result" if self.is_finished else "training_quiz", args=[self.pk])


class Answer(models.Model):
    """What is answered to one question. `sequence` grows with each save: a late one never undoes a newer one."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.CharField(max_length=36)
    chosen = models.JSONField(default=list, help_text=_("Ids of the chosen answers."))
    sequence = models.PositiveBigIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="answered_once")]

    def __str__(self) -> str:
        return f"{self.attempt} · {self.question}"


class AttemptEvent(models.Model):
    """What happened in an attempt, in order. Rows are added, never changed."""

    class Kind(models.TextChoices):
        STARTED = "started", _("started")
        ANSWERED = "answered", _("answered")
        FINISHED = "finished", _("finished")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(auto_now_add=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.attempt} · {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises RuntimeError when it exists already."""
        if not self._state.adding:
            raise RuntimeError("Events are added, never changed.")
        super().save(*args, **kwargs)


def certificate_code() -> str:
    """A code nobody can guess: 160 random bits, in 32 letters and digits that cannot be mistaken for one another."""
    alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "".join(secrets.choice(alphabet) for _each in range(32))


class Certificate(models.Model):
    """Proof that somebody passed. One a passed attempt; what it says is kept as it was on that day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=32, unique=True, default=certificate_code, editable=False)
    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, related_name="certificate")
    name = models.CharField(_("name"), max_length=255)
    module_title = models.CharField(_("module"), max_length=255)
    hours = models.DecimalField(_("hours"), max_digits=4, decimal_places=2)
    score = models.PositiveSmallIntegerField(_("score (per cent)"))
    issued_on = models.DateField(_("issued on"), default=timezone.localdate)
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False, help_text=_("Issued in demonstration mode."))
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    revoked_because = models.CharField(_("why it was withdrawn"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("issued_on")), name="certificate_lasts"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_because=""), name="certificate_revoked_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.module_title}"

    def get_absolute_url(self) -> str:
        return reverse("training_certificate", args=[self.pk])

    @property
    def state(self) -> str:
        """ "valid", "expired" or "revoked"."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_on and self.expires_on < timezone.localdate() else "valid"

    def revoke(self, reason: str) -> None:
        """Withdraw it. Raises ValueError without a reason."""
        if not reason.strip():
            raise ValueError("Say why the certificate is withdrawn.")
        self.revoked_at, self.revoked_because = timezone.now(), reason.strip()
        self.save(update_fields=["revoked_at", "revoked_because"])
