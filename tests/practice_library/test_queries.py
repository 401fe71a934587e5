"""How many queries a page costs, with nothing remembered; and that more content does not cost more."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Locale, Page, PageViewRestriction, Site

from home.models import PageCondition, PageTheme, PageTopic, Service
from practice_library.models import CaseStudyPage, CaseStudyService, ClaimVerification, StandardClaim
from search.models import SearchDocument
from search.projection import rebuild
from tests import factories
from tests.factories import SiteTree

pytestmark = pytest.mark.slow


@pytest.fixture
def site(site_tree: SiteTree) -> SiteTree:
    """With a private section, as a real site has."""
    PageViewRestriction.objects.create(
        page=factories.content_page(site_tree.home, "For members").page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    return site_tree


def repeat_page(pattern: CaseStudyPage, number: int) -> list[Page]:
    """Copies of a page's own row in both of its tables: four statements however many."""
    parent = Page.objects.get(pk=pattern.get_parent().pk)
    pages = []
    for count in range(parent.numchild + 1, parent.numchild + number + 1):
        page = Page.objects.get(pk=pattern.pk)
        page.pk = page.id = None
        page.title = page.draft_title = f"Case study {count}"
        page.slug, page.translation_key = f"case-study-{count}", uuid.uuid4()
        page.path, page.url_path = (
            Page._get_path(parent.path, parent.depth + 1, count),
            f"{parent.url_path}{page.slug}/",
        )
        page.latest_revision = page.live_revision = None
        pages.append(page)
    made = Page.objects.bulk_create(pages)
    table, key = CaseStudyPage._meta.db_table, CaseStudyPage._meta.pk.column
    columns = ", ".join(f'c."{field.column}"' for field in CaseStudyPage._meta.local_fields if not field.primary_key)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} ("{key}", {columns.replace("c.", "")}) SELECT p.id, {columns} '  # noqa: S608
            f"FROM wagtailcore_page p, {table} c WHERE p.path > %s AND p.path LIKE %s AND c.{key} = %s",
            [Page._get_path(parent.path, parent.depth + 1, parent.numchild), f"{parent.path}____", pattern.pk],
        )
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + number)
    return list(made)


def grow(site: SiteTree, number: int) -> None:
    """Case studies like the first one, each with a service, a theme, a topic, a condition and an example; quickly."""
    locale, topic, theme, condition = Locale.get_default(), factories.topic(), factories.theme(1), factories.condition()
    pages = repeat_page(site.case_study, number)
    common = {"organisation": factories.organisation(), "setting": site.claim.service.setting, "locale": locale}
    services = Service.objects.bulk_create(
        [Service(name=f"Team {page.slug} (sample)", slug=page.slug, is_sample=True, **common) for page in pages]
    )
    rows = [
        ({"case_study_id": page.pk, "locale": locale}, service) for page, service in zip(pages, services, strict=True)
    ]
    CaseStudyService.objects.bulk_create([CaseStudyService(**row, service=service) for row, service in rows])
    met = {"standard": site.standard, "how_met": "So.", "evidence": "An audit."}
    StandardClaim.objects.bulk_create([StandardClaim(**row, **met, service=service) for row, service in rows])
    PageTheme.objects.bulk_create([PageTheme(page_id=page.pk, theme=theme, locale=locale) for page in pages])
    PageCondition.objects.bulk_create(
        [PageCondition(page_id=page.pk, condition=condition, locale=locale) for page in pages]
    )
    PageTopic.objects.bulk_create([PageTopic(content_object_id=page.pk, tag=topic) for page in pages])
    SearchDocument.objects.mark_dirty(page.pk for page in pages)
    while rebuild():  # what the filters' numbers are counted from
        pass


FILTERED = "?theme=1&topic=smoking&standard=1.1&setting=community-mental-health&condition=diabetes&sort=evidence"

#: address → the most queries it may cost
LIMITS = {
    "home": ("/", 22),
    "library": ("/practice/", 22),
    "filtered library": (f"/practice/{FILTERED}", 22),
    "standard": ("/the-framework/getting-the-basics-right/1-1-check-physical-health-once-a-year/", 17),
    "framework": ("/the-framework/", 15),
    "theme": ("/the-framework/getting-the-basics-right/", 30),
    "coverage": ("/where-we-have-examples/", 15),
    "organisation": ("/organisations/riverside-trust-sample/", 20),
    "service": ("/services/physical-health-clinic-sample/", 15),
    "topic": ("/topics/smoking/", 22),
    "research": ("/research/", 15),
    "blog": ("/blog/", 15),
    "feed": ("/feed/", 15),
    "blog feed": ("/blog/feed/", 10),
    "sitemap": ("/sitemap.xml", 10),
}


def forget() -> None:
    """Nothing is remembered but what Django and Wagtail keep as long as a process lives: content types, the sites."""
    cache.clear()
    ContentType.objects.get_for_models(*apps.get_models())
    Site.get_site_root_paths()


def cost(client: Client, address: str) -> int:
    forget()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", LIMITS)
def test_a_page_costs_no_more_than_it_may(
    client: Client, site: SiteTree, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address, limit = LIMITS[name]
    grow(site, 20)
    forget()
    with django_assert_max_num_queries(limit):
        assert client.get(address).status_code == 200


def test_a_case_study_with_everything_costs_no_more_than_20(
    client: Client, site: SiteTree, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    services = [factories.service(f"Team {letter} (sample)") for letter in "ABC"]
    page = factories.case_study_draft(
        "Everything",
        [factories.claim(met, service=row) for met in (site.standard, site.gap) for row in services],
        services=services,
    )
    page = factories.publish(
        site.library, page, themes=[factories.theme(1)], topics=[factories.topic()], conditions=[factories.condition()]
    )
    forget()
    with django_assert_max_num_queries(20):
        assert client.get(page.get_url()).status_code == 200


def test_more_case_studies_cost_no_more_queries(client: Client, site: SiteTree) -> None:
    grow(site, 20)
    few = {name: cost(client, address) for name, (address, _limit) in LIMITS.items()}
    grow(site, 180)
    assert {name: cost(client, address) for name, (address, _limit) in LIMITS.items()} == few


def test_thirty_examples_of_a_standard_cost_no_more_than_its_limit(
    client: Client, site: SiteTree, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    grow(site, 30)
    for claim in StandardClaim.objects.all()[:15]:
        claim.save()  # bulk_create left the fingerprint out
        ClaimVerification.objects.get_or_create(claim_key=claim.translation_key, fingerprint=claim.fingerprint)
    address, limit = LIMITS["standard"]
    forget()
    with django_assert_max_num_queries(limit):
        html = client.get(address).content.decode()
    assert "31 examples" in html
    assert html.count("Checked by the network team") == 10


def test_more_of_everything_else_costs_no_more_queries(client: Client, site: SiteTree) -> None:
    about = {"themes": [factories.theme(1)], "topics": [factories.topic()]}

    def add(number: int) -> None:
        for count in range(number):
            factories.standard(site.theme_page, f"1.{Page.objects.count()}", f"Another {count} {number}", **about)
            factories.research_summary(site.research_index, f"Paper {count} {number}", [site.standard], **about)
            factories.blog_post(site.blog, f"Post {count} {number}", **about)
            factories.content_page(site.home, f"Page {count} {number}", show_in_menus=True, show_in_footer=True)

    add(1)
    few = {name: cost(client, address) for name, (address, _limit) in LIMITS.items()}
    add(4)
    assert {name: cost(client, address) for name, (address, _limit) in LIMITS.items()} == few


def test_a_second_visit_is_cheaper(client: Client, site: SiteTree) -> None:
    """What the whole library is counted for is remembered."""
    for name in ("home", "coverage", "library"):
        address = LIMITS[name][0]
        first = cost(client, address)
        with CaptureQueriesContext(connection) as again:
            client.get(address)
        assert len(again) < first, name
