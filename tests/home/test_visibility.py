"""The one place that says what is public."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction

from home.models import ContentPage, CustomDocument, HomePage
from home.models.version import ContentVersion, remembered
from home.visibility import document_is_public, private_paths, request_scope, restrictions_on
from tests import factories


@pytest.fixture
def french(home_page: HomePage) -> Locale:
    return Locale.objects.create(language_code="fr")


def restrict(page: Page) -> PageViewRestriction:
    return PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.LOGIN
    )


def listed() -> set[str]:
    return set(ContentPage.objects.listed().values_list("title", flat=True))


def translated(page: ContentPage, locale: Locale, title: str) -> ContentPage:
    version = page.copy_for_translation(locale, copy_parents=True)
    version.title = title
    version.save_revision().publish()
    return ContentPage.objects.get(pk=version.pk)


def test_without_private_pages_nothing_is_asked(
    home_page: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2), request_scope():  # of privacy, and of what training keeps back
        assert private_paths() == ()
        assert private_paths() == ()


def test_private_sections_are_asked_once_a_request(
    home_page: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        restrict(factories.content_page(home_page, f"Members {number}"))
    with django_assert_num_queries(2), request_scope():
        for _time in range(3):
            assert len(private_paths()) == 4
    factories.content_page(home_page, "Open").create_alias(update_slug="again")
    with django_assert_num_queries(3), request_scope():
        for _time in range(3):
            assert len(private_paths()) == 4


def test_making_private_within_a_request_counts_at_once(home_page: HomePage) -> None:
    page = factories.content_page(home_page, "Members")
    with request_scope():
        assert listed() == {"Members"}
        restriction = restrict(page)
        assert listed() == set()
        restriction.delete()
        assert listed() == {"Members"}


def test_a_private_section_hides_what_is_below_and_nothing_beside(home_page: HomePage) -> None:
    section = factories.content_page(home_page, "Members")
    factories.content_page(section, "Minutes")
    factories.content_page(home_page, "Open")
    restrict(section)
    assert listed() == {"Open"}


def test_translations_are_as_private_as_their_original(home_page: HomePage, french: Locale) -> None:
    section = factories.content_page(home_page, "Members")
    minutes = factories.content_page(section, "Minutes")
    membres = translated(section, french, "Membres")
    translated(minutes, french, "Compte rendu")
    only_french = factories.content_page(membres, "Seulement en français", locale=french)
    assert len(listed()) == 5
    restrict(section)
    assert listed() == set()
    for page in ContentPage.objects.all():
        assert restrictions_on(page), page
    assert only_french.get_view_restrictions().count() == 1


def test_a_translation_that_was_moved_out_of_a_private_section_stays_private(
    home_page: HomePage, french: Locale
) -> None:
    section = factories.content_page(home_page, "Members")
    minutes = factories.content_page(section, "Minutes")
    moved = translated(minutes, french, "Compte rendu")
    below = factories.content_page(moved, "En annexe", locale=french)
    moved.move(home_page.get_translation(french), pos="last-child")
    restrict(section)
    assert listed() == set()
    for page in (moved, below):
        assert ContentPage.objects.get(pk=page.pk).get_view_restrictions().exists(), page


def test_the_original_of_a_private_translation_is_private_too(home_page: HomePage, french: Locale) -> None:
    page = factories.content_page(home_page, "Members")
    restrict(translated(page, french, "Membres"))
    assert listed() == set()
    assert restrictions_on(page)


def test_what_hangs_below_an_alias_of_a_private_page_is_private(client: Client, home_page: HomePage) -> None:
    section = factories.content_page(home_page, "Members")
    elsewhere = factories.content_page(home_page, "Elsewhere")
    alias = section.create_alias(parent=elsewhere, update_slug="alias")
    below = factories.content_page(alias, "Below the alias")
    assert client.get(below.get_url()).status_code == 200
    restrict(section)
    assert client.get(alias.get_url()).status_code == 302
    assert client.get(below.get_url()).status_code == 302
    assert listed() == {"Elsewhere"}


def test_an_alias_does_not_make_its_original_private(client: Client, home_page: HomePage) -> None:
    page = factories.content_page(home_page, "Open")
    members = factories.content_page(home_page, "Members")
    page.create_alias(parent=members, update_slug="open-again")
    restrict(members)
    assert client.get(page.get_url()).status_code == 200
    assert listed() == {"Open"}


def test_a_page_ends_at_its_hour_without_any_scheduler(client: Client, home_page: HomePage) -> None:
    page = factories.content_page(home_page, "For this week")
    for hours, status, titles in ((1, 200, {"For this week"}), (-1, 404, set())):
        ContentPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() + datetime.timedelta(hours=hours))
        assert client.get(page.get_url()).status_code == status
        assert listed() == titles


# Remembered counts


def test_what_is_remembered_lasts_until_something_changes(home_page: HomePage) -> None:
    answers = iter([1, 2])
    assert remembered("test", lambda: next(answers)) == 1
    assert remembered("test", lambda: next(answers)) == 1
    ContentVersion.raise_()
    assert remembered("test", lambda: next(answers)) == 2


def test_nothing_is_remembered_while_an_expired_page_waits_to_be_taken_down(home_page: HomePage) -> None:
    page = factories.content_page(home_page, "For this week", expire_at=timezone.now() + datetime.timedelta(hours=1))
    answers = iter([1, 2, 3, 4])
    assert remembered("test", lambda: next(answers)) == remembered("test", lambda: next(answers)) == 1
    page.expire_at = timezone.now() - datetime.timedelta(seconds=1)
    page.save()
    assert [remembered("test", lambda: next(answers)) for _ in range(2)] == [2, 3]
    page.unpublish()
    assert remembered("test", lambda: next(answers)) == remembered("test", lambda: next(answers)) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda page: restrict(page),
        lambda page: Page.objects.get(pk=page.pk).unpublish(),
        lambda page: page.unpublish(),
        lambda page: page.review.archive("Old."),
        lambda page: page.delete(),
        lambda page: Page.objects.get(pk=page.pk).delete(),
        lambda page: page.get_parent().delete(),
        lambda page: page.move(factories.home_page(), pos="last-child"),
    ],
    ids=["private", "unpublished as a plain page", "unpublished", "archived", "deleted", "deleted as a plain page",
         "deleted with its parent", "moved"],
)  # fmt: skip
def test_every_change_of_what_is_public_is_noticed(home_page: HomePage, change: object) -> None:
    page = factories.case_study(factories.case_study_index(home_page))
    before = ContentVersion.current().number
    change(page)
    assert ContentVersion.current().number > before


# Files


@pytest.fixture
def document(home_page: HomePage) -> CustomDocument:
    made = CustomDocument(title="Protocol")
    made.file.save("protocol.txt", ContentFile(b"Weigh everybody."), save=True)
    return made


def answer(client: Client, document: CustomDocument) -> int:
    """The status; the file is closed."""
    response = client.get(document.url)
    if response.streaming:
        assert b"".join(response)
    return int(response.status_code)


def test_a_file_that_no_page_offers_cannot_be_had(client: Client, document: CustomDocument) -> None:
    assert answer(client, document) == 404


def test_those_who_look_after_files_can_have_every_file(document: CustomDocument, editor_client: Client) -> None:
    assert answer(editor_client, document) == 200


def test_somebody_who_merely_has_an_account_cannot(client: Client, document: CustomDocument) -> None:
    client.force_login(factories.user("reader@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    assert answer(client, document) == 404


def linking(document: CustomDocument) -> list[tuple[str, str]]:
    return [("text", f'<p><a linktype="document" id="{document.pk}">The protocol</a></p>')]


def test_a_link_in_a_text_makes_a_file_public_while_the_page_is(
    client: Client, home_page: HomePage, document: CustomDocument
) -> None:
    page = factories.content_page(home_page, body=linking(document))
    assert document_is_public(document)
    assert answer(client, document) == 200
    restrict(page)
    assert answer(client, document) == 404


def test_a_link_in_a_draft_makes_no_file_public(client: Client, home_page: HomePage, document: CustomDocument) -> None:
    page = factories.content_page(home_page)
    page.body = linking(document)
    page.save_revision()
    assert answer(client, document) == 404


def test_a_link_taken_out_takes_the_file_away(client: Client, home_page: HomePage, document: CustomDocument) -> None:
    page = factories.content_page(home_page, body=linking(document))
    page.body = [("text", "<p>No files here.</p>")]
    page.save_revision().publish()
    assert answer(client, document) == 404


def test_a_private_collection_keeps_its_files(client: Client, home_page: HomePage, document: CustomDocument) -> None:
    factories.content_page(home_page, body=linking(document))
    collection = Collection.get_first_root_node().add_child(name="Members")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=CollectionViewRestriction.LOGIN)
    document.collection = collection
    document.save()
    assert not document_is_public(document)
    assert answer(client, document) == 302


def test_the_file_itself_has_no_address(client: Client, home_page: HomePage, document: CustomDocument) -> None:
    """Not even for a public one: the view that checks is the only way."""
    factories.content_page(home_page, body=linking(document))
    for path in (document.file.name, f"images/../{document.file.name}", f"images/%2e%2e/{document.file.name}"):
        assert client.get(f"/media/{path}").status_code == 404, path


@pytest.mark.parametrize("name", ["page.html", "script.js", "picture.svg"])
def test_a_file_never_runs_in_the_browser(client: Client, home_page: HomePage, name: str) -> None:
    """Whatever slipped past the list of allowed kinds is downloaded, not shown."""
    made = CustomDocument(title="Odd")
    made.file.save(name, ContentFile(b"<script>alert(1)</script>"), save=True)
    factories.content_page(home_page, body=linking(made))
    response = client.get(made.url)
    assert b"".join(response)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
