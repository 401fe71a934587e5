"""The practice library's filters: a plain GET form whose state is the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from home.models import Condition, Organisation, Setting, Theme, Topic, remembered
from home.search_protocol import Counts, facet_counts
from practice_library.models.case_study import CaseStudyPage, EvidenceType, Population, Result
from practice_library.models.claim import StandardClaim
from practice_library.models.framework import StandardPage
from practice_library.models.research import Quality, ResearchSummaryPage

Choices = list[tuple[str, str]]

#: Groups of tick boxes that are unfolded from the start.
OPEN_GROUPS = 1


def _listed_ids(model: Any) -> Any:
    return model.objects.listed().values("pk")


def theme_choices() -> Choices:
    themes = Theme.objects.order_by("number").values_list("number", "name").distinct()
    return remembered("choices:theme", lambda: [(str(number), f"{number} {name}") for number, name in themes])


def standard_choices() -> Choices:
    """Standards that public case studies show being met."""

    def ask() -> Choices:
        used = StandardClaim.objects.listed().values("standard")
        rows = StandardPage.objects.listed().filter(pk__in=used).in_order().values_list("code", "title")
        return [(code, f"{code} {title}") for code, title in dict(rows).items()]

    return remembered("choices:standard", ask)


def condition_choices() -> Choices:
    def ask() -> Choices:
        used = Condition.objects.filter(condition_pages__page__in=_listed_ids(CaseStudyPage)).distinct()
        return list(used.order_by("kind", "name").values_list("slug", "name"))

    return remembered("choices:condition", ask)


def topics_of(model: Any) -> Choices:
    """Topics that public pages of a type carry."""

    def ask() -> Choices:
        used = Topic.objects.filter(topic_pages__content_object__in=_listed_ids(model)).distinct()
        return list(used.order_by("name").values_list("slug", "name"))

    return remembered(f"choices:topic:{model._meta.label}", ask)


def topic_choices() -> Choices:
    return topics_of(CaseStudyPage)


def organisation_choices() -> Choices:
    def ask() -> Choices:
        listed = _listed_ids(CaseStudyPage)
        direct = Organisation.objects.filter(case_study_rows__case_study__in=listed)
        through_services = Organisation.objects.filter(services__case_study_rows__case_study__in=listed)
        rows = Organisation.objects.filter(pk__in=direct.values("pk")) | Organisation.objects.filter(
            pk__in=through_services.values("pk")
        )
        return list(rows.order_by("name").values_list("slug", "name"))

    return remembered("choices:organisation", ask)


def year_choices() -> Choices:
    def ask() -> Choices:
        years = (
            CaseStudyPage.objects.listed().filter(started_on__isnull=False).dates("started_on", "year", order="DESC")
        )
        return [(str(day.year), str(day.year)) for day in years]

    return remembered("choices:year", ask)


def research_year_choices() -> Choices:
    def ask() -> Choices:
        years = ResearchSummaryPage.objects.listed().filter(year__isnull=False)
        return [(str(year), str(year)) for year in years.order_by("-year").values_list("year", flat=True).distinct()]

    return remembered("choices:research-year", ask)


class KnownChoicesField(django_filters.fields.MultipleChoiceField):
    """Keeps the values it knows; `has_unknown` afterwards says whether there were others."""

    has_unknown = False

    def to_python(self, value: Any) -> list[str]:
        values = [one for one in super().to_python(value) if one]
        offered = {str(key) for key, _label in self.choices}
        known = [one for one in values if one in offered]
        self.has_unknown = len(known) < len(values)
        return known


class AnyOf(django_filters.MultipleChoiceFilter):
    """Pages that have at least one of the chosen values; never repeats a page, however many rows match."""

    field_class = KnownChoicesField

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        matching = qs.model.objects.filter(**{f"{self.field_name}__in": value})
        return qs.filter(pk__in=matching.values("pk"))


class AnyOrganisation(AnyOf):
    """By organisation, named itself or through one of its services."""

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        named = CaseStudyPage.objects.filter(organisation_rows__organisation__slug__in=value)
        served = CaseStudyPage.objects.filter(service_rows__service__organisation__slug__in=value)
        return qs.filter(pk__in=named.values("pk")) | qs.filter(pk__in=served.values("pk"))


def tick_boxes(label: Any, field_name: str, choices: Any, filter_class: type[AnyOf] = AnyOf) -> AnyOf:
    """A filter of several values, shown as tick boxes."""
    return filter_class(field_name=field_name, label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


class LibraryFilterSet(django_filters.FilterSet):
    """Filters whose state can be shown as removable chips. Unknown values are dropped and told of: no error page."""

    #: Orders offered: key → (label, function on the queryset); the first is the default.
    sorts: dict[str, tuple[Any, Callable[[Any], Any]]] = {}
    #: How many pages each value would give beside what is chosen in the other groups; None: no numbers are shown.
    counts: Counts | None = None

    @dataclass(frozen=True, slots=True)
    class Chip:
        label: str
        url: str

    @property
    def sort(self) -> str:
        wanted = (self.data or {}).get("sort", "")
        return wanted if wanted in self.sorts else next(iter(self.sorts))

    @property
    def sort_choices(self) -> Choices:
        return [(key, label) for key, (label, _order) in self.sorts.items()]

    @property
    def results(self) -> Any:
        """The filtered pages in the chosen order."""
        return self.sorts[self.sort][1](self.qs)

    @property
    def has_unknown_values(self) -> bool:
        self.form.is_valid()
        wanted = (self.data or {}).get("sort", "")
        fields = self.form.fields.values()
        return bool(wanted and wanted not in self.sorts) or any(field.has_unknown for field in fields)

    @property
    def chips(self) -> list[Chip]:
        """What is switched on, each with the query string that switches it off."""
        found = []
        for name, field in self.form.fields.items():
            labels = {str(key): str(label) for key, label in getattr(field, "choices", [])}
            for value in self._chosen(name):
                if value in labels:
                    found.append(self.Chip(labels[value], self._without(name, value)))
        return found

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The form as `components/filter_form.html` takes it, without values that would give nothing.

        A group opens when something in it is chosen.
        """
        found = []
        for position, (name, field) in enumerate(self.form.fields.items()):
            chosen = set(self._chosen(name))
            options = [
                {"value": key, "label": label, "selected": str(key) in chosen, "count": self._count(name, str(key))}
                for key, label in getattr(field, "choices", [])
            ]
            options = [option for option in options if option["selected"] or option["count"] != 0]
            if options:
                group = {"kind": "checkboxes", "name": name, "label": field.label, "options": options}
                found.append({**group, "open": bool(chosen) or position < OPEN_GROUPS})
        if len(self.sorts) > 1:
            found.append(
                {
                    "kind": "select",
                    "name": "sort",
                    "label": _("Order"),
                    "options": self._sort_options(),
                    "required": True,
                }
            )
        return found

    def _count(self, name: str, value: str) -> int | None:
        return self.counts.get(name, {}).get(value, 0) if self.counts is not None else None

    def _sort_options(self) -> list[dict[str, Any]]:
        return [
            {"value": key, "label": label, "selected": key == self.sort, "count": None}
            for key, label in self.sort_choices
        ]

    def _chosen(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def _without(self, name: str, value: str) -> str:
        query = self.data.copy()
        query.setlist(name, [kept for kept in query.getlist(name) if kept != value])
        query.pop("page", None)
        return f"?{query.urlencode()}"


def _strongest_first(pages: Any) -> Any:
    order = [When(evidence_type=value, then=Value(rank)) for rank, value in enumerate(EvidenceType.values)]
    return pages.annotate(strength=Case(*order, default=Value(9), output_field=IntegerField())).order_by(
        "strength", "-first_published_at", "-pk"
    )


class CountedFilterSet(LibraryFilterSet):
    """With the number of pages that each choice would give, as the search knows them (docs/decisions/0013)."""

    @cached_property
    def counts(self) -> Counts | None:  # type: ignore[override]
        self.form.is_valid()
        return facet_counts(self._meta.model.search_kind, dict(self.form.cleaned_data))


class CaseStudyFilterSet(CountedFilterSet):
    setting = tick_boxes(_("Setting"), "service_rows__service__setting", Setting.choices)
    topic = tick_boxes(_("Topic"), "page_topics__tag__slug", topic_choices)
    theme = tick_boxes(_("Theme"), "page_themes__theme__number", theme_choices)
    standard = tick_boxes(_("Standard"), "claims__standard__code", standard_choices)
    condition = tick_boxes(_("Condition"), "page_conditions__condition__slug", condition_choices)
    population = tick_boxes(_("For whom"), "population", Population.choices)
    result = tick_boxes(_("Result"), "result", Result.choices)
    evidence = tick_boxes(_("Kind of evidence"), "evidence_type", EvidenceType.choices)
    organisation = tick_boxes(_("Organisation"), "", organisation_choices, AnyOrganisation)
    year = tick_boxes(_("Year it started"), "started_on__year", year_choices)

    sorts = {
        "newest": (_("Newest first"), lambda pages: pages.newest_first()),
        "evidence": (_("Strongest evidence first"), _strongest_first),
        "title": (_("By title"), lambda pages: pages.order_by("title", "pk")),
    }

    class Meta:
        model = CaseStudyPage
        fields: list[str] = []


class ResearchFilterSet(LibraryFilterSet):
    theme = tick_boxes(_("Theme"), "page_themes__theme__number", theme_choices)
    quality = tick_boxes(_("Quality"), "quality_rating", Quality.choices)
    year = tick_boxes(_("Year"), "year", research_year_choices)

    sorts = {
        "newest": (_("Newest first"), lambda pages: pages.newest_first()),
        "title": (_("By title"), lambda pages: pages.order_by("title", "pk")),
    }

    class Meta:
        model = ResearchSummaryPage
        fields: list[str] = []
