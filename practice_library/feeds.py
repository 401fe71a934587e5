"""One feed for everything new: case studies, research summaries, posts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from home.feeds import ENTRIES, PageFeed
from home.models import BlogPostPage
from practice_library.models import CaseStudyPage, ResearchSummaryPage


class NewsFeed(PageFeed):
    title = _("Everything new from the Mind & Body Quality Improvement Network")
    subtitle = _("Case studies, research summaries and posts.")

    def items(self) -> list[Any]:
        kinds = (CaseStudyPage, ResearchSummaryPage, BlogPostPage)
        pages = [
            page
            for kind in kinds
            for page in kind.objects.listed().for_lists().order_by("-first_published_at")[:ENTRIES]
        ]
        return sorted(pages, key=self.item_pubdate, reverse=True)[:ENTRIES]
