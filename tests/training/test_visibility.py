"""Lessons are as public as their module, or for people with an account: every place says the same."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from home.models import CustomDocument, PageReview
from search.projection import rebuild
from tests import factories
from training import learning
from training.models import LessonPage, ModulePage

WORD = "Listen"


def places_with(client: Client, lesson: LessonPage) -> list[str]:
    """Where the lesson is met, but for its module's page: by its address, in the site map, in lists, in search."""
    while rebuild():  # the worker's part
        pass
    by_address = [lesson.url] if client.get(lesson.url).status_code == 200 else []
    shown = {place: client.get(place).content.decode() for place in ("/sitemap.xml", "/feed/", "/training/")}
    found = client.get(reverse("search"), {"q": lesson.title}).content.decode()
    return [*by_address, *(place for place, text in {**shown, "search": found}.items() if lesson.url in text)]


def _unpublish(module: ModulePage) -> None:
    module.unpublish()


def _withdraw(module: ModulePage) -> None:
    module.unpublish()
    PageReview.objects.filter(page=module).update(withdrawn_on=timezone.localdate())


def _archive(module: ModulePage) -> None:
    module.review.archived_on = timezone.localdate()
    module.review.save()


def _expire(module: ModulePage) -> None:
    ModulePage.objects.filter(pk=module.pk).update(expire_at=timezone.now())


@pytest.mark.parametrize("go", [_unpublish, _withdraw, _archive, _expire])
def test_lessons_go_with_their_module(
    client: Client, nurse_client: Client, module: ModulePage, site_tree: factories.SiteTree, go: Any
) -> None:
    lesson, other = module.lessons[0], factories.module_page(module.get_parent().specific, "Another module")
    assert places_with(client, lesson) == [lesson.url, "/sitemap.xml", "/feed/", "search"]
    go(ModulePage.objects.get(pk=module.pk))
    for reader in (client, nurse_client):
        assert places_with(reader, lesson) == []
        assert reader.get(other.lessons[0].url).status_code == 200, "nothing else goes"
    assert nurse_client.post(reverse("training_lesson_done", args=[lesson.pk])).status_code == 404


def test_lessons_come_back_with_their_module(client: Client, module: ModulePage) -> None:
    lesson = module.lessons[0]
    _archive(module)
    assert places_with(client, lesson) == []
    review = PageReview.objects.get(page=module)
    review.archived_on = None
    review.save()
    assert places_with(client, lesson) == [lesson.url, "/sitemap.xml", "/feed/", "search"]


@pytest.fixture
def closed(module: ModulePage) -> ModulePage:
    """A module whose lessons ask for an account."""
    module.lessons_are_open = False
    module.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


def test_lessons_can_ask_for_an_account(
    client: Client, nurse_client: Client, nurse: Any, closed: ModulePage, django_assert_max_num_queries: Any
) -> None:
    lesson, last = closed.lessons
    assert places_with(client, lesson) == []
    asked = client.get(f"{lesson.url}?from=a-leaflet")
    assert (asked.status_code, asked.url) == (302, f"/accounts/login/?next={lesson.url}%3Ffrom%3Da-leaflet")
    shown = client.get(closed.url)
    assert shown.status_code == 200
    assert "for everybody with an account" in shown.content.decode()
    assert closed.url in client.get("/sitemap.xml").content.decode()

    assert places_with(nurse_client, lesson) == [lesson.url]
    with django_assert_max_num_queries(18):
        assert WORD in nurse_client.get(lesson.url).content.decode()
    done = nurse_client.post(reverse("training_lesson_done", args=[lesson.pk]))
    assert done.url == last.url
    assert learning.outline(closed, nurse).done_count == 1
    assert "1 of 2 lessons done" in nurse_client.get(reverse("my_learning")).content.decode()


def test_files_of_such_lessons_are_for_their_readers(
    client: Client, nurse_client: Client, closed: ModulePage, site_tree: factories.SiteTree
) -> None:
    document = CustomDocument.objects.create(title="Chart", file=ContentFile(b"%PDF-1.4", name="chart.pdf"))
    lesson = LessonPage.objects.child_of(closed).first()
    lesson.body = [("text", f'<p><a linktype="document" id="{document.pk}">Chart</a></p>')]
    lesson.save_revision().publish()
    assert client.get(document.url).status_code == 404
    answer = nurse_client.get(document.url)
    assert answer.status_code == 200
    assert b"".join(answer)


def test_previews_ask_for_nothing(editor_client: Client, closed: ModulePage) -> None:
    lesson = LessonPage.objects.child_of(closed).first()
    shown = editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk]))
    assert WORD in shown.content.decode()
