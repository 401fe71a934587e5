"""Models of the training."""

from training.models.pages import (
    LessonPage,
    Level,
    ModulePage,
    ModuleStandard,
    ReviewPolicy,
    TrainingIndexPage,
)
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
from training.models.rows import ModuleCaseStudy, ModulePrerequisite, ModuleResearch
from training.models.sign_off import SignOff

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
    "ModuleCaseStudy",
    "ModulePage",
    "ModulePrerequisite",
    "ModuleResearch",
    "ModuleStandard",
    "QuizSnapshot",
    "ReviewPolicy",
    "SignOff",
    "TrainingIndexPage",
]
