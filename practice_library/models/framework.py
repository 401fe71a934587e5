"""The framework: one edition, its themes, their standards; and the page that shows where there are examples."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail.search import index

from home.blocks.content import SHORT_RICH_TEXT
from home.fields import MultipleChoiceField
from home.models import BasePage, Setting, Theme
from home.models.base import BasePageForm, Problem, PublicPageQuerySet, Rows, lines_of
from home.search_protocol import words_of


class EditionStatus(models.TextChoices):
    FORTHCOMING = "forthcoming", _("Forthcoming")
    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Superseded by a later edition")


class FrameworkQuerySet(PublicPageQuerySet):
    def current(self, locale_id: int) -> FrameworkQuerySet:
        """The edition in force in a language."""
        return self.filter(status=EditionStatus.CURRENT, locale_id=locale_id).order_by("-effective_from")


class FrameworkPage(BasePage):
    """One edition of the framework. Standards of an edition hang on its themes."""

    version = models.CharField(_("version"), max_length=40, help_text=_("For example “1.0”."))
    effective_from = models.DateField(_("effective from"), null=True, default=timezone.localdate)
    status = models.CharField(_("status"), max_length=20, choices=EditionStatus, default=EditionStatus.CURRENT)
    introduction = RichTextField(_("introduction"), blank=True, features=["h2", "h3", *SHORT_RICH_TEXT])
    is_illustrative = models.BooleanField(
        _("illustrative"),
        default=False,
        help_text=_("Tick when these are not the network’s own standards. Every standard then says so."),
    )

    page_description = _("An edition of the framework of standards.")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["practice_library.ThemePage"]
    template = "practice_library/framework_page.html"
    review_months = 12
    og_type = "website"

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("version"), FieldPanel("effective_from"), FieldPanel("status"), FieldPanel("is_illustrative")],
            heading=_("Edition"),
        ),
        FieldPanel("introduction"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]

    objects = PageManager.from_queryset(FrameworkQuerySet)()

    class Meta:
        verbose_name = _("framework edition")
        verbose_name_plural = _("framework editions")

    search_kind = "framework"

    def search_body(self) -> str:
        return words_of(self.introduction)

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        """A draft of the next edition may already call itself current; two published ones may not."""
        problems = super().publication_problems(rows)
        if self.status == EditionStatus.CURRENT:
            others = FrameworkPage.objects.live().filter(locale_id=self.locale_id, status=EditionStatus.CURRENT)
            if other := others.exclude(pk=self.pk).first():
                message = _("“%s” is the current edition. Mark it as superseded first.") % other.title
                problems.append(Problem("status", message))
        return problems

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from practice_library.coverage import framework_tree

        context = super().get_context(request, *args, **kwargs)
        context["tree"] = framework_tree(self, request)
        context["current_edition"] = (
            FrameworkPage.objects.listed().current(self.locale_id).first()
            if self.status == EditionStatus.SUPERSEDED
            else None
        )
        return context


class ThemePage(BasePage):
    """A theme within an edition: its standards, and everything else on the theme."""

    theme = models.ForeignKey(
        Theme, verbose_name=_("theme"), on_delete=models.SET_NULL, null=True, blank=False, related_name="pages"
    )
    introduction = RichTextField(_("introduction"), blank=True, features=["h2", "h3", *SHORT_RICH_TEXT])
    why_it_matters = models.TextField(_("why it matters"), blank=True)

    page_description = _("One of the five themes within an edition.")
    parent_page_types = ["practice_library.FrameworkPage"]
    subpage_types = ["practice_library.StandardPage"]
    template = "practice_library/theme_page.html"
    served_with = (*BasePage.served_with, "theme")
    review_months = 12
    og_type = "website"

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("theme"),
        FieldPanel("introduction"),
        FieldPanel("why_it_matters"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]

    class Meta:
        verbose_name = _("theme page")
        verbose_name_plural = _("theme pages")

    search_kind = "theme"

    def search_body(self) -> str:
        return words_of(self.introduction, self.why_it_matters)

    def search_facets(self) -> dict[str, list[str]]:
        return {"theme": [str(self.theme.number)] if self.theme else []}

    def search_names(self) -> list[str]:
        return [_("Theme %(number)s") % {"number": self.theme.number}] if self.theme else []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from practice_library.gathering import theme_gathering

        return {**super().get_context(request, *args, **kwargs), **theme_gathering(self)}


class Expectation(models.TextChoices):
    ESSENTIAL = "essential", _("Essential")
    EXPECTED = "expected", _("Expected")
    EXEMPLARY = "exemplary", _("Exemplary")


class Level(models.TextChoices):
    SERVICE = "service", _("Service")
    ORGANISATION = "organisation", _("Organisation")
    BOTH = "both", _("Service and organisation")


class StandardQuerySet(PublicPageQuerySet):
    def in_order(self) -> StandardQuerySet:
        """By tree position, which editors keep in the order of the codes."""
        return self.order_by("path")

    def for_lists(self) -> StandardQuerySet:
        """With what a list shows; long texts stay in the database."""
        return self.select_related("locale").defer("what_you_can_expect", "rationale", "what_good_looks_like")


class StandardPageForm(BasePageForm):
    """Knows the edition before the page has its place in the tree, so that a code that is taken can be refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.parent_page and not self.instance.path:
            self.instance.edition = FrameworkPage.objects.ancestor_of(self.parent_page).first()


class StandardPage(BasePage):
    """One standard: a statement of good care with one concept in it. The examples that meet it are computed."""

    code = models.CharField(  # noqa: DJ001  (unique where given; a draft may have none)
        _("code"),
        max_length=10,
        null=True,
        validators=[
            RegexValidator(r"^\d{1,2}\.\d{1,2}$", _("Write the code as theme number, point, number: for example 1.3."))
        ],
        help_text=_("For example 1.3. A code is never used again for something else."),
    )
    edition = models.ForeignKey(
        FrameworkPage, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="standards"
    )
    statement = models.TextField(_("statement"), help_text=_("One sentence, one idea: what good care does."))
    expectation = models.CharField(_("expectation"), max_length=20, choices=Expectation)
    level = models.CharField(_("applies at"), max_length=20, choices=Level, default=Level.SERVICE)
    settings = MultipleChoiceField(
        _("applies in"), choices_from=Setting, help_text=_("Leave empty when it applies everywhere.")
    )
    what_you_can_expect = RichTextField(
        _("what you can expect"),
        blank=True,
        features=SHORT_RICH_TEXT,
        help_text=_("For patients and carers, in plain words: “You can expect …”."),
    )
    questions_to_ask = models.TextField(
        _("questions to ask"), blank=True, help_text=_("For patients and carers. One question a line.")
    )
    rationale = RichTextField(_("why it matters"), blank=True, features=SHORT_RICH_TEXT)
    what_good_looks_like = RichTextField(
        _("what good looks like"),
        blank=True,
        features=SHORT_RICH_TEXT,
        help_text=_("What a team can show as evidence."),
    )
    means_for_staff = models.TextField(_("what it means for staff"), blank=True)
    means_for_service = models.TextField(_("what it means for a service"), blank=True)
    means_for_organisation = models.TextField(_("what it means for an organisation"), blank=True)
    is_clinical = models.BooleanField(
        _("clinical"),
        default=False,
        help_text=_(
            "Tick when it touches on treatment or monitoring: the page then tells staff to follow local policy."
        ),
    )
    change_note = models.TextField(
        _("change note"), blank=True, help_text=_("What changed since the previous edition.")
    )
    meaning_changed = models.BooleanField(
        _("its meaning changed"),
        default=False,
        help_text=_("Tick when examples of the previous edition no longer show this standard being met."),
    )

    page_description = _("A standard. Goes through the network team.")
    parent_page_types = ["practice_library.ThemePage"]
    subpage_types: list[str] = []
    template = "practice_library/standard_page.html"
    served_with = (*BasePage.served_with, "edition__locale")
    base_form_class = StandardPageForm
    review_months = 12

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("code"),
                FieldPanel("statement"),
                FieldPanel("expectation"),
                FieldPanel("level"),
                FieldPanel("settings"),
                FieldPanel("is_clinical"),
            ],
            heading=_("The standard"),
        ),
        MultiFieldPanel(
            [FieldPanel("what_you_can_expect"), FieldPanel("questions_to_ask")], heading=_("For patients and carers")
        ),
        MultiFieldPanel(
            [
                FieldPanel("rationale"),
                FieldPanel("what_good_looks_like"),
                FieldPanel("means_for_staff"),
                FieldPanel("means_for_service"),
                FieldPanel("means_for_organisation"),
            ],
            heading=_("For services"),
        ),
        InlinePanel("measures", heading=_("How to measure it"), label=_("Measure")),
        InlinePanel("guidance", heading=_("Source guidance"), label=_("Source")),
        *BasePage.taxonomy_panels,
        MultiFieldPanel([FieldPanel("change_note"), FieldPanel("meaning_changed")], heading=_("Between editions")),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("code"),
        index.SearchField("statement"),
        index.FilterField("edition"),
    ]

    objects = PageManager.from_queryset(StandardQuerySet)()

    class Meta:
        verbose_name = _("standard")
        verbose_name_plural = _("standards")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="standard_code_unique_in_edition",
                violation_error_message=_("Another standard of this edition has this code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}" if self.code else self.title

    @property
    def theme_number(self) -> int | None:
        """The first part of its code."""
        return int(self.code.split(".")[0]) if self.code else super().theme_number

    search_kind = "standard"

    def search_body(self) -> str:
        measures = [f"{measure.name} {measure.how}" for measure in self.measures.all()]
        sources = [f"{source.code} {source.title}" for source in self.guidance.all()]
        return words_of(
            self.statement,
            self.what_you_can_expect,
            self.questions_to_ask,
            self.rationale,
            self.what_good_looks_like,
            self.means_for_staff,
            self.means_for_service,
            self.means_for_organisation,
            *measures,
            *sources,
        )

    def search_codes(self) -> list[str]:
        return [self.code] if self.code else []

    def search_names(self) -> list[str]:
        return [*super().search_names(), *(source.code for source in self.guidance.all() if source.code)]

    def search_facets(self) -> dict[str, list[str]]:
        return {"setting": list(self.settings or [])}

    @property
    def questions(self) -> list[str]:
        """The questions to ask, one an entry."""
        return lines_of(self.questions_to_ask)

    @property
    def setting_labels(self) -> list[str]:
        return [str(Setting(value).label) for value in self.settings or [] if value in Setting.values]

    def _edition_above(self) -> FrameworkPage | None:
        if not self.path:
            return None
        return FrameworkPage.objects.ancestor_of(self).first()

    def clean(self) -> None:
        super().clean()
        self.code = self.code or None
        if self.path:  # a revision may remember the edition in which it was written
            self.edition = self._edition_above()
        if self.code and self.edition_id and self._code_is_taken():
            raise ValidationError({"code": _("Another standard of this edition has the code %s.") % self.code})

    def full_clean(self, exclude: Any = None, *args: Any, **kwargs: Any) -> None:
        """A copy or alias beside its original is saved without a code; it is asked for when somebody publishes it."""
        without = {"code"} if not self.code and (self._state.adding or self.alias_of_id) else set()
        super().full_clean({*(exclude or ()), *without}, *args, **kwargs)

    def _code_is_taken(self) -> bool:
        twins = StandardPage.objects.filter(edition_id=self.edition_id, code=self.code).exclude(pk=self.pk)
        return twins.exists()

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Keep the edition in step with the tree. A copy within its edition starts without a code: codes are unique."""
        edition = self._edition_above()
        self.edition = edition
        if self.code and (self._state.adding or self.alias_of_id) and self._code_is_taken():
            self.code = None
        return super().save(*args, **kwargs)

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        problems = super().publication_problems(rows)
        if not self.code:
            problems.append(Problem("code", _("Give the standard its code before you publish, for example 1.3.")))
        return problems

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from practice_library.examples import standard_context

        return {**super().get_context(request, *args, **kwargs), **standard_context(self, request)}


class StandardMeasure(TranslatableMixin, Orderable):
    """A way to measure a standard."""

    standard = ParentalKey(StandardPage, on_delete=models.CASCADE, related_name="measures")
    name = models.CharField(_("measure"), max_length=255)
    how = models.TextField(_("how to collect it"), blank=True)

    panels = [FieldPanel("name"), FieldPanel("how")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class SourceGuidance(TranslatableMixin, Orderable):
    """National guidance that a standard rests on."""

    standard = ParentalKey(StandardPage, on_delete=models.CASCADE, related_name="guidance")
    code = models.CharField(_("code"), max_length=40, blank=True, help_text=_("For example CG178."))
    title = models.CharField(_("title"), max_length=255)
    url = models.URLField(_("address"), blank=True)

    panels = [FieldPanel("code"), FieldPanel("title"), FieldPanel("url")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class CoveragePage(BasePage):
    """“Where we have examples”: standards by settings, with the number of examples in each cell."""

    introduction = models.TextField(_("introduction"), blank=True)

    page_description = _("The table of standards and settings with the number of examples.")
    parent_page_types = ["home.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "practice_library/coverage_page.html"
    og_type = "website"

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("“where we have examples” page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from practice_library.coverage import coverage_table

        return {**super().get_context(request, *args, **kwargs), "table": coverage_table(self.locale_id, request)}
