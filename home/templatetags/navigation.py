"""The site's navigation, for base.html."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from home.visibility import listed_q

register = template.Library()


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str
    is_current: bool = False


def _home_page(request: HttpRequest) -> Page | None:
    """The home page in the reader's language; routing has found it already for pages."""
    if not hasattr(request, "home_page"):
        site = Site.find_for_request(request)
        request.home_page = site.root_page.localized if site else None
    return request.home_page


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any]:
    """{primary, footer: lists of Link; home_url, feed_url, contact_email}. One query; none without a request."""
    links: dict[str, Any] = {
        "primary": [],
        "footer": [],
        "home_url": "/",
        "feed_url": reverse("feed"),
        "contact_email": settings.CONTACT_EMAIL,
    }
    request = context.get("request")
    root = _home_page(request) if request else None
    if request is None or root is None:
        return links
    pages = (
        Page.objects.child_of(root)
        .filter(listed_q())
        .filter(Q(show_in_menus=True) | Q(contentpage__show_in_footer=True))
        .annotate(in_footer=F("contentpage__show_in_footer"))
        .select_related("locale")
        .order_by("path")
    )
    links["home_url"] = root.get_url(request) or "/"
    for page in pages:
        url = page.get_url(request)
        link = Link(page.title, url, is_current=request.path.startswith(url))
        if page.show_in_menus:
            links["primary"].append(link)
        if page.in_footer:
            links["footer"].append(link)
    return links
