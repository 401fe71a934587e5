"""Structured data (schema.org, JSON-LD) that pages carry for search engines."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from home.models import BasePage

PUBLISHER = {
    "@type": "Organization",
    "name": "Mind & Body Quality Improvement Network",
    "parentOrganization": {"@type": "Organization", "name": "King’s Health Partners"},
}


def structured_data(page: BasePage, breadcrumbs: list[tuple[str, str]], url: str | None) -> list[dict[str, Any]]:
    """The page itself and its breadcrumb, as schema.org dictionaries."""
    found = [_page(page, url)]
    if breadcrumbs:
        found.append(breadcrumb_data([*breadcrumbs, (page.title, url or "")]))
    return found


def _page(page: BasePage, url: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"@context": "https://schema.org", "@type": page.schema_type, "url": url}
    if page.schema_type == "Organization":
        return {**data, **PUBLISHER, "email": settings.CONTACT_EMAIL, "description": page.summary}
    data |= {
        "name": page.title,
        "description": page.summary,
        "inLanguage": settings.LANGUAGE_CODE,
        "publisher": PUBLISHER,
    }
    if page.schema_type in {"Article", "ScholarlyArticle"}:
        data["headline"] = page.title
        data["datePublished"] = _moment(page.first_published_at)
        data["dateModified"] = _moment(page.last_published_at)
        data["author"] = PUBLISHER
    if page.schema_type == "ScholarlyArticle" and page.paper_url:  # type: ignore[attr-defined]
        data["isBasedOn"] = page.paper_url  # type: ignore[attr-defined]
    return data


def _moment(when: datetime.datetime | None) -> str | None:
    """ISO 8601, as schema.org asks for; None before the first publication."""
    return when.isoformat(timespec="seconds") if when else None


def breadcrumb_data(steps: list[tuple[str, str]]) -> dict[str, Any]:
    """A BreadcrumbList of (title, address) steps, the page itself last."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": title,
                "item": url if url.startswith("http") else f"{settings.SITE_URL}{url}",
            }
            for position, (title, url) in enumerate(steps, start=1)
        ],
    }
