"""The practice library and the research list: index pages with filters."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from home.models import BasePage
from practice_library.models.case_study import CaseStudyPage
from practice_library.models.research import ResearchSummaryPage

RESULTS_PER_PAGE = 12


class FilteredIndexPage(BasePage):
    """A list with filters; subclasses say of what."""

    introduction = models.TextField(_("introduction"), blank=True)

    og_type = "website"
    max_count_per_parent = 1
    parent_page_types = ["home.HomePage"]
    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    class Meta:
        abstract = True

    def filter_set(self, request: HttpRequest) -> Any:
        raise NotImplementedError

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        filters = self.filter_set(request)
        context["filters"] = filters
        context["results"] = page = Paginator(filters.results, RESULTS_PER_PAGE).get_page(request.GET.get("page"))
        context["page_range"] = page.paginator.get_elided_page_range(page.number)
        return context


class CaseStudyIndexPage(FilteredIndexPage):
    """The practice library."""

    page_description = _("The practice library: all case studies with filters.")
    subpage_types = ["practice_library.CaseStudyPage"]
    template = "practice_library/case_study_index_page.html"

    class Meta:
        verbose_name = _("practice library")

    def filter_set(self, request: HttpRequest) -> Any:
        from practice_library.filters import CaseStudyFilterSet

        return CaseStudyFilterSet(request.GET, queryset=CaseStudyPage.objects.listed().for_lists())


class ResearchIndexPage(FilteredIndexPage):
    """The list of research summaries."""

    page_description = _("All research summaries with filters.")
    subpage_types = ["practice_library.ResearchSummaryPage"]
    template = "practice_library/research_index_page.html"

    class Meta:
        verbose_name = _("research list")

    def filter_set(self, request: HttpRequest) -> Any:
        from practice_library.filters import ResearchFilterSet

        return ResearchFilterSet(request.GET, queryset=ResearchSummaryPage.objects.listed().for_lists())
