"""Everything on a theme, a topic, an organisation or a service, gathered for one page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from home.models import BlogPostPage, Organisation, Service, Topic
from practice_library.coverage import framework_tree
from practice_library.models.case_study import CaseStudyPage
from practice_library.models.framework import StandardPage, ThemePage
from practice_library.models.research import ResearchSummaryPage

#: A gathering shows the newest of each kind and links to the whole list.
SHOWN = 6


def _newest(condition: Q) -> dict[str, Any]:
    return {
        "case_studies": list(CaseStudyPage.objects.listed().filter(condition).newest_first().for_lists()[:SHOWN]),
        "research": list(ResearchSummaryPage.objects.listed().filter(condition).newest_first().for_lists()[:SHOWN]),
        "posts": list(BlogPostPage.objects.listed().filter(condition).newest_first().for_lists()[:SHOWN]),
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
    standards = StandardPage.objects.listed().filter(condition, edition__status="current").in_order().for_lists()
    return {"topic": topic, "standards": standards, **_newest(condition)}


def service_gathering(service: Service) -> dict[str, Any]:
    """The service's case studies."""
    about = CaseStudyPage.objects.listed().filter(service_rows__service=service.pk).distinct()
    return {"service": service, "case_studies": about.newest_first().for_lists()}


def organisation_gathering(organisation: Organisation) -> dict[str, Any]:
    """The organisation's case studies and services."""
    about = CaseStudyPage.objects.listed().filter(
        Q(service_rows__service__organisation=organisation.pk) | Q(organisation_rows__organisation=organisation.pk)
    )
    return {
        "organisation": organisation,
        "services": organisation.services.all(),
        "case_studies": about.distinct().newest_first().for_lists(),
    }
