"""The network team's two reports on training: how far people get, and how easy each question is. Nobody is named."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from training.figures import facilities, funnels
from training.models import Enrolment
from training.roles import SEE_FIGURES


class FiguresMenuItem(MenuItem):  # type: ignore[misc]
    def is_shown(self, request: Any) -> bool:
        return bool(request.user.has_perm(SEE_FIGURES))


class FiguresReport(ReportView):  # type: ignore[misc]
    """Its rows are worked out, not read: a list in place of a queryset."""

    model = Enrolment
    permission_required = "view"
    header_icon = "table"

    @cached_property
    def permission_policy(self) -> Any:
        return ModelPermissionPolicy(Enrolment)


class FunnelReport(FiguresReport):
    page_title = _("Training")
    index_url_name = "training_figures"
    index_results_url_name = "training_figures_results"
    export_filename = "training"
    verbose_name_plural = _("modules")
    export_headings = {
        "title": _("Module"),
        "enrolled": _("Enrolled"),
        "finished_lessons": _("Finished all lessons"),
        "finished_quiz": _("Handed in a quiz"),
        "passed": _("Passed"),
    }
    list_export = list(export_headings)
    columns = [Column(name, label=label) for name, label in export_headings.items()]

    def get_queryset(self) -> Any:
        return funnels()


class QuestionsReport(FiguresReport):
    page_title = _("Quiz questions")
    index_url_name = "training_questions"
    index_results_url_name = "training_questions_results"
    export_filename = "quiz-questions"
    verbose_name_plural = _("questions")
    export_headings = {
        "module": _("Module"),
        "question": _("Question"),
        "asked": _("Answered at a first attempt by"),
        "right": _("Right at the first attempt"),
    }
    list_export = list(export_headings)
    columns = [Column(name, label=label) for name, label in export_headings.items()]

    def get_queryset(self) -> Any:
        return facilities()
