"""The home page, the index pages, plain pages and the blog of the demonstration."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Page, Site

from home.models import BasePage, BlogIndexPage, BlogPostPage, ContentPage, HomePage
from home.models.blog import RelatedPage
from home.models.pages import HomeFeature
from hub.demo.images import illustration
from hub.demo.reading import content, existing, plain, publish, tag
from practice_library.models import (
    CaseStudyIndexPage,
    CaseStudyPage,
    CoveragePage,
    ResearchIndexPage,
    ResearchSummaryPage,
    StandardPage,
)


def _point_site_at(home: HomePage) -> None:
    """The default site shows this home page under SITE_URL."""
    address = urlsplit(settings.SITE_URL)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.port = address.hostname, address.port or (443 if address.scheme == "https" else 80)
    site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
    site.save()


def load_home() -> HomePage:
    """The home page, in place of the page that Wagtail ships."""
    if home := HomePage.objects.first():
        _point_site_at(home)
        return home
    root = Page.get_first_root_node()
    stock = root.get_children().filter(slug="home").first()
    home = HomePage(
        title="Home",
        slug="mind-and-body",
        seo_title="Mind & Body Quality Improvement Network",
        summary="Standards of care for mind and body, and the practice that meets them: examples to copy, research in plain "
        "words, and what patients and carers can ask for.",
        strapline="Care for the whole person, mind and body together",
        introduction="What good joined-up care looks like, and how services meet it. For teams looking for practice they "
        "can copy, and for patients and carers who want to know what to expect.",
        patients_heading="For patients and carers",
        patients_text="Your body and your mind belong to one person. See what you can expect from services, and questions "
        "that you can take to your next appointment.",
    )
    publish(root, home)
    _point_site_at(home)
    if stock:
        stock.delete()
    return HomePage.objects.get(pk=home.pk)


INDEXES: list[tuple[type[BasePage], str, dict[str, Any]]] = [
    (
        CaseStudyIndexPage,
        "practice",
        {
            "title": "Practice library",
            "summary": "Case studies of services that join up care for mind and body: what they did, what came of it, and "
            "how to start.",
            "introduction": "Find practice that you can copy. Each case study says what was done, what came of it and how "
            "sure we are, what it took, and which standards it shows being met.",
        },
    ),
    (
        ResearchIndexPage,
        "research",
        {
            "title": "Research",
            "summary": "Research on care for mind and body in plain words, with its limits. Studies that found no effect "
            "are here too.",
            "introduction": "What studies found, what they did not, and what it means for services. Key messages first.",
        },
    ),
]


def load_indexes(home: HomePage) -> None:
    for model, slug, values in INDEXES:
        if not existing(home, slug):
            publish(home, model(slug=slug, show_in_menus=True, **values))
            home = HomePage.objects.get(pk=home.pk)


def load_coverage_and_blog(home: HomePage) -> None:
    if not existing(home, "where-we-have-examples"):
        publish(
            home,
            CoveragePage(
                title="Where we have examples",
                slug="where-we-have-examples",
                summary="Which standards have published examples, and from which settings.",
                introduction="The number of published examples of each standard, by setting. These are examples, not "
                "ratings: a gap means that nobody has published an example yet, not that services fall short.",
            ),
        )
        home = HomePage.objects.get(pk=home.pk)
    if not existing(home, "blog"):
        summary = "News from the network, and things learned along the way."
        publish(home, BlogIndexPage(title="Blog", slug="blog", summary=summary, show_in_menus=True))


def _block(entry: dict[str, Any]) -> tuple[str, Any]:
    """One block of pages.yaml as StreamField data."""
    ((kind, value),) = entry.items()
    if kind == "text":
        return ("text", value)
    if kind == "callout":
        return ("callout", {"kind": value.get("kind", "info"), "title": value["title"], "text": value["html"]})
    if kind == "steps":
        return ("steps", {"steps": [{"title": step["title"], "text": step["html"]} for step in value]})
    if kind == "cards":
        cards = [{"title": card["title"], "text": plain(card.get("text")), "url": card["link"]} for card in value]
        return ("cards", {"cards": cards})
    if kind == "expander":
        return ("expander", {"title": value["title"], "text": value["html"]})
    return ("contact", None)


def stream(field: Any, blocks: list[tuple[str, Any]]) -> Any:
    """StreamField value from (block name, plain data) pairs; rich text is given as HTML."""
    stream_block = field.stream_block
    return stream_block.normalize([(name, stream_block.child_blocks[name].normalize(value)) for name, value in blocks])


def load_plain_pages(home: HomePage) -> None:
    for entry in content("pages")["pages"]:
        if existing(home, entry["slug"]):
            continue
        page = ContentPage(
            title=entry["title"],
            slug=entry["slug"],
            summary=plain(entry["summary"]),
            show_in_footer=entry["footer"],
            show_in_menus=entry["slug"] in {"about", "for-patients-and-carers", "get-involved"},
        )
        page.body = stream(ContentPage._meta.get_field("body"), [_block(block) for block in entry["sections"]])
        publish(home, page)
        home = HomePage.objects.get(pk=home.pk)


def _page_called(reference: str) -> Page | None:
    """The page that "case:slug", "research:slug" or "standard:1.3" names."""
    kind, _colon, name = reference.partition(":")
    if kind == "standard":
        return StandardPage.objects.filter(code=name).first()
    return {"case": CaseStudyPage, "research": ResearchSummaryPage}[kind].objects.filter(slug=name).first()


def load_blog(home: HomePage) -> None:
    index = BlogIndexPage.objects.child_of(home).get()
    for number, entry in enumerate(content("posts")["posts"]):
        if existing(index, entry["slug"]):
            continue
        post = BlogPostPage(
            title=entry["title"],
            slug=entry["slug"],
            summary=plain(entry["summary"]),
            date=entry["date"],
            author_role=entry["author_role"],
        )
        blocks: list[tuple[str, Any]] = [("text", entry["html"])]
        if number == 0:
            blocks.append(("image", illustration()))
        post.body = stream(BlogPostPage._meta.get_field("body"), blocks)
        tag(post, entry)
        targets = [page for page in map(_page_called, entry.get("related", [])) if page]
        post.related_pages.set([RelatedPage(related_page=Page(pk=page.pk)) for page in targets])
        publish(index, post, first_published=entry["date"])
        index = BlogIndexPage.objects.get(pk=index.pk)


def feature(home: HomePage) -> None:
    """Put the featured case studies and the patients' page on the home page."""
    if home.features.exists():
        return
    featured = [entry["slug"] for entry in content("case_studies")["case_studies"] if entry.get("featured")][:3]
    pages = CaseStudyPage.objects.filter(slug__in=featured)
    home.features.set([HomeFeature(featured_page=Page(pk=page.pk)) for page in pages])
    home.patients_page_id = (
        ContentPage.objects.filter(slug="for-patients-and-carers").values_list("pk", flat=True).first()
    )
    home.save_revision().publish()
