"""Pages that gather what is about a topic, an organisation or a service."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Site

from home.models import Organisation, Service, Topic
from home.structured_data import breadcrumb_data
from practice_library.coverage import coverage_table, organisation_claims
from practice_library.gathering import organisation_gathering, service_gathering, topic_gathering


def _context(request: HttpRequest, title: str, *above: tuple[str, str]) -> dict[str, Any]:
    site = Site.find_for_request(request)
    home = [(site.root_page.title, site.root_page.get_url(request) or "/")] if site else []
    return {
        "title": title,
        "breadcrumbs": [*home, *above],
        "canonical_url": f"{settings.SITE_URL}{request.path}",
        "structured_data": [breadcrumb_data([*home, *above, (title, request.path)])],
    }


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Topic, slug=slug)
    context = {**_context(request, found.name), **topic_gathering(found)}
    return render(request, "practice_library/topic.html", context)


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation's practice, and on one printed side where it has examples: "examples, not ratings"."""
    locale = Locale.get_active()
    found = get_object_or_404(Organisation, slug=slug, locale=locale)
    gathering = organisation_gathering(found)
    if not gathering["case_studies"]:
        raise Http404  # known from a draft at most
    claims = organisation_claims(found)
    context = {
        **_context(request, found.name),
        **gathering,
        "table": coverage_table(locale.pk, request, claims=claims, key=f"organisation:{found.pk}"),
    }
    return render(request, "practice_library/organisation.html", context)


@require_safe
def service(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Service.objects.select_related("organisation"), slug=slug, locale=Locale.get_active())
    gathering = service_gathering(found)
    if not gathering["case_studies"]:
        raise Http404  # known from a draft at most
    above = (found.organisation.name, reverse("organisation", args=[found.organisation.slug]))
    context = {**_context(request, found.name, above), **gathering}
    return render(request, "practice_library/service.html", context)
