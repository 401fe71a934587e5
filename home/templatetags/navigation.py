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

from home.models import remembered
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


def _menu(root: Page, request: HttpRequest) -> list[tuple[str, str, bool, bool]]:
    """(title, address, in the main menu, in the footer) of the public pages that are in one of them."""
    pages = (
        Page.objects.child_of(root)
        .filter(listed_q())
        .filter(Q(show_in_menus=True) | Q(contentpage__show_in_footer=True))
        .annotate(in_footer=F("contentpage__show_in_footer"))
        .select_related("locale")
        .order_by("path")
    )
    return [(page.title, page.get_url(request), page.show_in_menus, bool(page.in_footer)) for page in pages]


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any]:
    """What the page's head and foot link to. At most one query; none without a request.

    {primary, footer: lists of Link; current: addresses of those above this page; home_url, feed_url, contact_email}.
    """
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
    links["home_url"] = root.get_url(request) or "/"
    menu = remembered(f"menu:{root.pk}:{request.get_host()}", lambda: _menu(root, request))
    for title, url, in_menu, in_footer in menu:
        link = Link(title, url, is_current=request.path.startswith(url))
        if in_menu:
            links["primary"].append(link)
        if in_footer:
            links["footer"].append(link)
    links["current"] = [link.url for link in (*links["primary"], *links["footer"]) if link.is_current]
    return links
