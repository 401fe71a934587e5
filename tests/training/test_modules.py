"""What editors choose for a module, and what of it learners meet."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.visibility import request_scope
from tests import factories
from tests.training.conftest import answer_rightly
from training import learning, quiz
from training.models import (
    Attempt,
    LessonPage,
    ModuleCaseStudy,
    ModulePage,
    ModulePrerequisite,
    ModuleResearch,
    ReviewPolicy,
)


@pytest.fixture
def chosen(module: ModulePage, site_tree: factories.SiteTree) -> ModulePage:
    """A module with something of each kind, the module to do first among them."""
    first = factories.module_page(module.get_parent().specific, "First of all", lessons=0)
    page = ModulePage.objects.get(pk=module.pk)
    page.prerequisite_rows.set([ModulePrerequisite(prerequisite=first), ModulePrerequisite(prerequisite=page)])
    page.case_study_rows.set([ModuleCaseStudy(case_study=site_tree.case_study)])
    page.research_rows.set([ModuleResearch(research=site_tree.research)])
    page.save_revision().publish()
    return ModulePage.objects.get(pk=module.pk)


def test_what_the_editor_chose_is_shown(
    client: Client, chosen: ModulePage, site_tree: factories.SiteTree, django_assert_max_num_queries: Any
) -> None:
    with request_scope(), django_assert_max_num_queries(16):
        assert [page.title for page in chosen.prerequisite_pages] == ["First of all"]
        assert chosen.chosen_case_studies == [site_tree.case_study]
        assert chosen.chosen_research == [site_tree.research]
    assert site_tree.case_study.title in client.get(chosen.url).content.decode()


def test_what_is_not_public_is_left_out_and_what_is_gone_harms_nothing(
    client: Client, editor_client: Client, chosen: ModulePage, site_tree: factories.SiteTree
) -> None:
    site_tree.case_study.unpublish()
    ModulePage.objects.get(title="First of all").delete()
    page = ModulePage.objects.get(pk=chosen.pk)
    assert (page.prerequisite_pages, page.chosen_case_studies) == ([], [])
    assert client.get(page.url).status_code == 200
    assert editor_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).status_code == 200


@pytest.mark.parametrize(
    ("policy", "allowed", "passes", "shown"),
    [
        (ReviewPolicy.ALWAYS, 2, False, True),
        (ReviewPolicy.AT_THE_END, 2, False, False),
        (ReviewPolicy.AT_THE_END, None, False, False),
        (ReviewPolicy.AT_THE_END, 1, False, True),
        (ReviewPolicy.AT_THE_END, None, True, True),
        (ReviewPolicy.NEVER, 1, True, False),
    ],
)
def test_answers_are_shown_as_the_module_says(
    nurse_client: Client, attempt: Attempt, policy: str, allowed: int | None, passes: bool, shown: bool
) -> None:
    ModulePage.objects.update(review_policy=policy, attempts_allowed=allowed)
    if passes:
        answer_rightly(attempt)
    learning.finish(attempt.pk)
    page = nurse_client.get(reverse("training_result", args=[attempt.pk])).content.decode()
    assert ("Because." in page) == shown
    assert ("So it is." in page) == shown


def test_what_is_shown_counts_attempts_as_starting_does(nurse_client: Client, attempt: Attempt) -> None:
    """A pass closes the count: who renews a certificate has all attempts again, and sees the answers after them."""
    ModulePage.objects.update(review_policy=ReviewPolicy.AT_THE_END, attempts_allowed=2)
    page = ModulePage.objects.get()

    def shown(one: Attempt) -> bool:
        return "Because." in nurse_client.get(reverse("training_result", args=[one.pk])).content.decode()

    answer_rightly(attempt)
    learning.finish(attempt.pk)
    second = learning.finish(learning.start_attempt(attempt.enrolment, page).pk)
    assert (shown(attempt), shown(second)) == (True, False)
    third = learning.finish(learning.start_attempt(attempt.enrolment, page).pk)
    assert (shown(attempt), shown(second), shown(third)) == (True, True, True)
    with pytest.raises(learning.LearningError, match="used all attempts"):
        learning.start_attempt(attempt.enrolment, page)


def test_marks_can_be_worked_out_again(attempt: Attempt, module: ModulePage) -> None:
    """From the snapshot, and from the events alone, whatever has become of the module."""
    answer_rightly(attempt)
    question = attempt.snapshot.content["questions"][0]
    wrong = [option["id"] for option in question["options"] if not option["correct"]]
    learning.save_answer(attempt.pk, question["id"], wrong[:1], 2)
    score = learning.finish(attempt.pk).score
    page = ModulePage.objects.get(pk=module.pk)
    page.quiz = []
    page.save()
    module.delete()
    kept = Attempt.objects.get(pk=attempt.pk)
    told: dict[str, list[str]] = {}
    for event in kept.events.filter(kind="answered"):
        told[event.data["question"]] = event.data["chosen"]
    assert told == learning.answers_of(kept)
    assert quiz.score(kept.snapshot.content, told) == kept.score == score == 50


def test_a_question_taken_out_stays_for_those_who_have_it(
    nurse_client: Client, attempt: Attempt, module: ModulePage
) -> None:
    page = ModulePage.objects.get(pk=module.pk)
    taken_out = page.quiz[0]
    page.quiz.pop(0)
    page.save_revision().publish()
    answer_rightly(attempt)
    assert taken_out.value["text"] in nurse_client.get(attempt.get_absolute_url() + "check/").content.decode()
    assert learning.finish(attempt.pk).score == 100
    assert taken_out.value["text"] in nurse_client.get(f"{attempt.get_absolute_url()}result/").content.decode()
    again = learning.start_attempt(attempt.enrolment, page)
    assert len(again.snapshot.content["questions"]) == 1


def test_previews_show_the_buttons_and_touch_no_record(editor_client: Client, editor: Any, module: ModulePage) -> None:
    enrolment = learning.enrol(editor, module.module)
    before = enrolment.last_active_at
    for page in (module, LessonPage.objects.child_of(module).first()):
        shown = editor_client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
        assert 'type="submit"' in shown.split("<main")[1]
    enrolment.refresh_from_db()
    assert enrolment.last_active_at == before
    assert not enrolment.lessons_done.exists()
    assert not Attempt.objects.exists()


def test_the_budget_holds_outside_demonstrations_too(
    nurse_client: Client, attempt: Attempt, module: ModulePage, settings: Any, django_assert_max_num_queries: Any
) -> None:
    settings.DEMO_MODE = False
    lesson = module.lessons[0]
    nurse_client.get(lesson.get_url())
    with django_assert_max_num_queries(18):
        assert nurse_client.get(lesson.get_url()).status_code == 200
    with django_assert_max_num_queries(18):
        assert nurse_client.get(attempt.get_absolute_url()).status_code == 200
