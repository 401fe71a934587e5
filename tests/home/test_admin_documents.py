"""Who may download a file: readers while a public page offers it, otherwise only those who look after it."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction, ReferenceIndex

from home.models import ContentPage, CustomDocument, HomePage
from home.visibility import document_is_public
from tests import factories


@pytest.fixture
def document(db: None) -> CustomDocument:
    document = CustomDocument(title="Protocol")
    document.file.save("protocol.txt", ContentFile(b"One step after the other."), save=True)
    return document


def offering(document: CustomDocument, home: HomePage, *, live: bool = True) -> ContentPage:
    """A page with a link to the file in its text."""
    body = [("text", f'<p><a linktype="document" id="{document.pk}">Protocol</a></p>')]
    page = ContentPage(title="Files", summary="Files to take away.", body=body)
    page = factories.publish(home, page) if live else factories.draft(home, page)
    ReferenceIndex.create_or_update_for_object(page)
    return page


def status(client: Client, address: str) -> int:
    response = client.get(address)
    response.close()
    return response.status_code


def test_file_linked_in_a_public_text_is_public(document: CustomDocument, home_page: HomePage, client: Client) -> None:
    offering(document, home_page)
    assert status(client, document.url) == 200


def test_file_of_a_draft_is_for_those_who_work_on_it(
    document: CustomDocument, home_page: HomePage, client: Client, editor_client: Client
) -> None:
    offering(document, home_page, live=False)
    assert status(client, document.url) == 404
    assert status(editor_client, document.url) == 200
    client.force_login(factories.user("reader@example.org"), backend="django.contrib.auth.backends.ModelBackend")
    assert status(client, document.url) == 404


def test_link_in_the_draft_of_a_public_page_does_not_open_a_file(document: CustomDocument, home_page: HomePage) -> None:
    page = factories.content_page(home_page)
    page.body = [("text", f'<p><a linktype="document" id="{document.pk}">Protocol</a></p>')]
    page.save_revision()
    assert not document_is_public(document)


def test_taking_a_link_out_of_a_draft_leaves_the_public_file_alone(
    document: CustomDocument, home_page: HomePage
) -> None:
    page = offering(document, home_page)
    page.body = []
    page.save_revision()
    assert document_is_public(document)


def test_something_else_with_the_same_number_does_not_open_a_file(
    document: CustomDocument, home_page: HomePage
) -> None:
    """References are kept by number and type: a file used by a draft's namesake in another table stays closed."""
    page = offering(document, home_page, live=False)
    references = ReferenceIndex.get_references_to(document)
    assert references.count() == 1
    other_type = ReferenceIndex.get_references_to(document).get().to_content_type
    references.update(base_content_type=other_type, object_id=str(home_page.pk))
    assert page.pk != home_page.pk
    assert not document_is_public(document)


def test_private_collection_stays_private(document: CustomDocument, home_page: HomePage, client: Client) -> None:
    offering(document, home_page)
    collection = Collection.get_first_root_node().add_child(name="Committee")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    document.collection = collection
    document.save()
    assert not document_is_public(document)
    assert status(client, document.url) == 302
