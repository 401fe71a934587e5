"""The case study: what a service did, what came of it, how sure we are, and how to do it too.

Sections follow SQUIRE 2.0 (Ogrinc et al., BMJ Qual Saf 2016) and TIDieR (Hoffmann et al., BMJ 2014).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable, PageManager, TranslatableMixin
from wagtail.search import index

from home.blocks import FigureBlock, VideoBlock
from home.blocks.content import SHORT_RICH_TEXT
from home.models import BasePage, CustomDocument, Organisation, Person, Service
from home.models.base import Problem, PublicPageQuerySet, Rows, joined
from home.search_protocol import stream_words, words_of
from practice_library.run_chart import RunChart, run_chart
from practice_library.series import parse_series


class Result(models.TextChoices):
    WORKED = "worked", _("Worked")
    PARTLY = "partly", _("Worked in part")
    DID_NOT_WORK = "did-not-work", _("Did not work")
    TOO_EARLY = "too-early", _("Too early to say")


class State(models.TextChoices):
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")
    UNKNOWN = "unknown", _("Not known")


class Population(models.TextChoices):
    CHILDREN = "children-and-young-people", _("Children and young people")
    ADULTS = "adults", _("Adults")
    OLDER_ADULTS = "older-adults", _("Older adults")
    ALL_AGES = "all-ages", _("All ages")
    CARERS = "carers", _("Carers")
    STAFF = "staff", _("Staff")


class EvidenceType(models.TextChoices):
    """Closed set: how the result is known, the strongest first."""

    TRIAL = "trial", _("Trial")
    EVALUATION = "evaluation", _("Evaluation")
    SERVICE_REPORTED = "service-reported", _("Reported by the service")


class Permission(models.TextChoices):
    PUBLISHED_SOURCES = "published-sources", _("Written from published sources")
    GIVEN = "given", _("The organisation has given permission")
    NOT_YET = "", _("Not yet")


class Identifiability(models.TextChoices):
    NOBODY = "nobody", _("Checked: nobody can be identified")
    CONSENTED = "consented", _("Checked: everybody who can be identified has agreed (see consents)")
    NOT_YET = "", _("Not checked yet")


class SectionKind(models.TextChoices):
    PROBLEM = "problem", _("The problem")
    AIM = "aim", _("What they wanted to achieve")
    DONE = "what-was-done", _("What was done")
    INVOLVED = "who-was-involved", _("Who was involved, and how")
    HELPED = "what-helped", _("What helped")
    HINDERED = "what-got-in-the-way", _("What got in the way")
    EFFECTS = "unintended-effects", _("Effects nobody planned")
    SUSTAINING = "sustaining", _("Keeping it going")
    START = "how-to-start", _("How to get started")


class SectionValue(blocks.StructValue):
    @property
    def heading(self) -> str:
        kind = self.get("kind")
        return str(SectionKind(kind).label) if kind in SectionKind.values else ""


class SectionBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(choices=SectionKind.choices, label=_("Section"))
    text = blocks.RichTextBlock(features=["h3", *SHORT_RICH_TEXT], label=_("Text"))

    class Meta:
        icon = "doc-full"
        label = _("Section")
        template = "blocks/section.html"
        value_class = SectionValue
        description = _(
            "One part of the story under its standard heading. Leave out what you have nothing to say about."
        )
        preview_value = {
            "kind": "problem",
            "text": "<p>Half of the people on the caseload had not been weighed this year.</p>",
        }


class CaseStudyQuerySet(PublicPageQuerySet):
    def for_lists(self) -> CaseStudyQuerySet:
        """With what a card shows, without the story: a fixed number of queries."""
        return self.select_related("locale").prefetch_related(*CaseStudyPage.card_rows()).defer("body")

    def newest_first(self) -> CaseStudyQuerySet:
        return self.order_by("-first_published_at", "-pk")


class CaseStudyPage(BasePage):
    """Practice that others can copy, with the standards it shows being met (`claims`)."""

    result = models.CharField(_("result"), max_length=20, choices=Result)
    state = models.CharField(_("still running?"), max_length=10, choices=State, default=State.UNKNOWN)
    state_confirmed_on = models.DateField(
        _("known on"), null=True, blank=True, help_text=_("The day this was last known.")
    )
    started_on = models.DateField(_("started"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    population = models.CharField(_("for whom"), max_length=40, choices=Population, default=Population.ADULTS)
    population_detail = models.CharField(_("in words"), max_length=255, blank=True)
    what_they_did = models.TextField(_("what they did"), help_text=_("At most 50 words, for a reader with one minute."))
    result_summary = models.TextField(
        _("what came of it"), help_text=_("At most 50 words; figures with their group and period.")
    )
    certainty = models.TextField(
        _("how sure we are"), help_text=_("What the result rests on, and what it does not show.")
    )
    effort = models.TextField(_("staff time and cost"), help_text=_("Say so when it is not known."))
    contact = models.ForeignKey(
        Person, verbose_name=_("contact"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    evidence_type = models.CharField(_("kind of evidence"), max_length=20, choices=EvidenceType)
    evidence_reason = models.CharField(_("why this kind"), max_length=255, blank=True)
    body = StreamField(
        [("section", SectionBlock()), ("image", FigureBlock()), ("video", VideoBlock())],
        verbose_name=_("story"),
        blank=True,
    )
    permission = models.CharField(_("permission to publish"), max_length=20, choices=Permission, blank=True)
    permission_reference = models.CharField(
        _("where the permission is kept"), max_length=255, blank=True, help_text=_("A reference, never a name.")
    )
    identifiability = models.CharField(
        _("can anybody be identified?"),
        max_length=20,
        choices=Identifiability,
        blank=True,
        help_text=_(
            "Read the text, the figures (groups under 5) and the images with this question in mind. Staff count too."
        ),
    )

    page_description = _("Practice that others can copy, with the standards it meets. Goes through the network team.")
    parent_page_types = ["practice_library.CaseStudyIndexPage"]
    subpage_types: list[str] = []
    template = "practice_library/case_study_page.html"
    schema_type = "Article"
    is_news = True
    served_with = (*BasePage.served_with, "contact__organisation")

    at_a_glance_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("what_they_did", attrs={"data-word-limit": 50}),
                FieldRowPanel([FieldPanel("result"), FieldPanel("evidence_type")]),
                FieldPanel("result_summary", attrs={"data-word-limit": 50}),
                FieldPanel("certainty", attrs={"data-word-limit": 50}),
                FieldPanel("evidence_reason"),
                FieldPanel("effort", attrs={"data-word-limit": 50}),
                FieldPanel("contact"),
            ],
            heading=_("At a glance: the first phone screen"),
        ),
        MultipleChooserPanel("service_rows", chooser_field_name="service", label=_("Service"), heading=_("Services")),
        MultipleChooserPanel(
            "organisation_rows",
            chooser_field_name="organisation",
            label=_("Organisation"),
            heading=_("Organisations and partners"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("state"), FieldPanel("state_confirmed_on")]),
                FieldRowPanel([FieldPanel("started_on"), FieldPanel("ended_on")]),
                FieldRowPanel([FieldPanel("population"), FieldPanel("population_detail")]),
            ],
            heading=_("When and for whom"),
        ),
    ]
    claim_panels = [
        InlinePanel(
            "claims",
            heading=_("Standards this shows being met"),
            label=_("Example"),
            help_text=_("One row a standard. Each appears on the standard’s page as soon as this is published."),
        )
    ]
    story_panels = [
        FieldPanel("body"),
        InlinePanel("measures", heading=_("Measures"), label=_("Measure")),
        InlinePanel("take_away_files", heading=_("Files to take away"), label=_("File")),
        InlinePanel("references", heading=_("References"), label=_("Reference")),
        *BasePage.taxonomy_panels,
        MultipleChooserPanel("page_conditions", chooser_field_name="condition", label=_("Condition")),
    ]
    duty_panels = [
        MultiFieldPanel(
            [FieldPanel("permission"), FieldPanel("permission_reference")], heading=_("The organisation’s permission")
        ),
        MultiFieldPanel([FieldPanel("identifiability")], heading=_("Identifiability check")),
        InlinePanel("consents", heading=_("Consents of people who can be identified"), label=_("Consent")),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(at_a_glance_panels, heading=_("At a glance")),
            ObjectList(claim_panels, heading=_("Standards met")),
            ObjectList(story_panels, heading=_("Story and files")),
            ObjectList(duty_panels, heading=_("Before publishing")),
            ObjectList(BasePage.promote_panels, heading=_("Promote")),
        ]
    )
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("what_they_did"),
        index.SearchField("result_summary"),
        index.SearchField("body"),
        index.FilterField("result"),
        index.FilterField("evidence_type"),
    ]

    objects = PageManager.from_queryset(CaseStudyQuerySet)()

    class Meta:
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")

    @cached_property
    def services(self) -> list[Service]:
        rows = joined(self, "service_rows", "service__organisation")
        return [row.service for row in rows if row.service_id]

    @cached_property
    def organisations(self) -> list[Organisation]:
        """Organisations named themselves and those of the services, each once."""
        rows = joined(self, "organisation_rows", "organisation")
        found = [row.organisation for row in rows if row.organisation_id]
        found += [service.organisation for service in self.services]
        return list({organisation.pk: organisation for organisation in found}.values())

    search_kind = "case-study"

    def search_body(self) -> str:
        claims = [f"{claim.how_met} {claim.evidence}" for claim in self.claims.all()]
        measures = [f"{measure.name} {measure.baseline} {measure.result}" for measure in self.measures.all()]
        files = [f"{row.keep} {row.adapt}" for row in self.take_away_files.all()]
        sources = [f"{reference.title} {reference.url}" for reference in self.references.all()]
        texts = (self.what_they_did, self.result_summary, self.certainty, self.effort, self.population_detail)
        return words_of(*texts, stream_words(self.body), *claims, *measures, *files, *sources)

    def search_codes(self) -> list[str]:
        return list(
            dict.fromkeys(claim.standard.code for claim in joined(self, "claims", "standard") if claim.standard)
        )

    def search_names(self) -> list[str]:
        names = [name for one in self.organisations for name in (one.name, one.short_name) if name]
        rows = joined(self, "take_away_files", "document")
        files = [f"{row.get_kind_display()}: {row.document.title}" for row in rows if row.document]
        return [*super().search_names(), *(service.name for service in self.services), *names, *files]

    def search_facets(self) -> dict[str, list[str]]:
        return {
            "setting": [service.setting for service in self.services],
            "organisation": [organisation.slug for organisation in self.organisations],
            "year": [str(self.started_on.year)] if self.started_on else [],
            "standard": self.search_codes(),
            "population": [self.population] if self.population else [],
            "result": [self.result] if self.result else [],
            "evidence": [self.evidence_type] if self.evidence_type else [],
        }

    @property
    def is_sample(self) -> bool:
        return any(service.is_sample for service in self.services) or any(row.is_sample for row in self.organisations)

    @classmethod
    def card_rows(cls) -> list[Any]:
        return [
            *super().card_rows(),
            Prefetch("service_rows", queryset=CaseStudyService.objects.select_related("service__organisation")),
            Prefetch("organisation_rows", queryset=CaseStudyOrganisation.objects.select_related("organisation")),
        ]

    @property
    def who(self) -> str:
        """The services, or else the organisations, in one line."""
        return " · ".join(str(one) for one in (self.services or self.organisations))

    @property
    def card_meta(self) -> str:
        return f"{self.who} · {self.get_result_display()}" if self.who else str(self.get_result_display())

    @property
    def is_past(self) -> bool:
        return self.state == State.ENDED

    def clean(self) -> None:
        super().clean()
        if self.started_on and self.ended_on and self.ended_on < self.started_on:
            raise ValidationError({"ended_on": _("It ended before it started. Check both dates.")})

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        from practice_library.publication import case_study_problems

        return super().publication_problems(rows) + case_study_problems(self, rows or self.rows)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from practice_library.examples import case_study_context

        return {**super().get_context(request, *args, **kwargs), **case_study_context(self)}


class CaseStudyService(TranslatableMixin, Orderable):
    """A service that the case study is about."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="service_rows")
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.SET_NULL, null=True, related_name="case_study_rows"
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class CaseStudyOrganisation(TranslatableMixin, Orderable):
    """An organisation that the case study is about as a whole, or a partner in it."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="organisation_rows")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="case_study_rows",
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class MeasureKind(models.TextChoices):
    OUTCOME = "outcome", _("Outcome")
    PROCESS = "process", _("Process")
    BALANCING = "balancing", _("Balancing")


class CaseStudyMeasure(TranslatableMixin, Orderable):
    """A measure: before, after, over which period, from where; with a series when there is one."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="measures")
    name = models.CharField(_("measure"), max_length=255)
    kind = models.CharField(_("kind"), max_length=10, choices=MeasureKind, default=MeasureKind.OUTCOME)
    baseline = models.CharField(_("before"), max_length=120, blank=True)
    result = models.CharField(_("after"), max_length=120, blank=True)
    period = models.CharField(_("period"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=255, blank=True)
    series = models.TextField(
        _("series"), blank=True, help_text=_("For a run chart. One point a line: “Jan 2026, 42”. At least 3 points.")
    )
    series_unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("For example “%” or “people”."))

    panels = [
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("baseline"), FieldPanel("result")]),
        FieldRowPanel([FieldPanel("period"), FieldPanel("source")]),
        FieldPanel("series"),
        FieldPanel("series_unit"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]

    def clean(self) -> None:
        super().clean()
        try:
            parse_series(self.series)
        except ValueError as error:
            raise ValidationError(
                {"series": _("Write one point a line, a label and a number: “Jan 2026, 42”. Look at: %s") % error}
            ) from error

    @property
    def points(self) -> list[tuple[str, float]]:
        """(label, value) of the series; empty when there is none."""
        try:
            return parse_series(self.series)
        except ValueError:  # a draft's preview
            return []

    @property
    def chart(self) -> RunChart | None:
        return run_chart(self.points, self.series_unit) if len(self.points) >= 3 else None


class FileKind(models.TextChoices):
    PROTOCOL = "protocol", _("Protocol")
    AUDIT_TOOL = "audit-tool", _("Audit tool")
    JOB_DESCRIPTION = "job-description", _("Job description")
    LEAFLET = "leaflet", _("Leaflet")
    TEMPLATE = "template", _("Template")


class TakeAwayFile(TranslatableMixin, Orderable):
    """A file that another service can start from."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="take_away_files")
    document = models.ForeignKey(
        CustomDocument, verbose_name=_("file"), on_delete=models.SET_NULL, null=True, related_name="take_away_rows"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=FileKind, default=FileKind.PROTOCOL)
    keep = models.CharField(_("what to keep"), max_length=255, blank=True)
    adapt = models.CharField(_("what to adapt"), max_length=255, blank=True)

    panels = [FieldPanel("document"), FieldPanel("kind"), FieldPanel("keep"), FieldPanel("adapt")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class Reference(TranslatableMixin, Orderable):
    """Where the case study's facts come from."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="references")
    title = models.CharField(_("title"), max_length=255)
    url = models.URLField(_("address"), blank=True)

    panels = [FieldPanel("title"), FieldPanel("url")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class ConsentRecord(TranslatableMixin, Orderable):
    """One identifiable person's consent: a reference and how it can be taken back. Never shown, never a name."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="consents")
    reference = models.CharField(
        _("where the consent is kept"), max_length=255, help_text=_("A reference, never a name.")
    )
    withdrawal_route = models.CharField(
        _("how it can be taken back"), max_length=255, help_text=_("Whom the person tells, and how fast we act.")
    )

    panels = [FieldPanel("reference"), FieldPanel("withdrawal_route")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]
