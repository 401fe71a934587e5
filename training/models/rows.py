"""What an editor chooses for a module: what to learn first, the practice and the research that go with it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable, TranslatableMixin

from practice_library.models import CaseStudyPage, ResearchSummaryPage


class ModulePrerequisite(TranslatableMixin, Orderable):
    """A module that is better done before this one; nobody is kept out."""

    module_page = ParentalKey("training.ModulePage", on_delete=models.CASCADE, related_name="prerequisite_rows")
    prerequisite = models.ForeignKey(
        "training.ModulePage",
        verbose_name=_("module"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="follow_up_rows",
    )

    panels = [FieldPanel("prerequisite")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("module to do first")
        unique_together = [("translation_key", "locale")]


class ModuleCaseStudy(TranslatableMixin, Orderable):
    """A case study that shows what the module teaches."""

    module_page = ParentalKey("training.ModulePage", on_delete=models.CASCADE, related_name="case_study_rows")
    case_study = models.ForeignKey(
        CaseStudyPage, verbose_name=_("case study"), on_delete=models.SET_NULL, null=True, related_name="module_rows"
    )

    panels = [FieldPanel("case_study")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("case study")
        unique_together = [("translation_key", "locale")]


class ModuleResearch(TranslatableMixin, Orderable):
    """A research summary behind the module."""

    module_page = ParentalKey("training.ModulePage", on_delete=models.CASCADE, related_name="research_rows")
    research = models.ForeignKey(
        ResearchSummaryPage,
        verbose_name=_("research summary"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="module_rows",
    )

    panels = [FieldPanel("research")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("research summary")
        unique_together = [("translation_key", "locale")]
