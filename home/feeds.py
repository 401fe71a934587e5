"""Atom feeds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.models import get_page_models

from home.models import BasePage, BlogPostPage

ENTRIES = 30


class PageFeed(Feed):  # type: ignore[type-arg]
    """Pages as Atom entries: title, summary, address, when first published and last changed."""

    feed_type = Atom1Feed
    link = "/"

    @method_decorator(require_safe)
    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().__call__(request, *args, **kwargs)

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.summary)

    def item_link(self, item: Any) -> str:
        return str(item.get_url() or settings.SITE_URL)

    def item_pubdate(self, item: Any) -> Any:
        return item.first_published_at or timezone.now()

    def item_updateddate(self, item: Any) -> Any:
        return item.last_published_at or item.first_published_at or timezone.now()


class NewsFeed(PageFeed):
    """Everything new: pages of the types that say they are news, whichever app they belong to."""

    title = _("Everything new from the Mind & Body Quality Improvement Network")
    subtitle = _("Case studies, research summaries, training and posts.")

    def items(self) -> list[Any]:
        kinds: list[Any] = [kind for kind in get_page_models() if issubclass(kind, BasePage) and kind.is_news]
        pages = [
            page
            for kind in kinds
            for page in kind.objects.listed().for_lists().order_by("-first_published_at")[:ENTRIES]
        ]
        return sorted(pages, key=self.item_pubdate, reverse=True)[:ENTRIES]


class BlogFeed(PageFeed):
    title = _("Blog of the Mind & Body Quality Improvement Network")
    subtitle = _("News and things learned.")
    link = "/blog/"

    def items(self) -> Any:
        return BlogPostPage.objects.listed().newest_first().for_lists()[:ENTRIES]

    def item_author_name(self, item: BlogPostPage) -> str:
        return item.author_role
