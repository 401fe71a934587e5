"""Everything on a theme, a topic, an organisation or a service, gathered for one page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from wagtail.models import Page

from home.models import BlogPostPage, Organisation, Service, Topic
from practice_library.coverage import framework_tree
from practice_library.models.case_study import CaseStudyPage
from practice_library.models.framework import EditionStatus, StandardPage, ThemePage
from practice_library.models.research import ResearchSummaryPage

#: A gathering shows the newest of each kind and links to the whole list.
SHOWN = 6


def _newest(condition: Q) -> dict[str, Any]:
    """The newest case studies, research and posts that meet a condition on `wagtailcore.Page`."""
    ids = Page.objects.filter(condition).values("pk")
    return {
        "case_studies": list(CaseStudyPage.objects.listed().filter(pk__in=ids).newest_first().for_lists()[:SHOWN]),
        "research": list(ResearchSummaryPage.objects.listed().filter(pk__in=ids).newest_first().for_lists()[:SHOWN]),
        "posts": list(BlogPostPage.objects.listed().filter(pk__in=ids).newest_first().for_lists()[:SHOWN]),
    }


def theme_gathering(theme_page: ThemePage) -> dict[str, Any]:
    """The theme's standards with counts, and the newest practice, research and posts on it."""
    edition = theme_page.get_parent().specific if theme_page.path else None
    branches = framework_tree(edition) if edition else []
    return {
        "edition": edition,
        "theme": theme_page.theme,
        "branch": next((branch for branch in branches if branch.page.pk == theme_page.pk), None),
        "branches": branches,
        **(_newest(Q(page_themes__theme=theme_page.theme_id)) if theme_page.theme_id else {}),
    }


def topic_gathering(topic: Topic) -> dict[str, Any]:
    """The topic's standards and the newest practice, research and posts with it."""
    condition = Q(page_topics__tag=topic.pk)
    standards = StandardPage.objects.listed().filter(condition, edition__status=EditionStatus.CURRENT)
    return {"topic": topic, "standards": standards.in_order().for_lists(), **_newest(condition)}


def _case_studies_about(*conditions: Q) -> Any:
    """Public case studies that meet one of these conditions on their rows, newest first, each once."""
    about = Q()
    for condition in conditions:
        about |= Q(pk__in=CaseStudyPage.objects.filter(condition).values("pk"))
    return CaseStudyPage.objects.listed().filter(about).newest_first().for_lists()


def service_gathering(service: Service) -> dict[str, Any]:
    """The service's public case studies, and those with an example of it."""
    about = _case_studies_about(Q(service_rows__service=service.pk), Q(claims__service=service.pk))
    return {"service": service, "case_studies": list(about)}


def organisation_gathering(organisation: Organisation) -> dict[str, Any]:
    """The organisation's public case studies, and those of its services that have any.

    A service that only a draft names stays unnamed here.
    """
    about = _case_studies_about(
        Q(organisation_rows__organisation=organisation.pk),
        Q(service_rows__service__organisation=organisation.pk),
        Q(claims__organisation=organisation.pk),
        Q(claims__service__organisation=organisation.pk),
    )
    listed = CaseStudyPage.objects.listed().values("pk")
    named = Q(case_study_rows__case_study__in=listed) | Q(claims__case_study__in=listed)
    return {
        "organisation": organisation,
        "services": organisation.services.filter(named).distinct(),
        "case_studies": list(about),
    }
