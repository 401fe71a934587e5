"""What points to a standard, service or organisation. Deleting what examples rest on is refused with this list."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from wagtail.models import Page

from home.models import Organisation, Service
from practice_library.models.case_study import CaseStudyPage
from practice_library.models.claim import StandardClaim
from practice_library.models.research import ResearchStandard


def users_of_pages(*roots: Page) -> list[Page]:
    """Pages outside these subtrees whose examples or research point to a standard within them, each once."""
    within = Q()
    for root in roots:
        within |= Q(standard__path__startswith=root.path)
    if not roots:
        return []
    ids = set(StandardClaim.objects.filter(within).values_list("case_study_id", flat=True))
    ids |= set(ResearchStandard.objects.filter(within).values_list("research_id", flat=True))
    outside = Page.objects.filter(pk__in=ids)
    for root in roots:
        outside = outside.exclude(path__startswith=root.path)
    return list(outside.order_by("title"))


def users_of_snippet(instance: Any) -> list[Page]:
    """Case studies that are about this service or organisation (also through its services)."""
    if isinstance(instance, Service):
        condition = Q(claims__service=instance.pk) | Q(service_rows__service=instance.pk)
    elif isinstance(instance, Organisation):
        condition = (
            Q(claims__organisation=instance.pk)
            | Q(organisation_rows__organisation=instance.pk)
            | Q(claims__service__organisation=instance.pk)
            | Q(service_rows__service__organisation=instance.pk)
        )
    else:
        return []
    return list(Page.objects.filter(pk__in=CaseStudyPage.objects.filter(condition).values("pk")).order_by("title"))
