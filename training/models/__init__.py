"""Models of the training."""

from training.models.pages import LessonPage, Level, ModulePage, ModuleStandard, TrainingIndexPage
from training.models.records import (
    Answer,
    Attempt,
    AttemptEvent,
    Certificate,
    Enrolment,
    LessonDone,
    Module,
    QuizSnapshot,
)

__all__ = [
    "Answer",
    "Attempt",
    "AttemptEvent",
    "Certificate",
    "Enrolment",
    "LessonDone",
    "LessonPage",
    "Level",
    "Module",
    "ModulePage",
    "ModuleStandard",
    "QuizSnapshot",
    "TrainingIndexPage",
]
