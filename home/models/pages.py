"""The home page and plain content pages."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index
from wagtail.url_routing import RouteResult

from home.blocks import story_blocks
from home.models.base import BasePage
from home.search_protocol import stream_words
from home.visibility import listed_q

#: Posts on the home page.
POSTS_SHOWN = 3
#: Addresses with more steps lead nowhere.
DEEPEST = 10
#: What routing and breadcrumbs need of the pages of an address.
OF_A_LINE = (
    "title", "slug", "path", "depth", "url_path", "live", "expire_at", "content_type", "locale__language_code"
)  # fmt: skip


class HomePage(BasePage):
    """The front door: what the network is, two ways in, newest practice."""

    strapline = models.CharField(
        _("strapline"),
        max_length=120,
        help_text=_("The large words at the top. For example “Care for the whole person”."),
    )
    introduction = models.TextField(
        _("introduction"), help_text=_("Who this is for and what they find here: two sentences.")
    )
    patients_heading = models.CharField(_("heading for patients and carers"), max_length=120, blank=True)
    patients_text = models.TextField(_("text for patients and carers"), blank=True)
    patients_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page for patients and carers"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    page_description = _("The front page of the site.")
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = 1
    og_type = "website"
    schema_type = "Organization"
    template = "home/home_page.html"

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("strapline"), FieldPanel("introduction")], heading=_("Top of the page")),
        InlinePanel("features", heading=_("Featured practice"), label=_("Featured page"), max_num=3),
        MultiFieldPanel(
            [FieldPanel("patients_heading"), FieldPanel("patients_text"), PageChooserPanel("patients_page")],
            heading=_("For patients and carers"),
        ),
    ]

    class Meta:
        verbose_name = _("home page")

    def search_document(self) -> None:
        """The front page leads to everything and answers nothing."""

    def breadcrumbs(self, request: HttpRequest) -> list[tuple[str, str]]:
        return []

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find the page by its whole path at once; Wagtail's way costs two queries a level of the tree."""
        request.home_page = self
        if 0 < len(path_components) <= DEEPEST:
            line = self._line(path_components)
            model = line[-1].specific_class if line else None
            if model and issubclass(model, BasePage):
                page = model.objects.select_related(*model.served_with).get(pk=line[-1].pk)
                page.pages_above = [self, *line[:-1]]
                return page.route(request, [])
        return super().route(request, path_components)

    def _line(self, path_components: list[str]) -> list[Page]:
        """The page at an address and those above it below the home page; empty when there is no such page."""
        steps = range(1, len(path_components) + 1)
        addresses = [f"{self.url_path}{'/'.join(path_components[:step])}/" for step in steps]
        # The slug has an index, the whole address has none.
        found = Page.objects.filter(slug__in=path_components, url_path__in=addresses, path__startswith=self.path)
        line = list(found.select_related("locale").only(*OF_A_LINE).order_by("depth"))
        return line if len(line) == len(addresses) else []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from home.models.blog import BlogIndexPage, BlogPostPage

        context = super().get_context(request, *args, **kwargs)
        context["indexes"] = self.index_addresses(request)
        blog = (
            BlogPostPage.objects.listed().filter(path__startswith=self.path) if self.pk else BlogPostPage.objects.none()
        )
        context["posts"] = blog.newest_first().select_related("locale").defer("body")[:POSTS_SHOWN]
        context["blog_url"] = context["indexes"].get(BlogIndexPage.__name__)
        if self.patients_page_id:
            context["patients_pages"] = Page.objects.filter(listed_q(), pk=self.patients_page_id).select_related(
                "locale"
            )
        return context

    def index_addresses(self, request: HttpRequest) -> dict[str, str]:
        """Addresses of the public pages right under this one, by the name of their page type: one query."""
        if not self.pk:
            return {}
        children = Page.objects.child_of(self).filter(listed_q()).select_related("locale").order_by("-path")
        return {child.specific_class.__name__: child.get_url(request) for child in children if child.specific_class}

    @property
    def featured_ids(self) -> list[int]:
        """Ids of the featured pages in the editor's order, public or not."""
        return [row.featured_page_id for row in self.features.all() if row.featured_page_id]


class HomeFeature(TranslatableMixin, Orderable):
    """A page that the home page puts forward."""

    home_page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="features")
    featured_page = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    panels = [PageChooserPanel("featured_page", ["practice_library.CaseStudyPage"])]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class ContentPage(BasePage):
    """A plain page: about, get involved, accessibility statement …"""

    body = StreamField(story_blocks(), verbose_name=_("body"), blank=True)
    show_in_footer = models.BooleanField(_("show in the footer"), default=False)

    page_description = _("A plain page of text. Editors publish it themselves.")
    parent_page_types = ["home.HomePage", "home.ContentPage"]
    subpage_types = ["home.ContentPage"]
    template = "home/content_page.html"
    og_type = "website"

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    promote_panels = [*BasePage.promote_panels, FieldPanel("show_in_footer")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

    def search_body(self) -> str:
        return stream_words(self.body)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["children"] = ContentPage.objects.child_of(self).listed().select_related("locale") if self.pk else []
        return context
