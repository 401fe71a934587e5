"""The blog."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, MultipleChooserPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager, TranslatableMixin
from wagtail.search import index

from home.blocks import story_blocks
from home.models.base import BasePage, PublicPageQuerySet, listed_in_order, theme_rows
from home.search_protocol import stream_words

POSTS_PER_PAGE = 10


class BlogPostQuerySet(PublicPageQuerySet):
    def newest_first(self) -> BlogPostQuerySet:
        return self.order_by("-date", "-pk")

    def for_lists(self) -> BlogPostQuerySet:
        """With what a card shows, without the body: a fixed number of queries."""
        return self.select_related("locale").prefetch_related(theme_rows()).defer("body")


class BlogIndexPage(BasePage):
    """The list of posts, newest first."""

    page_description = _("The list of blog posts.")
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.BlogPostPage"]
    max_count_per_parent = 1
    template = "home/blog_index_page.html"
    og_type = "website"

    class Meta:
        verbose_name = _("blog")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        posts = BlogPostPage.objects.child_of(self).listed().newest_first().for_lists() if self.pk else []
        context["posts"] = page = Paginator(posts, POSTS_PER_PAGE).get_page(request.GET.get("page"))
        context["page_range"] = page.paginator.get_elided_page_range(page.number)
        return context


class BlogPostPage(BasePage):
    """A post. Editors publish posts themselves."""

    date = models.DateField(_("date"), null=True, default=timezone.localdate)
    author_role = models.CharField(
        _("written by"), max_length=160, help_text=_("A role (“Network team”), or a name with the person’s agreement.")
    )
    body = StreamField(story_blocks(), verbose_name=_("body"))

    page_description = _("A blog post: news, an opinion, something learned. Editors publish it themselves.")
    parent_page_types = ["home.BlogIndexPage"]
    subpage_types: list[str] = []
    template = "home/blog_post_page.html"
    schema_type = "Article"
    is_news = True

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("date"), FieldPanel("author_role")], heading=_("When and who")),
        FieldPanel("body"),
        *BasePage.taxonomy_panels,
        MultipleChooserPanel("related_pages", chooser_field_name="related_page", label=_("Related page"), max_num=6),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    objects = PageManager.from_queryset(BlogPostQuerySet)()

    class Meta:
        verbose_name = _("blog post")
        verbose_name_plural = _("blog posts")

    search_kind = "post"

    def search_body(self) -> str:
        return stream_words(self.body)

    @property
    def card_meta(self) -> str:
        return date_format(self.date, "j F Y") if self.date else ""

    def related(self) -> list[Page]:
        """Related pages that the public may see, in the editor's order."""
        return listed_in_order([row.related_page_id for row in self.related_pages.all() if row.related_page_id])


class RelatedPage(TranslatableMixin, Orderable):
    """A page that a post points its readers to."""

    post = ParentalKey(BlogPostPage, on_delete=models.CASCADE, related_name="related_pages")
    related_page = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    panels = [PageChooserPanel("related_page")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]
