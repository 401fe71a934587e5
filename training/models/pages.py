"""The catalogue, modules and their lessons, as editors write them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page, PageManager, TranslatableMixin
from wagtail.search import index

from home.blocks.content import SHORT_RICH_TEXT
from home.models import BasePage
from home.models.base import Problem, PublicPageQuerySet, Rows, joined, lines_of, listed_in_order, theme_rows
from home.search_protocol import stream_words, words_of
from practice_library.models import CaseStudyPage, ResearchStandard, ResearchSummaryPage, StandardClaim, StandardPage
from practice_library.models.library import FilteredIndexPage
from training.blocks import QuestionBlock, lesson_blocks
from training.models.records import Module
from training.models.sign_off import SignOff

#: Case studies shown beside a module.
EXAMPLES_SHOWN = 4


def in_minutes(number: int) -> str:
    return ngettext("%d minute", "%d minutes", number) % number


class Level(models.TextChoices):
    FOUNDATION = "foundation", _("Foundation: for everybody")
    PRACTICE = "practice", _("Practice: for people who give care")


class ReviewPolicy(models.TextChoices):
    """When a learner sees the right answers and the feedback of a finished attempt."""

    ALWAYS = "always", _("After every attempt")
    AT_THE_END = "at-the-end", _("After passing, or when no attempt is left")
    NEVER = "never", _("Never: the score alone")


class Length(models.TextChoices):
    """How long a module takes, as people look for it."""

    SHORT = "15", _("Up to 15 minutes")
    MEDIUM = "30", _("16 to 30 minutes")
    LONG = "longer", _("More than 30 minutes")


class TrainingIndexPage(FilteredIndexPage):
    """The catalogue of modules."""

    page_description = _("The catalogue of training modules with filters.")
    subpage_types = ["training.ModulePage"]
    template = "training/training_index_page.html"

    class Meta:
        verbose_name = _("training")

    def filter_set(self, request: HttpRequest) -> Any:
        from training.filters import ModuleFilterSet

        return ModuleFilterSet(request.GET, queryset=ModulePage.objects.listed().for_lists())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from training.standing import standing_of

        context = super().get_context(request, *args, **kwargs)
        standing = standing_of(request.user, context["results"])
        for page in context["results"]:
            page.standing = standing.get(page.module_id)
        return context


class ModuleQuerySet(PublicPageQuerySet):
    def in_order(self) -> ModuleQuerySet:
        """By tree position: the order in which editors would take them."""
        return self.order_by("path")

    def newest_first(self) -> ModuleQuerySet:
        return self.order_by("-first_published_at", "-pk")

    def for_lists(self) -> ModuleQuerySet:
        """With what a card shows, without the quiz: a fixed number of queries."""
        return self.select_related("locale", "module").prefetch_related(theme_rows()).defer("quiz")


def _may_go_out(module_page: ModulePage, changed: Page) -> bool:
    """Whether clinical content with this change is signed off; demonstrations do without."""
    from training.sign_off import is_signed

    return settings.DEMO_MODE or is_signed(module_page, changed)


class ModulePage(BasePage):
    """A training module: what it is for, and its quiz. Its lessons are the pages below it."""

    module = models.ForeignKey(
        Module, on_delete=models.SET_NULL, null=True, editable=False, related_name="pages", verbose_name=_("module")
    )
    audience = models.CharField(_("who it is for"), max_length=255)
    outcomes = models.TextField(_("outcomes"), help_text=_("After it you can … One a line, three or four."))
    level = models.CharField(_("level"), max_length=20, choices=Level, default=Level.FOUNDATION)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=25, validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Lessons and quiz together, honestly."),
    )  # fmt: skip
    cpd_hours = models.DecimalField(
        _("hours of learning (CPD)"), max_digits=4, decimal_places=2, default="0.5",
        validators=[MinValueValidator(0), MaxValueValidator(40)],
    )  # fmt: skip
    is_participatory = models.BooleanField(
        _("participatory"), default=False, help_text=_("Tick when people learn with others, as revalidation asks.")
    )
    code_of_conduct = models.TextField(
        _("how it relates to the Code"), blank=True, help_text=_("For a nurse’s revalidation: one sentence.")
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (per cent)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Leave empty for as many as somebody likes."),
    )  # fmt: skip
    waiting_hours = models.PositiveSmallIntegerField(
        _("hours to wait before another attempt"), default=0, validators=[MaxValueValidator(24 * 90)]
    )
    review_policy = models.CharField(
        _("answers and feedback are shown"), max_length=20, choices=ReviewPolicy, default=ReviewPolicy.ALWAYS,
        help_text=_("People learn most from feedback after every attempt."),
    )  # fmt: skip
    validity_months = models.PositiveSmallIntegerField(
        _("months a certificate is valid"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("Leave empty when it does not expire."),
    )  # fmt: skip
    is_clinical = models.BooleanField(
        _("clinical"), default=False, help_text=_("Tick when it touches on treatment, risk or monitoring.")
    )
    lessons_are_open = models.BooleanField(
        _("lessons can be read without an account"), default=True,
        help_text=_("If not, they are not in the public search either. This page always is."),
    )  # fmt: skip
    support = RichTextField(
        _("support"), blank=True, features=SHORT_RICH_TEXT,
        help_text=_("Help for whoever is touched by the subject; shown on every page of the module."),
    )  # fmt: skip
    quiz = StreamField([("question", QuestionBlock())], verbose_name=_("quiz"), blank=True)
    fingerprint = models.CharField(
        max_length=64, editable=False, default="", help_text=_("Of what is published, for the clinical sign-off.")
    )

    page_description = _("A training module. Goes through the network team.")
    parent_page_types = ["training.TrainingIndexPage"]
    subpage_types = ["training.LessonPage"]
    template = "training/module_page.html"
    served_with = (*BasePage.served_with, "module")
    schema_type = "Course"
    is_news = True
    review_months = 12

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("audience"),
                FieldPanel("outcomes"),
                FieldRowPanel([FieldPanel("level"), FieldPanel("minutes")]),
            ],
            heading=_("What it is for"),
        ),
        InlinePanel("prerequisite_rows", heading=_("Better done first"), label=_("Module")),
        InlinePanel("standard_rows", heading=_("Standards it teaches"), label=_("Standard")),
        InlinePanel("case_study_rows", heading=_("Practice that shows it"), label=_("Case study")),
        InlinePanel("research_rows", heading=_("Research behind it"), label=_("Research summary")),
        FieldPanel("quiz"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("attempts_allowed"), FieldPanel("waiting_hours")]),
                FieldRowPanel([FieldPanel("review_policy"), FieldPanel("validity_months")]),
            ],
            heading=_("Passing"),
        ),
        MultiFieldPanel(
            [FieldPanel("cpd_hours"), FieldPanel("is_participatory"), FieldPanel("code_of_conduct")],
            heading=_("For the learning record"),
        ),
        MultiFieldPanel([FieldPanel("is_clinical"), FieldPanel("support")], heading=_("Care")),
        FieldPanel("lessons_are_open"),
        *BasePage.taxonomy_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("outcomes")]

    objects = PageManager.from_queryset(ModuleQuerySet)()

    class Meta:
        verbose_name = _("training module")
        verbose_name_plural = _("training modules")

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Every page has its module; a copy is a module of its own, a translation the same."""
        from training.sign_off import as_published

        if self.module_id is None:
            self.module = self._module_of_translations() or Module.objects.create(title=self.title)
        if not kwargs.get("update_fields"):
            self.fingerprint = as_published(self)
        return super().save(*args, **kwargs)

    def _module_of_translations(self) -> Module | None:
        return Module.objects.filter(pages__translation_key=self.translation_key).exclude(pages__pk=self.pk).first()

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        """A copy takes no learners with it."""
        if kwargs.get("reset_translation_key", True):
            kwargs["exclude_fields"] = [*(kwargs.get("exclude_fields") or []), "module"]
        return super().copy(*args, **kwargs)

    search_kind = "module"

    def search_body(self) -> str:
        return words_of(self.audience, self.outcomes, *(question.value["text"] for question in self.quiz))

    def search_codes(self) -> list[str]:
        return [standard.code for standard in self.standards if standard.code]

    def search_facets(self) -> dict[str, list[str]]:
        return {"level": [self.level], "standard": self.search_codes(), "length": [self.length]}

    @property
    def length(self) -> Any:
        if self.minutes <= 15:
            return Length.SHORT
        return Length.MEDIUM if self.minutes <= 30 else Length.LONG

    @property
    def outcome_list(self) -> list[str]:
        return lines_of(self.outcomes)

    @property
    def card_meta(self) -> str:
        return in_minutes(self.minutes)

    @cached_property
    def standards(self) -> list[StandardPage]:
        """The standards it teaches, in the editor's order; whether they are public is asked elsewhere."""
        return [row.standard for row in joined(self, "standard_rows", "standard") if row.standard_id]

    @cached_property
    def _chosen(self) -> dict[int, Any]:
        """{id: public page} of all that the editor chose for it, ready for cards: a few queries for everything."""
        ids = [
            *(row.prerequisite_id for row in self.rows("prerequisite_rows")),
            *(row.case_study_id for row in self.rows("case_study_rows")),
            *(row.research_id for row in self.rows("research_rows")),
        ]
        return {page.pk: page for page in listed_in_order([pk for pk in ids if pk])}

    @property
    def prerequisite_pages(self) -> list[ModulePage]:
        """The public modules that are better done first, in the editor's order."""
        return [page for page in self._chosen.values() if isinstance(page, ModulePage) and page.pk != self.pk]

    @property
    def chosen_case_studies(self) -> list[CaseStudyPage]:
        return [page for page in self._chosen.values() if isinstance(page, CaseStudyPage)]

    @property
    def chosen_research(self) -> list[ResearchSummaryPage]:
        return [page for page in self._chosen.values() if isinstance(page, ResearchSummaryPage)]

    @cached_property
    def lessons(self) -> list[LessonPage]:
        """Its published lessons, in order; some modules ask for an account before they open."""
        if not self.pk:
            return []
        below = LessonPage.objects.child_of(self).for_members().select_related("locale").defer("body").order_by("path")
        return list(below)

    @property
    def is_or_will_be_clinical(self) -> bool:
        """Clinical as published, or in its newest draft."""
        return self.is_clinical or self.get_latest_revision_as_object().is_clinical

    @cached_property
    def sign_off(self) -> SignOff | None:
        """The sign-off of the module as it is published."""
        if not self.is_clinical:
            return None
        return SignOff.objects.in_force().filter(module_id=self.module_id, fingerprint=self.fingerprint).first()

    @property
    def awaits_sign_off(self) -> bool:
        """Clinical content that no clinician has signed off: shown in demonstration mode alone, and marked."""
        return self.is_clinical and self.sign_off is None

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """A draft is another wording than what was signed off."""
        from training.sign_off import drafts, fingerprint

        self.fingerprint = fingerprint(*drafts(self, self)) if self.pk else ""
        return super().serve_preview(request, mode_name)

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        problems = super().publication_problems(rows)
        if not self.quiz:
            problems.append(Problem("quiz", _("Write at least one question for the quiz before you publish.")))
        if self.is_clinical and not _may_go_out(self, self):
            problems.append(
                Problem("is_clinical", _("A clinician has to sign this module off before it can be published."))
            )
        return problems

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from training.learning import outline

        ids = [standard.pk for standard in self.standards]
        return {
            **super().get_context(request, *args, **kwargs),
            "outline": outline(self, request.user),
            "standards": StandardPage.objects.listed().filter(pk__in=ids).for_lists().in_order(),
            "case_studies": self.chosen_case_studies or _case_studies_on(ids),
            "research": self.chosen_research or _research_on(ids),
        }


def _case_studies_on(standard_ids: list[int]) -> list[CaseStudyPage]:
    """Case studies that show these standards being met, the best examples first."""
    examples = StandardClaim.objects.listed().filter(standard_id__in=standard_ids).best_first().with_display()
    found = {claim.case_study_id: claim.case_study for claim in examples[: 3 * EXAMPLES_SHOWN]}
    return list(found.values())[:EXAMPLES_SHOWN]


def _research_on(standard_ids: list[int]) -> Any:
    bearing = ResearchStandard.objects.filter(standard_id__in=standard_ids).values("research_id")
    return ResearchSummaryPage.objects.listed().filter(pk__in=bearing).newest_first().for_rows()


class ModuleStandard(TranslatableMixin, Orderable):
    """A module teaches a standard."""

    module_page = ParentalKey(ModulePage, on_delete=models.CASCADE, related_name="standard_rows")
    standard = models.ForeignKey(
        StandardPage, verbose_name=_("standard"), on_delete=models.SET_NULL, null=True, related_name="module_rows"
    )

    panels = [FieldPanel("standard")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class LessonQuerySet(PublicPageQuerySet):
    def for_lists(self) -> LessonQuerySet:
        return self.select_related("locale").defer("body")


class LessonPage(BasePage):
    """One lesson of a module; anybody may read it, unless the module asks for an account."""

    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=4, validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    body = StreamField(lesson_blocks(), verbose_name=_("lesson"), blank=True)

    page_description = _("A lesson of a training module.")
    parent_page_types = ["training.ModulePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "training/lesson_page.html"
    review_months = 12
    is_news = True
    content_panels = [*BasePage.content_panels, FieldPanel("minutes"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    objects = PageManager.from_queryset(LessonQuerySet)()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        problems = super().publication_problems(rows)
        above = self._page_above()
        if above and above.is_or_will_be_clinical and not _may_go_out(above, self):
            message = _("A clinician has to sign the module off with this lesson before the lesson can be published.")
            problems.append(Problem(None, message))
        return problems

    search_kind = "lesson"

    def search_body(self) -> str:
        return stream_words(self.body)

    @property
    def card_meta(self) -> str:
        return in_minutes(self.minutes)

    @cached_property
    def module_page(self) -> ModulePage | None:
        """The module it belongs to; None for a page not yet in the tree."""
        return self._page_above()

    def _page_above(self) -> ModulePage | None:
        if not self.path:
            return None
        above = ModulePage.objects.select_related("locale", "module").filter(path=self.path[: -self.steplen])
        return above.first()

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        """As the module with this draft: another wording than what was signed off."""
        from training.sign_off import drafts, fingerprint

        if self.module_page:
            self.module_page.fingerprint = fingerprint(*drafts(self.module_page, self))
        return super().serve_preview(request, mode_name)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from training.learning import enrolment_of, steps_of

        module_page = self.module_page
        lessons = module_page.lessons if module_page else []
        here = next((place for place, lesson in enumerate(lessons) if lesson.pk == self.pk), None)
        enrolment = enrolment_of(request.user, module_page.module_id) if module_page else None
        return {
            **super().get_context(request, *args, **kwargs),
            "module_page": module_page,
            "steps": steps_of(module_page, enrolment) if module_page else [],
            "number": here + 1 if here is not None else None,
            "previous": lessons[here - 1] if here else None,
            "next": lessons[here + 1] if here is not None and here + 1 < len(lessons) else None,
        }
