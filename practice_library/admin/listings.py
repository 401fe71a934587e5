"""Flat lists of case studies, standards and research, with the columns that their keepers ask for."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from home.admin.listings import CHECKBOX, DUE, STATUS, TITLE, UPDATED, HubListingView, HubPageFilterSet
from practice_library.admin.reports import unchecked_examples
from practice_library.models import (
    CaseStudyPage,
    FrameworkPage,
    ResearchStandard,
    ResearchSummaryPage,
    StandardClaim,
    StandardPage,
)


def _count(rows: Any, to: str) -> Coalesce:
    """How many of `rows` point to the page through `to`."""
    counted = rows.order_by().values(to).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class ChecksFilter(django_filters.ChoiceFilter):  # type: ignore[misc]
    """Case studies by what their examples lack."""

    def filter(self, qs: Any, value: Any) -> Any:
        if value == "none":
            return qs.exclude(Exists(StandardClaim.objects.filter(case_study=OuterRef("pk"))))
        if value == "unchecked":
            return qs.filter(Exists(unchecked_examples().filter(case_study=OuterRef("pk"))))
        return qs


class CaseStudyFilterSet(HubPageFilterSet):
    examples = ChecksFilter(
        label=_("Examples"),
        choices=[
            ("none", _("Shows no standard being met")),
            ("unchecked", _("Has an example that nobody has checked")),
        ],
        empty_label=_("All"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = CaseStudyPage
        fields = ["result", "evidence_type", "state"]


class CaseStudyListingView(HubListingView):
    def with_numbers(self, pages: Any) -> Any:
        rows = StandardClaim.objects.filter(case_study=OuterRef("pk"), standard__isnull=False)
        return pages.annotate(example_number=_count(rows, "case_study"))


class CaseStudyListing(PageListingViewSet):  # type: ignore[misc]
    name = "case_studies"
    model = CaseStudyPage
    icon = "form"
    menu_label = _("Case studies")
    menu_order = 210
    add_to_admin_menu = True
    index_view_class = CaseStudyListingView
    filterset_class = CaseStudyFilterSet
    columns = [
        CHECKBOX,
        TITLE,
        Column("get_result_display", label=_("Result"), sort_key="result", width="10%"),
        Column("get_evidence_type_display", label=_("Evidence"), sort_key="evidence_type", width="12%"),
        NumberColumn("example_number", label=_("Examples"), sort_key="example_number", width="8%"),
        DUE,
        UPDATED,
        STATUS,
    ]


class StandardFilterSet(HubPageFilterSet):
    edition = django_filters.ModelChoiceFilter(
        label=_("Edition"), queryset=FrameworkPage.objects.order_by("-effective_from"), empty_label=_("All")
    )

    class Meta:
        model = StandardPage
        fields = ["expectation", "level", "edition"]


class StandardListingView(HubListingView):
    default_ordering = "path"

    def with_numbers(self, pages: Any) -> Any:
        examples = StandardClaim.objects.listed().filter(standard=OuterRef("pk"))
        research = ResearchStandard.objects.filter(standard=OuterRef("pk"), research__live=True)
        return pages.annotate(
            example_number=_count(examples, "standard"),
            research_number=_count(research, "standard"),
            edition_version=F("edition__version"),
        )


class StandardListing(PageListingViewSet):  # type: ignore[misc]
    name = "standards"
    model = StandardPage
    icon = "clipboard-list"
    menu_label = _("Standards")
    menu_order = 220
    add_to_admin_menu = True
    index_view_class = StandardListingView
    filterset_class = StandardFilterSet
    columns = [
        CHECKBOX,
        Column("code", label=_("Code"), sort_key="path", width="6%"),
        TITLE,
        Column("edition_version", label=_("Edition"), width="7%"),
        Column("get_expectation_display", label=_("Expectation"), sort_key="expectation", width="10%"),
        NumberColumn("example_number", label=_("Examples"), sort_key="example_number", width="8%"),
        NumberColumn("research_number", label=_("Research"), sort_key="research_number", width="8%"),
        DUE,
        STATUS,
    ]


class ResearchFilterSet(HubPageFilterSet):
    class Meta:
        model = ResearchSummaryPage
        fields = ["quality_rating", "null_result"]


class ResearchListingView(HubListingView):
    def with_numbers(self, pages: Any) -> Any:
        rows = ResearchStandard.objects.filter(research=OuterRef("pk"), standard__isnull=False)
        return pages.annotate(standard_number=_count(rows, "research"))


class ResearchListing(PageListingViewSet):  # type: ignore[misc]
    name = "research"
    model = ResearchSummaryPage
    icon = "doc-full"
    menu_label = _("Research")
    menu_order = 230
    add_to_admin_menu = True
    index_view_class = ResearchListingView
    filterset_class = ResearchFilterSet
    columns = [
        CHECKBOX,
        TITLE,
        Column("year", label=_("Year"), sort_key="year", width="7%"),
        Column("get_quality_rating_display", label=_("Quality"), sort_key="quality_rating", width="10%"),
        NumberColumn("standard_number", label=_("Standards"), sort_key="standard_number", width="8%"),
        DUE,
        UPDATED,
        STATUS,
    ]
