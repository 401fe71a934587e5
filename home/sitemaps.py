"""The sitemap: what lists show, nothing else."""

from __future__ import annotations

from typing import Any

from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Page

from home.visibility import listed_q


class PublicPagesSitemap(Sitemap):  # type: ignore[misc]
    """Public pages of the site. Wagtail's own would name translations and aliases of private pages too."""

    def items(self) -> Any:
        root = self.get_wagtail_site().root_page
        return Page.objects.filter(listed_q(), path__startswith=root.path).select_related("locale").order_by("path")
