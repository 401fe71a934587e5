"""Reports on standards and examples."""

from __future__ import annotations

from collections import Counter
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.models import Locale

from home.admin.reports import EditorsReport, OverdueColumn, is_past
from home.models import Setting
from home.visibility import listed_q
from practice_library.coverage import WHOLE_ORGANISATION, Row, Table, coverage_table
from practice_library.models import ClaimVerification, ResearchStandard, StandardClaim, StandardPage
from practice_library.models.claim import Basis, Extent

SETTINGS = [*Setting.choices, (WHOLE_ORGANISATION, _("Whole organisation"))]
LACKING = [("example", _("No example yet")), ("research", _("No research yet")), ("review", _("Not confirmed in time"))]


def standards_lacking(lacking: str, standards: Any, table: Table) -> Any:
    """The standards of `table` without an example, without research, or past their day of confirmation."""
    if lacking == "example":
        return standards.filter(pk__in=[row.standard.pk for row in table.rows if not row.total])
    if lacking == "research":
        return standards.exclude(pk__in=list(research_counts()))
    if lacking == "review":
        return standards.filter(review__due_on__lt=timezone.localdate())
    return standards


def research_counts() -> Counter[int]:
    """{standard's id: number of public summaries that bear on it}."""
    rows = ResearchStandard.objects.filter(listed_q("research__"), standard__isnull=False)
    return Counter(
        rows.order_by().values_list("standard_id", "research_id").distinct().values_list("standard_id", flat=True)
    )


class CountColumn(Column):  # type: ignore[misc]
    """A number; a dash instead of nought, so that the eye finds what there is."""

    def get_value(self, instance: Any) -> Any:
        return super().get_value(instance) or "–"


class LackingFilterSet(WagtailFilterSet):  # type: ignore[misc]
    lacking = django_filters.ChoiceFilter(
        label=_("What is missing"),
        choices=LACKING,
        empty_label=_("Everything"),
        widget=forms.RadioSelect,
        method="by_gap",
    )

    def by_gap(self, queryset: Any, name: str, value: str) -> Any:
        return standards_lacking(value, queryset, coverage_table(Locale.get_active().pk))

    class Meta:
        model = StandardPage
        fields: list[str] = []


class CoverageReport(EditorsReport):
    """“Where we have examples”: standards of the current edition by setting, with what they lack."""

    page_title = _("Where we have examples")
    header_icon = "table"
    model = StandardPage
    filterset_class = LackingFilterSet
    index_url_name = "practice_library_coverage"
    index_results_url_name = "practice_library_coverage_results"
    verbose_name_plural = _("standards")
    table_classname = "listing qin-coverage"
    export_filename = "where-we-have-examples"
    paginate_by = 100
    columns = [
        Column("code", label=_("Code")),
        TitleColumn("title", label=_("Standard"), url_name="wagtailadmin_pages:edit", classname="title"),
        *(CountColumn(f"in_{setting.replace('-', '_')}", label=label) for setting, label in SETTINGS),
        Column("examples", label=_("Examples")),
        Column("research", label=_("Research")),
        OverdueColumn("due_on", label=_("Confirm by")),
    ]
    _settings_export = [f"in_{setting.replace('-', '_')}" for setting, _label in SETTINGS]
    list_export = ["code", "title", *_settings_export, "examples", "full", "part", "research", "due_on", "overdue"]
    export_headings = {
        "code": _("Code"),
        "title": _("Standard"),
        **dict(zip(_settings_export, [label for _setting, label in SETTINGS], strict=True)),
        "examples": _("Examples"),
        "full": _("of these: show the whole standard"),
        "part": _("of these: show part of it"),
        "research": _("Research"),
        "due_on": _("Confirm by"),
        "overdue": _("Overdue"),
    }

    def get_base_queryset(self) -> Any:
        self.counted = coverage_table(Locale.get_active().pk)
        shown = [row.standard.pk for row in self.counted.rows]
        return StandardPage.objects.filter(pk__in=shown).annotate(due_on=F("review__due_on")).in_order().for_lists()

    def decorate_paginated_queryset(self, object_list: Any) -> list[Any]:
        rows = {row.standard.pk: row for row in self.counted.rows}
        research = research_counts()
        standards = list(object_list)  # the table holds the same queryset, so it shows what is put on these rows
        for standard in standards:
            _describe(standard, rows[standard.pk], research[standard.pk])
        return standards


def _describe(standard: Any, row: Row, research: int) -> None:
    for cell in row.cells:
        setattr(standard, f"in_{cell.setting.replace('-', '_')}", cell.total)
    standard.examples, standard.full, standard.part = row.total, row.full, row.part
    standard.research = research
    standard.overdue = is_past(standard.due_on)


class UncheckedFilterSet(WagtailFilterSet):  # type: ignore[misc]
    basis = django_filters.ChoiceFilter(
        label=_("On what grounds"), choices=Basis.choices, empty_label=_("All"), widget=forms.RadioSelect
    )
    extent = django_filters.ChoiceFilter(
        label=_("How much of it"), choices=Extent.choices, empty_label=_("All"), widget=forms.RadioSelect
    )

    class Meta:
        model = StandardClaim
        fields: list[str] = []


def unchecked_examples() -> Any:
    """Public examples whose present wording nobody has checked. `was_checked`: an earlier wording had been."""
    checks = ClaimVerification.objects.in_force().filter(claim_key=OuterRef("translation_key"))
    return (
        StandardClaim.objects.listed()
        .annotate(
            is_verified=Exists(checks.filter(fingerprint=OuterRef("fingerprint"))),
            was_checked=Exists(checks.exclude(fingerprint=OuterRef("fingerprint"))),
        )
        .filter(is_verified=False)
    )


def _address(claim: StandardClaim) -> str:
    return reverse("practice_library_examples", args=[claim.case_study_id]) + f"#example-{claim.pk}"


def _state(claim: Any) -> Any:
    return _("Changed since it was checked") if claim.was_checked else _("Not checked")


class UncheckedReport(EditorsReport):
    """Public examples that nobody has checked as they now stand."""

    page_title = _("Examples not checked")
    header_icon = "clipboard-list"
    model = StandardClaim
    filterset_class = UncheckedFilterSet
    index_url_name = "practice_library_unchecked"
    index_results_url_name = "practice_library_unchecked_results"
    default_ordering = "-case_study__last_published_at"
    verbose_name_plural = _("examples")
    export_filename = "examples-not-checked"
    columns = [
        TitleColumn("case_study", label=_("Case study"), get_url=_address, sort_key="case_study__title"),
        Column("standard", label=_("Standard"), sort_key="standard__code"),
        Column("about", label=_("About")),
        Column("get_basis_display", label=_("On what grounds"), sort_key="basis"),
        Column("state", label=_("State"), accessor=_state),
        DateColumn("published", label=_("Published"), accessor="case_study.last_published_at"),
    ]
    list_export = [
        "case_study.title",
        "standard",
        "about",
        "get_extent_display",
        "get_basis_display",
        "how_met",
        "evidence",
        "source",
        "was_checked",
        "case_study.last_published_at",
    ]
    export_headings = {
        "case_study.title": _("Case study"),
        "standard": _("Standard"),
        "about": _("About"),
        "get_extent_display": _("How much of it"),
        "get_basis_display": _("On what grounds"),
        "how_met": _("How it is met"),
        "evidence": _("How we know"),
        "source": _("Source"),
        "was_checked": _("Changed since it was checked"),
        "case_study.last_published_at": _("Published"),
    }

    def get_base_queryset(self) -> Any:
        mine = self.permission_policy.explorable_instances(self.request.user)
        seen = unchecked_examples().filter(case_study__in=mine.order_by().values("pk"))
        return seen.select_related("case_study", "standard", "service__organisation", "organisation").defer(
            "case_study__body"
        )
