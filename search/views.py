"""The search page, its suggestions, and the same results as CSV."""

from __future__ import annotations

import csv
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Locale, Site

from home.spreadsheets import plain_cell
from home.structured_data import breadcrumb_data
from search.addresses import Addresses
from search.engines.base import MOST_RESULTS
from search.finding import Found, find, popular_topics, suggestions
from search.log import log_opened, log_search
from search.query import FACETS

RESULTS_PER_PAGE = 10
SUGGESTIONS = 8
POPULAR_TOPICS = 12


def _filters(request: HttpRequest) -> dict[str, list[str]]:
    """Chosen filter values by name, long and repeated ones left out."""
    return {name: list(dict.fromkeys(request.GET.getlist(name)))[:20] for name in FACETS if request.GET.getlist(name)}


def _found(request: HttpRequest, start: int, size: int) -> Found:
    return find(
        request.GET.get("q", ""),
        Locale.get_active().language_code,
        filters=_filters(request),
        start=start,
        size=size,
        expand=request.GET.get("synonyms") != "off",
        sort="newest" if request.GET.get("sort") == "newest" else "best",
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/search/?q=…` with readable filters; `&format=csv` gives the same results as a file."""
    if request.GET.get("format") == "csv":
        return _csv(request, _found(request, 0, MOST_RESULTS))
    wanted = _page_number(request.GET.get("page", ""))
    found = _found(request, (wanted - 1) * RESULTS_PER_PAGE, RESULTS_PER_PAGE)
    if not found.hits and wanted > 1:
        wanted, found = 1, _found(request, 0, RESULTS_PER_PAGE)
    log_search(request, found)
    page = Paginator(range(min(found.total, MOST_RESULTS)), RESULTS_PER_PAGE).get_page(wanted)
    site = Site.find_for_request(request)
    home = [(site.root_page.title, site.root_page.get_url(request) or "/")] if site else []
    context: dict[str, Any] = {
        "title": _("Search"),
        "found": found,
        "most": MOST_RESULTS,
        "addresses": Addresses(found.query, found.chips, is_wide=request.GET.get("synonyms") != "off"),
        "page_obj": page,
        "page_range": list(page.paginator.get_elided_page_range(page.number)),
        "first_rank": page.start_index(),
        "topics": [] if found.hits else popular_topics(found.query.locale, POPULAR_TOPICS),
        "breadcrumbs": home,
        "structured_data": [breadcrumb_data([*home, (_("Search"), reverse("search"))])],
    }
    return render(request, "search/search.html", context)


def _page_number(text: str) -> int:
    """The number of a page; 1 for whatever is none ("²" is a digit to Python)."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _csv(request: HttpRequest, found: Found) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")  # the mark tells Excel that it is UTF-8
    response["Content-Disposition"] = 'attachment; filename="search.csv"'
    writer = csv.writer(response)
    writer.writerow(["rank", "title", "url", "type", "standard codes"])
    for rank, hit in enumerate(found.hits, start=1):
        url = request.build_absolute_uri(hit.url)
        writer.writerow([rank, plain_cell(hit.title), url, hit.kind, plain_cell(" ".join(hit.codes))])
    return response


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """[{title, url, kind}] for what is typed so far; at most 8."""
    found = suggestions(request.GET.get("q", ""), Locale.get_active().language_code, SUGGESTIONS)
    return JsonResponse({"suggestions": found})


@csrf_exempt
@require_POST
def opened(request: HttpRequest) -> HttpResponse:
    """A result's link was followed: browsers tell it by themselves (`ping`), with a type that no form can send."""
    if request.content_type == "text/ping":
        log_opened(request.GET.get("q", ""), Locale.get_active().language_code)
    return HttpResponse(status=204)
