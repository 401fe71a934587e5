"""Drafts save however little is in them, and open again; publishing says what is still to be done."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from home.models import BlogIndexPage, BlogPostPage, ContentPage, Organisation, Service
from practice_library.models import (
    CaseStudyIndexPage,
    CaseStudyPage,
    CoveragePage,
    FrameworkPage,
    ResearchIndexPage,
    ResearchSummaryPage,
    StandardClaim,
    StandardPage,
    ThemePage,
)
from practice_library.signals import CodeTakenError, InUseError
from tests import factories
from tests.factories import SiteTree

pytestmark = pytest.mark.slow

COMMON = {"title": "A first idea", "slug": "a-first-idea", "summary": ""}
TOPICS = {"page_themes": inline_formset([]), "topics": ""}
EMPTY: dict[type[Page], dict[str, Any]] = {
    CaseStudyPage: {
        **TOPICS,
        "body": streamfield([]),
        **{
            rows: inline_formset([])
            for rows in ("service_rows", "organisation_rows", "claims", "measures", "take_away_files", "references",
                         "page_conditions", "consents")
        },
    },
    StandardPage: {
        **TOPICS,
        "measures": inline_formset([]),
        "guidance": inline_formset([]),
        **{name: rich_text("") for name in ("what_you_can_expect", "rationale", "what_good_looks_like")},
    },
    ResearchSummaryPage: {
        **TOPICS,
        "standards": inline_formset([]),
        "page_conditions": inline_formset([]),
        **{name: rich_text("") for name in ("findings", "limits", "what_it_means")},
    },
    BlogPostPage: {**TOPICS, "body": streamfield([]), "related_pages": inline_formset([])},
    ContentPage: {"body": streamfield([])},
    FrameworkPage: {"introduction": rich_text("")},
    ThemePage: {"introduction": rich_text("")},
    CaseStudyIndexPage: {},
    ResearchIndexPage: {},
    CoveragePage: {},
    BlogIndexPage: {},
}  # fmt: skip


def parent_for(model: type[Page], site: SiteTree) -> Page:
    parents = {
        CaseStudyPage: site.library, StandardPage: site.theme_page, ResearchSummaryPage: site.research_index,
        BlogPostPage: site.blog, ThemePage: site.framework,
    }  # fmt: skip
    return parents.get(model, site.home)


def add_address(model: type[Page], parent: Page) -> str:
    return reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])


def save(client: Client, model: type[Page], parent: Page, **values: Any) -> Any:
    """Post the "new page" form with nothing but a title and `values`."""
    return client.post(add_address(model, parent), nested_form_data({**COMMON, **EMPTY[model], **values}))


def errors_of(response: Any) -> dict[str, Any]:
    form = response.context["form"]
    return {"form": form.errors, **{name: formset.errors for name, formset in form.formsets.items()}}


def draft_of(client: Client, model: type[Page], site: SiteTree, **values: Any) -> Page:
    parent = parent_for(model, site)
    # the pages that may be there only once make room
    for there in Page.objects.child_of(parent).type(model).filter(slug__in=("practice", "research", "blog")):
        there.specific.delete()
    if model is CoveragePage:
        site.coverage.delete()
    response = save(client, model, Page.objects.get(pk=parent.pk), **values)
    assert response.status_code == 302, errors_of(response)
    page: Page = model.objects.get(slug="a-first-idea")
    return page


def open_and_preview(client: Client, page: Page) -> None:
    """The editor, the draft on a page of its own, the history and the preview beside the form."""
    for name in ("edit", "view_draft", "history"):
        response = client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert response.status_code == 200, (name, page)
    for mode in dict(page.specific.preview_modes):
        address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
        response = client.get(address, {"mode": mode})
        assert response.status_code == 200, (mode, page)


def preview_form(client: Client, page: Page, model: type[Page], **values: Any) -> str:
    """The preview of what is typed and not yet saved."""
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    posted = client.post(address, nested_form_data({**COMMON, **EMPTY[model], **values}))
    assert posted.json()["is_valid"] is True, posted.json()
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("model", EMPTY, ids=lambda model: model.__name__)
def test_an_empty_draft_saves_opens_and_previews(model: type[Page], editor_client: Client, site_tree: SiteTree) -> None:
    page = draft_of(editor_client, model, site_tree)
    assert not page.live
    open_and_preview(editor_client, page)
    assert "A first idea" in preview_form(editor_client, page, model)


@pytest.mark.parametrize("model", EMPTY, ids=lambda model: model.__name__)
def test_the_form_for_a_new_page_opens(model: type[Page], editor_client: Client, site_tree: SiteTree) -> None:
    if model not in (CaseStudyIndexPage, ResearchIndexPage, BlogIndexPage, CoveragePage):
        assert editor_client.get(add_address(model, parent_for(model, site_tree))).status_code == 200


def test_a_case_study_with_rows_half_filled_in_saves_opens_and_previews(
    editor_client: Client, site_tree: SiteTree
) -> None:
    empty = {"how_met": "", "evidence": "", "extent": "partly", "basis": "reported-by-service", "source": ""}
    values = {
        "claims": inline_formset([empty, {**empty, "standard": site_tree.standard.pk, "how_met": "A nurse does it."}]),
        "measures": inline_formset([{"name": "", "kind": "outcome", "baseline": "40%"}]),
        "references": inline_formset([{"title": "", "url": ""}]),
        "take_away_files": inline_formset([{"kind": "protocol", "keep": "The form"}]),
        "consents": inline_formset([{"reference": "", "withdrawal_route": "By e-mail"}]),
        "service_rows": inline_formset([{"service": site_tree.claim.service.pk}]),
    }
    page = draft_of(editor_client, CaseStudyPage, site_tree, **values)
    open_and_preview(editor_client, page)
    html = preview_form(editor_client, page, CaseStudyPage, **values)
    assert "A nurse does it." in html


def test_the_preview_of_a_standard_shows_its_public_examples(editor_client: Client, site_tree: SiteTree) -> None:
    html = editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[site_tree.standard.pk])).content.decode()
    assert site_tree.case_study.title in html


@pytest.mark.parametrize("name", ["case_study", "standard", "research", "post", "home", "theme_page", "framework"])
def test_every_live_page_opens_and_previews(name: str, network_client: Client, site_tree: SiteTree) -> None:
    open_and_preview(network_client, getattr(site_tree, name))


def test_a_theme_below_a_draft_edition_answers(client: Client, site_tree: SiteTree) -> None:
    """An edition that has no date yet."""
    edition = factories.draft(site_tree.home, FrameworkPage(title="Edition 2", version="2", summary="Next"))
    FrameworkPage.objects.filter(pk=edition.pk).update(effective_from=None)
    section = factories.theme_page(edition, 2)
    standard = factories.standard(section, "2.1", "Say hello")
    for page in (section, standard):
        assert client.get(page.get_url()).status_code == 200


# Publishing


def test_publishing_an_empty_case_study_says_everything_that_is_missing(
    network_client: Client, site_tree: SiteTree
) -> None:
    page = draft_of(network_client, CaseStudyPage, site_tree)
    response = network_client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        nested_form_data({**COMMON, **EMPTY[CaseStudyPage], "action-publish": "yes"}),
    )
    assert not CaseStudyPage.objects.get(pk=page.pk).live
    html = response.content.decode()
    for words in (
        "Choose at least one service or organisation",
        "Choose a contact",
        "Say whether the organisation has given permission",
        "Check whether anybody can be identified",
    ):
        assert words in html
    assert {"what_they_did", "result", "summary"} <= set(response.context["form"].errors)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"contact": None}, "Choose a contact, so that readers can ask."),
        ({"permission": ""}, "Say whether the organisation has given permission to publish."),
        ({"identifiability": ""}, "Check whether anybody can be identified, then say so here."),
        ({"identifiability": "consented"}, "Add the consent of each person who can be identified."),
        ({"summary": "word " * 61}, "The summary has 61 words. Shorten it to 60 or fewer."),
        ({"effort": "  "}, "Fill in “staff time and cost” before you publish."),
    ],
)
def test_a_case_study_says_what_stands_in_its_way(values: dict[str, Any], words: str, db: None) -> None:
    page = factories.case_study_draft(**values)
    assert [str(problem.message) for problem in page.publication_problems()] == [words]


def test_a_complete_case_study_has_nothing_in_its_way(site_tree: SiteTree) -> None:
    page = factories.case_study_draft("Complete", [factories.claim(site_tree.standard)])
    assert page.publication_problems() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"standard": None}, "Example 1 under “Standards met”: choose the standard."),
        ({"service": None}, "Example 1 under “Standards met”: choose the service or organisation it is about."),
        ({"how_met": " "}, "Example 1 under “Standards met”: say how the standard is met."),
        ({"evidence": ""}, "Example 1 under “Standards met”: say how we know."),
    ],
)
def test_an_incomplete_example_is_named(values: dict[str, Any], words: str, site_tree: SiteTree) -> None:
    claim = factories.claim(site_tree.standard)
    for name, value in values.items():
        setattr(claim, name, value)
    page = factories.case_study_draft("Incomplete", [claim])
    assert [str(problem.message) for problem in page.publication_problems()] == [words]


def test_two_editions_are_not_current_at_once(site_tree: SiteTree) -> None:
    second = factories.draft(site_tree.home, FrameworkPage(title="Edition 2", version="2", summary="Next"))
    problems = [str(problem.message) for problem in second.publication_problems()]
    assert problems == ["“The framework” is the current edition. Mark it as superseded first."]
    assert site_tree.framework.publication_problems() == []


def test_a_draft_edition_does_not_hide_the_current_one(site_tree: SiteTree) -> None:
    for title in ("An early draft", "Another draft"):
        draft = factories.draft(site_tree.home, FrameworkPage(title=title, version="2", summary="Next"))
    draft.move(site_tree.framework, pos="left")
    assert FrameworkPage.objects.get(pk=draft.pk).publication_problems()


# Codes


def test_a_code_that_is_taken_is_refused_in_words(editor_client: Client, site_tree: SiteTree) -> None:
    response = save(editor_client, StandardPage, site_tree.theme_page, code="1.1")
    assert response.status_code == 200
    assert "Another standard of this edition has the code 1.1." in str(response.context["form"].errors["code"])
    assert not StandardPage.objects.filter(slug="a-first-idea").exists()


def test_changing_to_a_code_that_is_taken_is_refused_in_words(editor_client: Client, site_tree: SiteTree) -> None:
    response = editor_client.post(
        reverse("wagtailadmin_pages:edit", args=[site_tree.gap.pk]),
        nested_form_data({**COMMON, **EMPTY[StandardPage], "code": "1.1"}),
    )
    assert "Another standard of this edition has the code 1.1." in str(response.context["form"].errors["code"])


@pytest.mark.parametrize("code", ["one", "1", "1.", ".1", "1.1.1", "123.1", "1,1"])
def test_a_code_looks_like_a_code(code: str, editor_client: Client, site_tree: SiteTree) -> None:
    response = save(editor_client, StandardPage, site_tree.theme_page, code=code)
    assert "Write the code as theme number, point, number" in str(response.context["form"].errors["code"])


def test_the_same_code_may_be_in_another_edition(site_tree: SiteTree) -> None:
    FrameworkPage.objects.update(status="superseded")
    later = factories.framework(site_tree.home, "Edition 2", version="2", effective_from=datetime.date(2027, 1, 1))
    assert factories.standard(factories.theme_page(later)).code == "1.1"


def test_standards_without_a_code_do_not_clash(editor_client: Client, site_tree: SiteTree) -> None:
    for number in (1, 2):
        response = save(editor_client, StandardPage, site_tree.theme_page, slug=f"idea-{number}")
        assert response.status_code == 302
    assert StandardPage.objects.filter(code=None).count() == 2


# Copies and moves


def test_a_copy_within_its_edition_starts_without_a_code(site_tree: SiteTree) -> None:
    for live in (True, False):
        copied = site_tree.standard.copy(update_attrs={"slug": f"copy-{live}"}, keep_live=live)
        assert StandardPage.objects.get(pk=copied.pk).code is None
    assert StandardPage.objects.get(pk=site_tree.standard.pk).code == "1.1"


def test_an_alias_within_its_edition_has_no_code_and_follows_its_original(site_tree: SiteTree) -> None:
    alias = site_tree.standard.create_alias(parent=site_tree.theme_page, update_slug="alias")
    original = StandardPage.objects.get(pk=site_tree.standard.pk)
    original.title = "Check physical health twice a year"
    original.save_revision().publish()
    alias = StandardPage.objects.get(pk=alias.pk)
    assert (alias.code, alias.title) == (None, "Check physical health twice a year")
    assert StandardPage.objects.get(pk=original.pk).code == "1.1"


def test_copying_a_whole_edition_keeps_the_codes(site_tree: SiteTree) -> None:
    copied = site_tree.framework.copy(
        recursive=True, update_attrs={"title": "Edition 2", "slug": "edition-2"}, keep_live=False
    )
    standards = StandardPage.objects.descendant_of(copied)
    assert sorted(standards.values_list("code", flat=True)) == ["1.1", "1.2"]
    assert {standard.edition_id for standard in standards} == {copied.pk}
    assert StandardClaim.objects.filter(standard__in=standards).count() == 0


def second_edition(site: SiteTree) -> ThemePage:
    edition = factories.framework(site.home, "Edition 2", version="2", status="forthcoming")
    return factories.theme_page(edition, 2)


def test_a_standard_that_is_moved_belongs_to_its_new_edition(site_tree: SiteTree) -> None:
    elsewhere = second_edition(site_tree)
    Page.objects.get(pk=site_tree.standard.pk).move(Page.objects.get(pk=elsewhere.pk), pos="last-child")
    assert StandardPage.objects.get(pk=site_tree.standard.pk).edition_id == elsewhere.get_parent().pk


def test_standards_follow_their_theme_into_another_edition(site_tree: SiteTree) -> None:
    elsewhere = second_edition(site_tree).get_parent()
    Page.objects.get(pk=site_tree.theme_page.pk).move(elsewhere, pos="last-child")
    assert set(StandardPage.objects.values_list("edition_id", flat=True)) == {elsewhere.pk}


def test_a_move_that_would_double_a_code_is_refused_and_nothing_moves(site_tree: SiteTree) -> None:
    elsewhere = second_edition(site_tree)
    factories.standard(elsewhere, "1.1", "The same code")
    before = Page.objects.get(pk=site_tree.standard.pk).path
    for page in (site_tree.standard, site_tree.theme_page):
        target = elsewhere if page is site_tree.standard else elsewhere.get_parent()
        with pytest.raises(CodeTakenError, match=r"1\.1"), transaction.atomic():
            Page.objects.get(pk=page.pk).move(Page.objects.get(pk=target.pk), pos="last-child")
    assert Page.objects.get(pk=site_tree.standard.pk).path == before


def test_the_admin_refuses_such_a_move_without_failing(network_client: Client, site_tree: SiteTree) -> None:
    elsewhere = second_edition(site_tree)
    factories.standard(elsewhere, "1.1", "The same code")
    address = reverse("wagtailadmin_pages:move_confirm", args=[site_tree.standard.pk, elsewhere.pk])
    assert network_client.post(address).status_code == 302
    assert StandardPage.objects.get(pk=site_tree.standard.pk).get_parent().pk == site_tree.theme_page.pk


def test_moving_within_an_edition_keeps_code_and_edition(site_tree: SiteTree) -> None:
    Page.objects.get(pk=site_tree.gap.pk).move(Page.objects.get(pk=site_tree.standard.pk), pos="left")
    moved = StandardPage.objects.get(pk=site_tree.gap.pk)
    assert (moved.code, moved.edition_id) == ("1.2", site_tree.framework.pk)
    assert list(StandardPage.objects.in_order().values_list("code", flat=True)) == ["1.2", "1.1"]


# Deleting what others rest on


@pytest.mark.parametrize("name", ["standard", "theme_page", "framework"])
def test_a_standard_in_use_cannot_be_deleted_nor_what_is_above_it(name: str, site_tree: SiteTree) -> None:
    with pytest.raises(InUseError, match="A health check at the first visit"), transaction.atomic():
        getattr(site_tree, name).delete()
    assert StandardPage.objects.filter(pk=site_tree.standard.pk).exists()


def test_a_standard_that_nothing_rests_on_can_go(site_tree: SiteTree) -> None:
    site_tree.gap.delete()
    assert not StandardPage.objects.filter(pk=site_tree.gap.pk).exists()


def test_services_and_organisations_in_use_cannot_be_deleted(site_tree: SiteTree) -> None:
    for row in (site_tree.claim.service, site_tree.claim.service.organisation):
        with pytest.raises((InUseError, ProtectedError)), transaction.atomic():
            row.delete()
    assert Service.objects.filter(pk=site_tree.claim.service.pk).exists()


def test_what_nobody_names_can_be_deleted(db: None) -> None:
    organisation = factories.organisation("Nobody (sample)")
    factories.service("Unused (sample)", organisation=organisation).delete()
    organisation.delete()
    assert not Organisation.objects.filter(pk=organisation.pk).exists()


def test_a_case_study_may_go_with_its_examples(site_tree: SiteTree) -> None:
    site_tree.case_study.delete()
    assert not StandardClaim.objects.exists()


def test_a_draft_whose_standard_is_gone_still_opens(editor_client: Client, site_tree: SiteTree) -> None:
    """Drafts' rows are in no table: nothing can refuse on their account."""
    page = site_tree.case_study
    page.claims.add(factories.claim(site_tree.gap))
    page.save_revision()
    site_tree.gap.delete()
    open_and_preview(editor_client, page)
