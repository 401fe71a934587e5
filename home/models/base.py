"""What every page of the hub has."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any, ClassVar, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, MultipleChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager, PageViewRestriction, TranslatableMixin
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail.url_routing import RouteResult

from home.models.review import PageReview
from home.models.taxonomy import Condition, Theme, Topic
from home.search_protocol import Searchable
from home.structured_data import structured_data
from home.visibility import is_in_force, listed_q, needs_account, published_q, restrictions_on

#: House rule for summaries: they fit one phone screen and one search hit.
SUMMARY_WORDS = 60


class Problem(NamedTuple):
    """Why a page may not be published yet: the form field it is about (None: the whole page) and what to do."""

    field: str | None
    message: Any


class PageTheme(TranslatableMixin, Orderable):
    """A page is about a theme. One table for all page types: one query gathers everything on a theme."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="page_themes")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="theme_pages", verbose_name=_("theme"))

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class PageCondition(TranslatableMixin, Orderable):
    """A page is about a health condition."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="page_conditions")
    condition = models.ForeignKey(
        Condition, on_delete=models.CASCADE, related_name="condition_pages", verbose_name=_("condition")
    )

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        unique_together = [("translation_key", "locale")]


class PageTopic(ItemBase):
    """A page carries a topic."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="topic_pages")
    content_object = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="page_topics")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="page_topic_once")]


class PublicPageQuerySet(PageQuerySet):  # type: ignore[misc]
    """Pages, with the hub's two words for what the public may see."""

    def published(self) -> PublicPageQuerySet:
        """Anybody may read it now."""
        return self.filter(published_q())

    def for_members(self) -> PublicPageQuerySet:
        """Anybody with an account may read it now."""
        return self.filter(published_q(signed_in=True))

    def listed(self) -> PublicPageQuerySet:
        """Published and not archived: it belongs into lists and counts."""
        return self.filter(listed_q())


#: Answers a page's inline rows by relation name: from the database, or as they stand in a posted form.
Rows = Callable[[str], list[Any]]


def _is_empty(value: Any) -> bool:
    """Nothing filled in. "No" and nought are answers."""
    return not isinstance(value, bool | int) and not str(value or "").strip()


def lines_of(text: str) -> list[str]:
    """The entries of a text that has one a line, without the bullets that people type before them."""
    return [line for line in (line.strip(" -•") for line in text.splitlines()) if line]


class BasePageForm(WagtailAdminPageForm):  # type: ignore[misc]
    """Runs the page's own checks when it is published or submitted, never for a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False  # left empty, it is made from the title

    def clean_slug(self) -> str:
        """The slug, made from the title when nobody wrote one: the script that fills it in may come late or never."""
        slug: str = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))
        if not slug and "title" in self.cleaned_data:
            raise ValidationError(_("Write the name of this page in its address, such as walking-group."))
        if self.cleaned_data["slug"]:
            return slug
        number, free = 1, slug
        while not Page._slug_is_available(free, self.parent_page, self.instance):
            number += 1
            free = f"{slug}-{number}"
        return free

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        if self.is_deferred_validation or not self.is_bound:
            return valid
        for field, message in self.instance.publication_problems(self._posted_rows):
            place = field if field in self.fields else None
            if place is None or place not in self.errors:
                self.add_error(place, message)
                valid = False
        return valid

    def _posted_rows(self, relation: str) -> list[Any]:
        formset = self.formsets.get(relation)
        if formset is None:
            return list(getattr(self.instance, relation).all())
        return [form.instance for form in formset.forms if form not in formset.deleted_forms]


def theme_rows() -> Prefetch[str, models.QuerySet[PageTheme], str]:
    """Pages' theme rows with their themes, in one query for all pages of a list."""
    return Prefetch("page_themes", queryset=PageTheme.objects.select_related("theme"))


def listed_in_order(ids: list[int]) -> list[Any]:
    """The public pages among these ids in this order, specific and ready for cards: a few queries a page type."""
    found = list(Page.objects.filter(listed_q(), pk__in=ids).select_related("locale").specific())
    for model in {type(page) for page in found}:
        prefetch_related_objects([page for page in found if type(page) is model], *model.card_rows())
    pages = {page.pk: page for page in found}
    return [pages[pk] for pk in ids if pk in pages]


def joined(page: Page, relation: str, *targets: str) -> list[Any]:
    """A page's inline rows with what they point to: already prefetched, or in one query."""
    rows = getattr(page, relation)
    if relation in getattr(page, "_prefetched_objects_cache", {}):
        return list(rows.all())
    return list(rows.select_related(*targets))


class BasePage(Searchable, Page):
    """Abstract parent of all page types: summary, themes, topics, owner, and the rules of being public."""

    summary = models.TextField(
        _("summary"),
        help_text=_("What this page says, in plain words. At most 60 words: it is shown in lists and search results."),
    )
    owner_role = models.CharField(
        _("owner (role)"), max_length=120, blank=True, help_text=_("The role that keeps this page right, not a name.")
    )
    deputy_role = models.CharField(_("deputy (role)"), max_length=120, blank=True)
    topics = ClusterTaggableManager(
        through="home.PageTopic", blank=True, verbose_name=_("topics"), help_text=_("Choose from the list as you type.")
    )

    #: Months until "still right?" is asked again.
    review_months: ClassVar[int] = 24
    #: Fetched together with the page when it is served: one query instead of one each.
    served_with: ClassVar[tuple[str, ...]] = ("locale", "review")
    #: Open Graph type.
    og_type: ClassVar[str] = "article"
    #: Whether new pages stand in the feed; their manager then has `for_lists()`.
    is_news: ClassVar[bool] = False
    #: schema.org type of the page.
    schema_type: ClassVar[str] = "WebPage"

    objects = PageManager.from_queryset(PublicPageQuerySet)()
    base_form_class = BasePageForm
    allowed_http_methods = ["GET", "HEAD", "OPTIONS"]
    password_required_template = "wagtailcore/password_required.html"  # noqa: S105  (no password)

    taxonomy_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                MultipleChooserPanel("page_themes", chooser_field_name="theme", label=_("Theme")),
                FieldPanel("topics"),
            ],
            heading=_("Themes and topics"),
            help_text=_("They decide on which theme and topic pages this is listed."),
        )
    ]
    content_panels = [*Page.content_panels, FieldPanel("summary", attrs={"data-word-limit": SUMMARY_WORDS})]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel([FieldPanel("owner_role"), FieldPanel("deputy_role")], heading=_("Who keeps it right")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        abstract = True

    def rows(self, relation: str) -> list[Any]:
        """The page's inline rows; works in previews too."""
        return list(getattr(self, relation).all())

    def publication_problems(self, rows: Rows | None = None) -> list[Problem]:
        """What stands in the way of publishing this revision, in words that say what to do.

        `rows` answers the inline rows when they are not the saved ones (a posted form).
        """
        from home.publication import image_problems

        empty = [
            Problem(field.name, _("Fill in “%s” before you publish.") % field.verbose_name)
            for field in self._meta.local_fields
            if not field.blank
            and field.editable
            and not field.primary_key
            and not field.remote_field
            and _is_empty(getattr(self, field.name))
        ]
        words = len(self.summary.split())
        if words > SUMMARY_WORDS:
            limits = {"words": words, "limit": SUMMARY_WORDS}
            empty.append(
                Problem("summary", _("The summary has %(words)d words. Shorten it to %(limit)d or fewer.") % limits)
            )
        return empty + image_problems(self)

    def clean(self) -> None:
        """Rich text without a word is empty: the editor leaves an empty paragraph, and headings would stand alone."""
        super().clean()
        for field in self._meta.get_fields():
            if isinstance(field, RichTextField) and not unescape(strip_tags(getattr(self, field.name))).strip():
                setattr(self, field.name, "")

    # What the public sees

    @property
    def is_public_now(self) -> bool:
        return is_in_force(self)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail's, but an expired page is gone at once and a withdrawn one says so (410)."""
        if path_components or self.is_public_now:
            return super().route(request, path_components)
        if self.withdrawn_on:
            return RouteResult(self, kwargs={"withdrawn": True})
        self.live = False
        return super().route(request, path_components)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from django.contrib.auth.views import redirect_to_login

        if kwargs.pop("withdrawn", False):
            return TemplateResponse(request, "410.html", {"page_withdrawn_on": self.withdrawn_on}, status=410)
        if not request.user.is_authenticated and not getattr(request, "is_preview", False) and needs_account(self):
            return redirect_to_login(request.get_full_path())
        return super().serve(request, *args, **kwargs)  # type: ignore[no-any-return]

    def serve_password_required_response(self, request: HttpRequest, form: Any, action_url: str) -> HttpResponse:
        """The form alone. Wagtail hands the page's whole context on, and the head would tell its title and summary."""
        context = {"form": form, "action_url": action_url}
        return TemplateResponse(request, self.password_required_template, context)

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Restrictions on this page, its ancestors, and on what it is a translation or an alias of."""
        found = restrictions_on(self)
        everything = PageViewRestriction.objects.all()
        return everything.filter(pk__in=[one.pk for one in found]) if found else everything.none()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = self.breadcrumbs(request)
        context["canonical_url"] = self.get_full_url(request)
        context["meta_description"] = self.search_description or self.summary
        context["structured_data"] = structured_data(self, context["breadcrumbs"], context["canonical_url"])
        return context

    # What a card in a list shows

    @classmethod
    def card_rows(cls) -> list[Any]:
        """What to prefetch for a list of cards."""
        return [theme_rows()]

    @property
    def card_tag(self) -> str:
        """The kind of page, in a reader's words."""
        return capfirst(self._meta.verbose_name)

    @property
    def card_meta(self) -> str:
        """The small line under a card's text."""
        return ""

    @property
    def theme_number(self) -> int | None:
        return self.themes[0].number if self.themes else None

    def breadcrumbs(self, request: HttpRequest) -> list[tuple[str, str]]:
        """(title, address) of the pages above this one that are published, the home page first."""
        above = [page for page in self.pages_above if is_in_force(page)]
        return [(page.title, page.get_url(request)) for page in above]

    @cached_property
    def pages_above(self) -> list[Page]:
        """The pages above this one, the home page first. Routing sets it; elsewhere it costs a query."""
        if not self.path:
            return []
        return list(self.get_ancestors().filter(depth__gt=1).select_related("locale"))

    @cached_property
    def upkeep(self) -> PageReview | None:
        """The page's review record; None before its first publication."""
        return getattr(self, "review", None)

    @property
    def withdrawn_on(self) -> Any:
        return self.upkeep.withdrawn_on if self.upkeep else None

    @cached_property
    def themes(self) -> list[Theme]:
        """The page's themes in order; works in previews too."""
        return [row.theme for row in joined(self, "page_themes", "theme") if row.theme_id]

    @cached_property
    def conditions(self) -> list[Condition]:
        """The page's health conditions; works in previews too."""
        return [row.condition for row in joined(self, "page_conditions", "condition") if row.condition_id]
