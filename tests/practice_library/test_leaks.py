"""What is not public is nowhere: no list, count, feed, choice, neighbour or file gives it away, and at once.

Five pages carry the name of a bird. Every way of hiding them must take the birds out of every place, and bring them
back to the same places afterwards.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from home.admin.upkeep import withdraw
from home.models import BasePage, CustomDocument, HomePage
from home.models.blog import RelatedPage
from home.models.pages import HomeFeature
from practice_library.coverage import coverage_table
from practice_library.models import CaseStudyPage, ResearchSummaryPage, StandardPage, TakeAwayFile
from search.projection import rebuild
from tests import factories

BIRDS = {"pelican", "heron", "cormorant", "flamingo", "bittern"}
PRACTICE, PAPER, POST, PLAIN, STANDARD = "pelican", "heron", "cormorant", "flamingo", "bittern"

pytestmark = pytest.mark.slow


@dataclass
class Site:
    """A public site with five birds in it, and where each of them is to be seen."""

    birds: list[BasePage]
    met: StandardPage
    library: BasePage
    document: CustomDocument
    places: dict[str, set[str]]


def build() -> Site:
    home = factories.home_page()
    edition = factories.framework(home)
    section = factories.theme_page(edition)
    about = {"themes": [factories.theme(1)], "topics": [factories.topic()]}
    met = factories.standard(section, **about)
    bittern = factories.standard(section, "1.2", "The bittern standard", **about)

    library = factories.case_study_index(home)
    factories.case_study(library, "A public clinic", claims=[factories.claim(met), factories.claim(bittern)], **about)
    pelican = factories.case_study_draft(
        "The pelican clinic",
        [factories.claim(met, how_met="The pelican way.", extent="partly"), factories.claim(bittern)],
        summary="A pelican in every ward.",
        started_on=datetime.date(2019, 1, 1),
        services=[
            factories.service(),
            factories.service(
                "Pelican clinic (sample)", organisation=factories.organisation("Pelican Trust (sample)", short_name="")
            ),
        ],
    )
    document = CustomDocument(title="The pelican protocol")
    document.file.save("pelican-protocol.txt", ContentFile(b"Feed the pelican."), save=True)
    pelican.take_away_files.set([TakeAwayFile(document=document)])
    pelican = factories.publish(
        library,
        pelican,
        themes=about["themes"],
        topics=[*about["topics"], factories.topic("Pelican feeding")],
        conditions=[factories.condition("Pelican fever")],
    )

    papers = factories.research_index(home)
    paper = factories.research_summary(papers, standards=[met, bittern], **about)
    heron = factories.research_summary(papers, "The heron trial", standards=[met], year=2011, **about)

    blog = factories.blog_index(home)
    flamingo = factories.content_page(home, "The flamingo page", show_in_menus=True, show_in_footer=True)
    cormorant = factories.blog_post(blog, "The cormorant post", **about)
    news = factories.blog_post_draft("Public news")
    related = (pelican, heron, cormorant, flamingo, bittern)
    news.related_pages.set([RelatedPage(related_page=Page(pk=page.pk)) for page in related])
    news = factories.publish(blog, news)

    coverage = factories.coverage_page(home)
    home = HomePage.objects.get(pk=home.pk)
    home.features.set([HomeFeature(featured_page=Page(pk=pelican.pk))])
    home.patients_page_id, home.patients_text = flamingo.pk, "What you can expect."
    home.save_revision().publish()

    everywhere = {PLAIN}  # the menu
    places = {
        "/": {PRACTICE, POST, STANDARD, *everywhere},
        edition.get_url(): {STANDARD, *everywhere},
        section.get_url(): {STANDARD, PRACTICE, PAPER, POST, *everywhere},
        met.get_url(): {STANDARD, PRACTICE, PAPER, *everywhere},
        CaseStudyPage.objects.get(slug="a-public-clinic").get_url(): {STANDARD, *everywhere},
        library.get_url(): {PRACTICE, STANDARD, *everywhere},
        f"{library.get_url()}?theme=1&topic=smoking&standard=1.1&sort=title": {PRACTICE, STANDARD, *everywhere},
        coverage.get_url(): {STANDARD, *everywhere},
        papers.get_url(): {PAPER, *everywhere},
        paper.get_url(): {STANDARD, *everywhere},
        blog.get_url(): {POST, *everywhere},
        news.get_url(): BIRDS,
        "/topics/smoking/": BIRDS,
        "/organisations/riverside-trust-sample/": {PRACTICE, STANDARD, *everywhere},
        "/services/physical-health-clinic-sample/": {PRACTICE, *everywhere},
        "/feed/": {PRACTICE, PAPER, POST},
        "/blog/feed/": {POST},
        "/sitemap.xml": BIRDS,
    }
    build_search_rows()
    return Site([pelican, heron, cormorant, flamingo, bittern], met, library, document, places)


def build_search_rows() -> None:
    """What a commit does, for what becomes public: filters are offered when somebody would find something."""
    while rebuild():
        pass


@pytest.fixture(scope="module")
def _site(module_database: None) -> Site:
    return build()


@pytest.fixture
def site(db: None, _site: Site) -> Site:
    return copy.deepcopy(_site)


def seen(client: Client, address: str) -> set[str]:
    response = client.get(address)
    text = b"".join(response).decode() if response.streaming else response.content.decode()
    return {bird for bird in BIRDS if bird in text.lower()} if response.status_code == 200 else set()


def all_seen(client: Client, site: Site) -> dict[str, set[str]]:
    return {address: seen(client, address) for address in site.places}


def examples_counted(site: Site) -> int:
    rows = {row.code: row.total for row in coverage_table(Locale.get_default().pk).rows}
    return rows["1.1"]


# Ways of hiding, each undone on leaving


def fresh(page: BasePage) -> BasePage:
    return type(page).objects.get(pk=page.pk)


def publish_again(page: BasePage) -> None:
    page = fresh(page)
    page.go_live_at = page.expire_at = None
    page.save_revision().publish()


@contextmanager
def unpublished(site: Site) -> Iterator[None]:
    for page in site.birds:
        fresh(page).unpublish()
    yield
    for page in site.birds:
        publish_again(page)


@contextmanager
def private(site: Site, pages: list[BasePage] | None = None) -> Iterator[None]:
    """Two need a login, two a group, one a password."""
    kinds = [PageViewRestriction.LOGIN, PageViewRestriction.GROUPS] * 2 + [PageViewRestriction.PASSWORD]
    made = [
        PageViewRestriction.objects.create(page=Page.objects.get(pk=page.pk), restriction_type=kind, password="x")
        for page, kind in zip(pages or site.birds, kinds, strict=False)
    ]
    council = Group.objects.get_or_create(name="Patients’ council")[0]
    for restriction in made:
        if restriction.restriction_type == PageViewRestriction.GROUPS:
            restriction.groups.add(council)
    yield
    for restriction in made:
        restriction.delete()


@contextmanager
def in_a_private_section(site: Site) -> Iterator[None]:
    section = factories.content_page(site.library.get_parent(), "For members")
    PageViewRestriction.objects.create(page=section.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    parents = {page.pk: page.get_parent() for page in site.birds}
    for page in site.birds:
        Page.objects.get(pk=page.pk).move(Page.objects.get(pk=section.pk), pos="last-child")
    yield
    for page in site.birds:
        Page.objects.get(pk=page.pk).move(Page.objects.get(pk=parents[page.pk].pk), pos="last-child")


@contextmanager
def scheduled(site: Site) -> Iterator[None]:
    for page in site.birds:
        page = fresh(page)
        page.unpublish()
        page.go_live_at = timezone.now() + datetime.timedelta(days=1)
        page.save_revision().publish()
    call_command("publish_scheduled")
    yield
    for page in site.birds:
        publish_again(page)


@contextmanager
def expired(site: Site) -> Iterator[None]:
    for page in site.birds:
        page = fresh(page)
        page.expire_at = timezone.now() - datetime.timedelta(seconds=1)
        page.save()
    yield
    for page in site.birds:
        publish_again(page)


@contextmanager
def archived(site: Site) -> Iterator[None]:
    for page in site.birds:
        fresh(page).review.archive("There is something newer.")
    yield
    for page in site.birds:
        fresh(page).review.unarchive()


@contextmanager
def withdrawn(site: Site) -> Iterator[None]:
    for page in site.birds:
        withdraw(fresh(page), factories.network_member(f"network-{page.pk}@example.org"), "A mistake.")
    yield
    for page in site.birds:
        publish_again(page)


#: way → what the pages' own addresses then answer
WAYS = {
    "unpublished": (unpublished, {404}),
    "private": (private, {302, 200}),
    "in a private section": (in_a_private_section, {302}),
    "scheduled": (scheduled, {404}),
    "expired": (expired, {404}),
    "archived": (archived, {200}),
    "withdrawn": (withdrawn, {410}),
}


def test_public_practice_makes_choices_to_filter_by(client: Client, site: Site) -> None:
    html = client.get(site.library.get_url()).content.decode()
    for choice in ("Pelican fever", "Pelican feeding", "Pelican Trust (sample)", "2019", "1.2 The bittern standard"):
        assert choice in html


@pytest.mark.parametrize("way", WAYS)
def test_what_is_hidden_is_nowhere_and_comes_back(client: Client, site: Site, way: str) -> None:
    hide, statuses = WAYS[way]
    assert examples_counted(site) == 2  # remembered now
    client.get(site.library.get_url())
    with hide(site):
        left = {place: birds for place, birds in all_seen(client, site).items() if birds}
        # An archived standard keeps its address, and a case study that meets it still says so.
        assert left == ({"/practice/a-public-clinic/": {STANDARD}} if way == "archived" else {})
        assert examples_counted(site) == 1
        assert "2019" not in client.get(site.library.get_url()).content.decode()
        assert seen(client, site.document.url) == ({PRACTICE} if way == "archived" else set())
        answers = [client.get(fresh(page).get_url()) for page in site.birds]
        assert {answer.status_code for answer in answers} == statuses
        for page, answer in zip(site.birds, answers, strict=True):
            assert (page.title in answer.content.decode()) is (way == "archived")
    build_search_rows()
    assert all_seen(client, site) == site.places
    assert examples_counted(site) == 2
    assert seen(client, site.document.url) == {PRACTICE}


def test_a_private_library_hides_its_case_studies(client: Client, site: Site) -> None:
    with private(site, [site.library]):
        assert not any(PRACTICE in found for found in all_seen(client, site).values())
        assert PRACTICE not in seen(client, site.document.url)
        assert PRACTICE not in seen(client, site.birds[0].get_url())
    build_search_rows()
    assert all_seen(client, site) == site.places


# Drafts


def test_drafts_are_nowhere(client: Client, site: Site) -> None:
    """Claims of a draft are rows in the table like any other."""
    about = {"themes": [factories.theme(1)], "topics": [factories.topic()]}
    draft = factories.case_study_draft("The ostrich clinic", [factories.claim(site.met)])
    factories.draft(site.library, draft, **about)
    papers = ResearchSummaryPage.objects.first().get_parent()
    paper = factories.research_summary(papers, "The ostrich trial", **about)
    paper.unpublish()
    for address in site.places:
        assert "ostrich" not in client.get(address).content.decode().lower(), address
    assert examples_counted(site) == 2
    assert client.get(f"{site.library.get_url()}the-ostrich-clinic/").status_code == 404


def test_the_draft_of_a_public_page_is_nowhere(client: Client, site: Site) -> None:
    for page in map(fresh, site.birds):
        page.title = "An ostrich by mistake"
        page.summary = "An ostrich."
        page.save_revision()
    page = fresh(site.birds[0])
    page.title = "An ostrich at last"
    page.go_live_at = timezone.now() + datetime.timedelta(days=1)
    page.save_revision().publish()
    for address in [*site.places, *(bird.get_url() for bird in site.birds)]:
        assert "ostrich" not in client.get(address).content.decode().lower(), address


def test_a_copy_kept_as_a_draft_is_nowhere(client: Client, site: Site) -> None:
    for number, page in enumerate(map(fresh, site.birds)):
        page.copy(update_attrs={"title": f"Ostrich {number}", "slug": f"ostrich-{number}"}, keep_live=False)
    for address in site.places:
        assert "ostrich" not in client.get(address).content.decode().lower(), address
    assert examples_counted(site) == 2


def test_a_service_that_only_a_draft_names_stays_unknown(client: Client, site: Site) -> None:
    secret = factories.service("Ostrich team (sample)")
    factories.draft(site.library, factories.case_study_draft("A draft", services=[secret]))
    assert client.get(secret.get_absolute_url()).status_code == 404
    for address in site.places:
        assert "ostrich" not in client.get(address).content.decode().lower(), address


def test_an_unpublished_section_is_not_named_above_its_pages(client: Client, site: Site) -> None:
    """Wagtail leaves the pages below an unpublished one where they are."""
    section = factories.content_page(site.library.get_parent(), "The ostrich section")
    child = factories.content_page(section, "A page below")
    fresh(section).unpublish()
    response = client.get(child.get_url())
    assert response.status_code == 200
    html = response.content.decode()
    assert "The ostrich section" not in html


def test_an_unpublished_theme_is_not_named_above_its_standards(client: Client, site: Site) -> None:
    section = site.met.get_parent().specific
    section.title = "The ostrich theme"
    section.save_revision().publish()
    assert "The ostrich theme" in client.get(site.met.get_url()).content.decode()
    fresh(section).unpublish()
    assert "The ostrich theme" not in client.get(site.met.get_url()).content.decode()


# Translations and aliases


@pytest.fixture
def french() -> Locale:
    return Locale.objects.create(language_code="fr")


def test_translations_of_private_pages_are_private(client: Client, site: Site, french: Locale) -> None:
    home = site.library.get_parent().specific
    home.copy_for_translation(french)
    pages = []
    for page in [site.library, *site.birds]:
        translated = fresh(page).copy_for_translation(french, copy_parents=True)
        translated.title = f"Ostrich {page.pk}"
        translated.save_revision().publish()
        pages.append(fresh(translated))
    with private(site):
        for page in pages[1:]:
            assert type(page).objects.listed().filter(pk=page.pk).exists() is False, page
            assert page.get_view_restrictions().exists(), page
    with private(site, [site.library]):
        assert not CaseStudyPage.objects.listed().exists()
        assert pages[1].get_view_restrictions().exists()
    assert CaseStudyPage.objects.listed().filter(pk=pages[1].pk).exists()


def test_aliases_of_private_pages_are_private(client: Client, site: Site) -> None:
    section = factories.content_page(site.library.get_parent(), "Elsewhere")
    aliases = [fresh(page).create_alias(parent=section, update_slug=f"alias-{page.pk}") for page in site.birds]
    for alias in aliases:
        assert client.get(alias.get_url()).status_code == 200
    with private(site):
        for alias, page in zip(aliases, site.birds, strict=True):
            response = client.get(alias.get_url())
            assert response.status_code in {302, 200}, alias
            assert page.title not in response.content.decode()
    with private(site, [site.library]):
        assert client.get(aliases[0].get_url()).status_code == 302
        assert client.get(aliases[1].get_url()).status_code == 200


def test_aliases_show_up_in_no_list(client: Client, site: Site) -> None:
    for page in site.birds:
        fresh(page).create_alias(parent=page.get_parent(), update_slug=f"ostrich-{page.pk}")
    for address in site.places:
        assert "ostrich" not in client.get(address).content.decode().lower(), address
    assert examples_counted(site) == 2
