"""Summaries of research in plain words."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail.search import index

from home.blocks.content import SHORT_RICH_TEXT
from home.models import BasePage
from home.models.base import Problem, PublicPageQuerySet, Rows, joined, lines_of, theme_rows
from home.search_protocol import words_of
from practice_library.models.framework import StandardPage

#: SUPPORT summaries put at most three key messages first.
KEY_MESSAGES = 3


class Quality(models.TextChoices):
    HIGH = "high", _("High")
    MODERATE = "moderate", _("Moderate")
    LOW = "low", _("Low")
    VERY_LOW = "very-low", _("Very low")
    NOT_RATED = "not-rated", _("Not rated")


class ResearchSummaryQuerySet(PublicPageQuerySet):
    def newest_first(self) -> ResearchSummaryQuerySet:
        return self.order_by("-year", "-first_published_at", "-pk")

    def for_rows(self) -> ResearchSummaryQuerySet:
        """With what a line of a list shows and nothing else."""
        return self.select_related("locale").only(
            "title", "slug", "url_path", "summary", "design", "year", "locale__language_code"
        )

    def for_lists(self) -> ResearchSummaryQuerySet:
        """With what a card shows; long texts stay in the database."""
        return self.select_related("locale").prefetch_related(theme_rows()).defer("findings", "limits", "what_it_means")


class ResearchSummaryPage(BasePage):
    """What a paper found and what it means here: key messages first, limits said."""

    key_messages = models.TextField(_("key messages"), help_text=_("At most three, one a line."))
    question = models.TextField(_("what they asked"))
    design = models.CharField(_("design"), max_length=255, help_text=_("For example “Randomised controlled trial”."))
    sample = models.CharField(_("who took part"), max_length=255, blank=True)
    findings = RichTextField(_("what they found"), features=SHORT_RICH_TEXT)
    limits = RichTextField(_("limits and uncertainty"), features=SHORT_RICH_TEXT)
    what_it_means = RichTextField(_("what it means for services"), features=SHORT_RICH_TEXT, blank=True)
    quality_rating = models.CharField(_("quality"), max_length=20, choices=Quality, default=Quality.NOT_RATED)
    quality_tool = models.CharField(_("how it was rated"), max_length=255, blank=True)
    null_result = models.BooleanField(
        _("no effect found"),
        default=False,
        help_text=_("Tick when the main outcome did not differ. That is worth knowing."),
    )
    authors = models.CharField(_("authors"), max_length=255)
    journal = models.CharField(_("journal or publisher"), max_length=255)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    doi = models.CharField(_("DOI"), max_length=120, blank=True, help_text=_("For example 10.1136/bmj.h638"))
    paper_address = models.URLField(_("address"), blank=True, help_text=_("When there is no DOI."))
    written_by = models.CharField(_("summary written by"), max_length=160, blank=True)
    lay_reviewed_by = models.CharField(_("read by lay reviewers"), max_length=160, blank=True)

    page_description = _("A summary of a paper in plain words. Goes through the network team.")
    parent_page_types = ["practice_library.ResearchIndexPage"]
    subpage_types: list[str] = []
    template = "practice_library/research_summary_page.html"
    schema_type = "ScholarlyArticle"
    is_news = True
    review_months = 36

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("key_messages"),
        MultiFieldPanel([FieldPanel("question"), FieldPanel("design"), FieldPanel("sample")], heading=_("The study")),
        MultiFieldPanel(
            [FieldPanel("findings"), FieldPanel("null_result"), FieldPanel("limits"), FieldPanel("what_it_means")],
            heading=_("Findings"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("authors"),
                FieldRowPanel([FieldPanel("journal"), FieldPanel("year")]),
                FieldRowPanel([FieldPanel("doi"), FieldPanel("paper_address")]),
            ],
            heading=_("Citation"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("quality_rating"), FieldPanel("quality_tool")]),
                FieldRowPanel([FieldPanel("written_by"), FieldPanel("lay_reviewed_by")]),
            ],
            heading=_("How far to trust it"),
        ),
        InlinePanel("standards", heading=_("Standards it bears on"), label=_("Standard")),
        *BasePage.taxonomy_panels,
        MultipleChooserPanel("page_conditions", chooser_field_name="condition", label=_("Condition")),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("key_messages"), index.SearchField("findings")]

    objects = PageManager.from_queryset(ResearchSummaryQuerySet)()

    class Meta:
        verbose_name = _("research summary")
        verbose_name_plural = _("research summaries")

    search_kind = "research"

    def search_body(self) -> str:
        said = (self.key_messages, self.question, self.design, self.sample, self.findings, self.limits)
        return words_of(*said, self.what_it_means, self.quality_tool, self.journal, self.year, self.doi)

    def search_names(self) -> list[str]:
        return [*super().search_names(), self.authors]

    def search_codes(self) -> list[str]:
        return [
            row.standard.code for row in joined(self, "standards", "standard") if row.standard and row.standard.code
        ]

    def search_facets(self) -> dict[str, list[str]]:
        return {"year": [str(self.year)] if self.year else []}

    @property
    def messages(self) -> list[str]:
        """The key messages, one an entry."""
        return lines_of(self.key_messages)

    @property
    def card_meta(self) -> str:
        return f"{self.design} · {self.year}" if self.year else self.design

    @property
    def paper_url(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else self.paper_address

    @property
    def citation(self) -> str:
        return f"{self.authors} ({self.year}). {self.journal}." if self.year else f"{self.authors}. {self.journal}."

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        problems = super().publication_problems(rows)
        if len(self.messages) > KEY_MESSAGES:
            problems.append(Problem("key_messages", _("Keep the three messages that matter most.")))
        if not self.year:
            problems.append(Problem("year", _("Fill in the year of the paper before you publish.")))
        return problems

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        ids = [row.standard_id for row in self.standards.all() if row.standard_id]
        context["standards"] = StandardPage.objects.listed().filter(pk__in=ids).for_lists().in_order()
        return context


class ResearchStandard(TranslatableMixin, Orderable):
    """A piece of research bears on a standard."""

    research = ParentalKey(ResearchSummaryPage, on_delete=models.CASCADE, related_name="standards")
    standard = models.ForeignKey(
        StandardPage, verbose_name=_("standard"), on_delete=models.SET_NULL, null=True, related_name="research_rows"
    )

    panels = [FieldPanel("standard")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]
