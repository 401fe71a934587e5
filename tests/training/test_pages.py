"""Training pages as editors write them: drafts may be empty, previews touch no record."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from tests import factories
from training.models import Attempt, Enrolment, LessonPage, ModulePage, TrainingIndexPage

pytestmark = pytest.mark.slow

FORMS: dict[type[Page], dict[str, Any]] = {
    ModulePage: {
        "quiz": streamfield([]),
        "support": rich_text(""),
        "level": "foundation",
        "minutes": "20",
        "cpd_hours": "0.5",
        "pass_mark": "80",
        "waiting_hours": "0",
        "review_policy": "always",
        "prerequisite_rows": inline_formset([]),
        "standard_rows": inline_formset([]),
        "case_study_rows": inline_formset([]),
        "research_rows": inline_formset([]),
        "page_themes": inline_formset([]),
        "topics": "",
    },
    LessonPage: {"body": streamfield([]), "minutes": "4"},
}


@pytest.fixture
def index(site_tree: factories.SiteTree) -> TrainingIndexPage:
    return factories.training_index(site_tree.home)


@pytest.mark.parametrize("model", FORMS, ids=lambda model: model.__name__)
def test_an_empty_draft_saves_opens_and_previews(
    model: type[Page], editor_client: Client, index: TrainingIndexPage
) -> None:
    parent = factories.module_page(index) if model is LessonPage else index
    where = [model._meta.app_label, model._meta.model_name, parent.pk]
    typed = nested_form_data({"title": "A first idea", "slug": "a-first-idea", "summary": "", **FORMS[model]})

    new = reverse("wagtailadmin_pages:preview_on_add", args=where)
    assert editor_client.post(new, typed).json()["is_valid"]
    assert "A first idea" in editor_client.get(new).content.decode()

    assert editor_client.post(reverse("wagtailadmin_pages:add", args=where), typed).status_code == 302
    page = model.objects.get(slug="a-first-idea")
    assert not page.live
    for name in ("edit", "view_draft", "history"):
        assert editor_client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 200
    there = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert editor_client.post(there, typed).json()["is_valid"]
    assert "A first idea" in editor_client.get(there).content.decode()
    assert not Enrolment.objects.exists()
    assert not Attempt.objects.exists()


def test_support_that_says_nothing_is_not_shown(editor_client: Client, index: TrainingIndexPage) -> None:
    """The editor's rich text leaves an empty paragraph behind."""
    page = factories.module_page(index)
    page.support = '<p data-block-key="a1b2c"> \u00a0</p>'
    page.save_revision().publish()
    assert ModulePage.objects.get(pk=page.pk).support == ""
    assert "If this touches you" not in editor_client.get(page.get_url()).content.decode()


def test_a_module_without_questions_is_not_published(network_client: Client, index: TrainingIndexPage) -> None:
    page = factories.module_page(index)
    page.quiz = []
    assert [problem.field for problem in page.publication_problems()] == ["quiz"]
