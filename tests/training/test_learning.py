"""A learner's way through a module: nothing is lost, nothing is doubled, nothing of others is seen."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from home.models import User
from tests import factories
from tests.training.conftest import answer_rightly, right_answers
from training import learning, quiz
from training.models import Answer, Attempt, AttemptEvent, Certificate, Enrolment, LessonPage, ModulePage, QuizSnapshot


def post_answer(client: Client, attempt: Attempt, question: str, chosen: list[str], **extra: Any) -> HttpResponse:
    headers = extra.pop("headers", None)
    data = {"question": question, "chosen": chosen, "sequence": 1, **extra}
    return client.post(reverse("training_quiz", args=[attempt.pk]), data, headers=headers)


# Lessons


def test_lessons_can_be_read_without_an_account(client: Client, module: ModulePage) -> None:
    for page in [module, *module.lessons]:
        assert client.get(page.get_url()).status_code == 200


def test_a_lesson_done_stays_done_and_the_module_goes_on_from_there(
    nurse_client: Client, nurse: User, module: ModulePage
) -> None:
    first, second = module.lessons
    for _click in range(2):
        response = nurse_client.post(reverse("training_lesson_done", args=[first.pk]))
        assert response.url == second.get_url()
    assert Enrolment.objects.get(user=nurse).lessons_done.count() == 1
    assert "1 of 2 lessons done" in nurse_client.get(module.get_url()).content.decode()
    assert nurse_client.post(reverse("training_start", args=[module.pk])).url == second.get_url()


@pytest.mark.parametrize("name", ["training_start", "training_start_quiz", "training_lesson_done"])
def test_every_button_leads_through_the_login_back_to_its_page(
    client: Client, nurse_client: Client, module: ModulePage, name: str
) -> None:
    page = module.lessons[0] if name == "training_lesson_done" else module
    action = reverse(name, args=[page.pk])
    response = client.post(action)
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={page.get_url()}"
    assert nurse_client.get(action).url == page.get_url()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("name", ["training_start", "training_start_quiz"])
def test_a_module_that_is_not_public_cannot_be_started(nurse_client: Client, module: ModulePage, name: str) -> None:
    module.unpublish()
    assert nurse_client.post(reverse(name, args=[module.pk])).status_code == 404


# The quiz


def test_two_starts_are_one_attempt(nurse: User, module: ModulePage, attempt: Attempt) -> None:
    assert learning.start_attempt(attempt.enrolment, module) == attempt
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(enrolment=attempt.enrolment, snapshot=attempt.snapshot, number=2, seed=1)


def test_a_late_save_does_not_undo_a_newer_one(attempt: Attempt) -> None:
    question, right = next(iter(right_answers(attempt).items()))
    learning.save_answer(attempt.pk, question, right, 5)
    assert learning.save_answer(attempt.pk, question, [], 4).chosen == right
    assert learning.save_answer(attempt.pk, question, [], 5).chosen == right
    assert Answer.objects.get().sequence == 5
    assert attempt.events.filter(kind=AttemptEvent.Kind.ANSWERED).count() == 1


def test_what_is_handed_in_stays_as_it_is(attempt: Attempt, module: ModulePage) -> None:
    answer_rightly(attempt)
    finished = learning.finish(attempt.pk)
    assert (finished.score, finished.passed) == (100, True)
    question = next(iter(right_answers(attempt)))
    with pytest.raises(learning.FinishedError):
        learning.save_answer(attempt.pk, question, [], 9)
    again = learning.finish(attempt.pk)
    assert again.finished_at == finished.finished_at
    assert Certificate.objects.count() == 1


def test_publishing_again_changes_no_attempt_under_way(attempt: Attempt, module: ModulePage) -> None:
    before = Attempt.objects.get(pk=attempt.pk).snapshot.content
    page = ModulePage.objects.get(pk=module.pk)
    page.quiz.pop()
    page.pass_mark = 50
    page.save_revision().publish()
    assert QuizSnapshot.objects.filter(module=module.module).count() == 2
    assert Attempt.objects.get(pk=attempt.pk).snapshot.content == before
    with pytest.raises(RuntimeError):
        attempt.snapshot.save()


def test_records_outlive_the_page(attempt: Attempt, module: ModulePage, nurse_client: Client) -> None:
    answer_rightly(attempt)
    learning.finish(attempt.pk)
    module.get_parent().delete()
    assert Attempt.objects.filter(pk=attempt.pk).exists()
    assert nurse_client.get(reverse("training_result", args=[attempt.pk])).status_code == 200
    assert "no longer offered" in nurse_client.get(reverse("my_learning")).content.decode()


def test_a_nurse_takes_the_quiz_without_javascript(nurse_client: Client, module: ModulePage) -> None:
    response = nurse_client.post(reverse("training_start_quiz", args=[module.pk]), follow=True)
    attempt = Attempt.objects.get()
    assert "Question 1 of 2" in response.content.decode()
    for number in (1, 2):
        page = nurse_client.get(f"{attempt.get_absolute_url()}?question={number}")
        asked = page.context["question"]
        response = post_answer(nurse_client, attempt, asked["id"], sorted(quiz.right_options(asked)))
    assert response.url == reverse("training_quiz_check", args=[attempt.pk])
    assert nurse_client.get(response.url).status_code == 200
    response = nurse_client.post(response.url, follow=True)
    assert "You have passed" in response.content.decode()
    shown = nurse_client.get(Certificate.objects.get().get_absolute_url()).content.decode()
    assert "Ada Sample" in shown


def test_an_answer_saved_on_the_way_is_acknowledged(nurse_client: Client, attempt: Attempt) -> None:
    question, right = next(iter(right_answers(attempt).items()))
    response = post_answer(nurse_client, attempt, question, right, headers={"Accept": "application/json"})
    assert response.json() == {"question": question, "chosen": right, "sequence": 1}


def test_an_answer_given_after_the_login_ended_is_kept_for_the_same_person(
    client: Client, nurse: User, attempt: Attempt
) -> None:
    question, right = next(iter(right_answers(attempt).items()))
    response = post_answer(client, attempt, question, right)
    assert "/accounts/login/" in response.url
    client.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    assert "Your last answer was kept" in client.get(attempt.get_absolute_url()).content.decode()
    assert Answer.objects.get().chosen == right


def test_such_an_answer_is_nobody_elses(client: Client, editor: User, attempt: Attempt) -> None:
    question, right = next(iter(right_answers(attempt).items()))
    post_answer(client, attempt, question, right)
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(attempt.get_absolute_url()).status_code == 404
    assert not Answer.objects.exists()


@pytest.fixture
def old_tab(attempt: Attempt, nurse: User) -> tuple[Client, dict[str, str]]:
    """A browser in which the nurse signed in again after a form was opened, and that form's token."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(nurse, backend="django.contrib.auth.backends.ModelBackend")
    token = str(browser.get(attempt.get_absolute_url()).context["csrf_token"])
    browser.cookies["csrftoken"] = _get_new_csrf_string()
    return browser, {"csrfmiddlewaretoken": token}


def test_an_answer_from_an_old_form_is_shown_again_and_saved_only_by_hand(
    old_tab: tuple[Client, dict[str, str]], attempt: Attempt
) -> None:
    browser, token = old_tab
    questions = quiz.in_order(attempt.snapshot.content, attempt.seed)
    question, right = questions[1]["id"], sorted(quiz.right_options(questions[1]))
    answer = post_answer(browser, attempt, question, right, **token)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "not saved yet: save it now" in text
    assert [f'value="{one["id"]}"' in text.split(" checked")[0] for one in questions[1]["options"]].count(True) >= 1
    assert text.count(" checked>") == len(right)
    assert not Answer.objects.exists()
    fresh = {"csrfmiddlewaretoken": str(answer.context["csrf_token"]), "sequence": answer.context["sequence"]}
    assert post_answer(browser, attempt, question, right, **fresh).status_code == 302
    assert Answer.objects.get().chosen == right
    as_script = post_answer(browser, attempt, question, right, **token, headers={"Accept": "application/json"})
    assert as_script.status_code == 403, "the script takes the new token and tries again"


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [("/training/?page=1", "/training/?page=1"), ("https://evil.example/", None), ("", None)],
)
def test_other_old_forms_say_what_happened_and_lead_back(
    old_tab: tuple[Client, dict[str, str]], module: ModulePage, came_from: str, leads_to: str | None
) -> None:
    browser, token = old_tab
    address = reverse("training_start", args=[module.pk])
    answer = browser.post(address, token, headers={"Referer": came_from.replace("/t", "http://testserver/t", 1)})
    text = answer.content.decode().split("<main")[1]
    assert answer.status_code == 403
    assert "You signed in or out after this page was opened" in text
    assert f'{leads_to or address}"' in text
    assert "evil" not in text


@pytest.mark.parametrize(
    ("question", "chosen"),
    [("nothing", ["x"]), ("", []), ("known", ["not-an-option"]), ("known", ["\x01", "<b>"]), ("known", ["all"])],
)
def test_answers_that_were_never_offered_are_refused_in_words(
    nurse_client: Client, attempt: Attempt, question: str, chosen: list[str]
) -> None:
    [first, *_others] = [one for one in attempt.snapshot.content["questions"] if one["kind"] == "single"]
    asked = first["id"] if question == "known" else question
    options = [option["id"] for option in first["options"]] if chosen == ["all"] else chosen
    response = post_answer(nurse_client, attempt, asked, options)
    assert response.status_code == 400
    assert "We did not recognise that answer" in response.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "9" * 30])
def test_any_question_number_shows_a_question(nurse_client: Client, attempt: Attempt, number: str) -> None:
    assert nurse_client.get(f"{attempt.get_absolute_url()}?question={number}").status_code == 200


def test_other_peoples_records_do_not_exist(
    editor_client: Client, client: Client, attempt: Attempt, module: ModulePage
) -> None:
    names = ["training_quiz", "training_quiz_check", "training_result"]
    assert [editor_client.get(reverse(name, args=[attempt.pk])).status_code for name in names] == [404, 404, 404]
    answer_rightly(attempt)
    learning.finish(attempt.pk)
    certificate = Certificate.objects.get()
    assert editor_client.get(certificate.get_absolute_url()).status_code == 404
    assert client.get(certificate.get_absolute_url()).status_code == 302


# Attempts


def test_attempts_run_out(attempt: Attempt, module: ModulePage) -> None:
    module.attempts_allowed = 1
    learning.finish(attempt.pk)
    with pytest.raises(learning.LearningError, match="You have used all attempts"):
        learning.start_attempt(attempt.enrolment, module)


def test_the_next_attempt_waits(attempt: Attempt, module: ModulePage) -> None:
    module.waiting_hours = 2
    learning.finish(attempt.pk)
    with pytest.raises(learning.LearningError, match="You can try again from"):
        learning.start_attempt(attempt.enrolment, module)
    Attempt.objects.update(finished_at=timezone.now() - datetime.timedelta(hours=3))
    assert learning.start_attempt(attempt.enrolment, module).number == 2


# Certificates


@pytest.mark.parametrize("before", ["", "nurse@example.org"])
def test_who_has_no_name_is_asked_for_it_and_no_certificate_shows_an_address(
    nurse_client: Client, nurse: User, attempt: Attempt, before: str
) -> None:
    User.objects.filter(pk=nurse.pk).update(first_name=before, last_name="")
    answer_rightly(attempt)
    address = reverse("training_quiz_check", args=[attempt.pk])
    assert "Full name" in nurse_client.get(address).content.decode()
    for name in ("", "nurse@example.org", "\x00"):
        refused = nurse_client.post(address, {"name": name})
        assert refused.status_code == 400
        assert "There is a problem" in refused.content.decode()
    with pytest.raises(learning.NamelessError):
        learning.finish(attempt.pk)
    assert not Attempt.objects.get().is_finished
    assert Answer.objects.count() == 2, "nothing is lost"
    passed = nurse_client.post(address, {"name": " Ada  Sample "}, follow=True)
    assert "You have passed" in passed.content.decode()
    assert Certificate.objects.get().name == User.objects.get(pk=nurse.pk).name == "Ada Sample"
    assert learning.finish(attempt.pk).passed, "handing in twice changes nothing"


@pytest.fixture
def certificate(attempt: Attempt) -> Certificate:
    answer_rightly(attempt)
    learning.finish(attempt.pk)
    return Certificate.objects.get()


def test_anybody_can_check_a_certificate_and_learns_no_more_than_needed(
    client: Client, certificate: Certificate, nurse: User
) -> None:
    Certificate.objects.update(is_sample=False)
    shown = client.get(reverse("training_verify_code", args=[certificate.code])).content.decode()
    assert "genuine and valid" in shown
    assert certificate.name in shown
    assert nurse.email not in shown
    typed = client.get(reverse("training_verify"), {"code": f" {certificate.code.lower()} "})
    assert certificate.name in typed.content.decode()


def test_an_unknown_code_is_answered_in_words(client: Client, db: None) -> None:
    response = client.get(reverse("training_verify"), {"code": "<script>"})
    assert response.status_code == 404
    assert "We know no certificate with this code" in response.content.decode()


def test_expired_and_withdrawn_certificates_say_so(client: Client, certificate: Certificate) -> None:
    address = reverse("training_verify_code", args=[certificate.code])
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Certificate.objects.update(
        is_sample=False, issued_on=yesterday - datetime.timedelta(days=365), expires_on=yesterday
    )
    assert "It has expired" in client.get(address).content.decode()
    with pytest.raises(ValueError, match="Say why"):
        certificate.revoke(" ")
    certificate.revoke("Issued by mistake.")
    assert "This certificate was withdrawn" in client.get(address).content.decode()


def test_codes_cannot_be_guessed(certificate: Certificate) -> None:
    assert len(certificate.code) == 32
    assert len(set(certificate.code)) > 8


def test_the_learning_record_lists_what_was_passed_between_two_days(
    nurse_client: Client, certificate: Certificate
) -> None:
    address = reverse("learning_record")
    assert certificate.module_title in nurse_client.get(address).content.decode()
    assert "Nothing passed" in nurse_client.get(address, {"from": "2001-01-01", "to": "2001-02-01"}).content.decode()
    rows = nurse_client.get(address, {"format": "csv"}).content.decode().splitlines()
    assert rows[1].startswith(f"{certificate.issued_on},{certificate.module_title},Online module with a quiz,0.50,no,")


# In the hub


def test_my_learning_costs_the_same_however_much(
    nurse_client: Client, nurse: User, module: ModulePage, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        other = factories.module_page(module.get_parent().specific, f"Module {number}", lessons=0)
        learning.enrol(nurse, other.module)
    Site.get_site_root_paths()  # Wagtail keeps them as long as a process lives
    with django_assert_max_num_queries(16):
        assert nurse_client.get(reverse("my_learning")).status_code == 200


def test_pages_and_saves_stay_within_their_queries(
    nurse_client: Client, attempt: Attempt, module: ModulePage, django_assert_max_num_queries: Any
) -> None:
    lesson: LessonPage = module.lessons[0]
    Site.get_site_root_paths()  # Wagtail keeps them as long as a process lives
    with django_assert_max_num_queries(18):
        nurse_client.get(lesson.get_url())
    with django_assert_max_num_queries(18):
        nurse_client.get(attempt.get_absolute_url())
    question, right = next(iter(right_answers(attempt).items()))
    with django_assert_max_num_queries(14):
        post_answer(nurse_client, attempt, question, right, headers={"Accept": "application/json"})


def test_a_copy_is_a_module_of_its_own(module: ModulePage) -> None:
    copy = module.copy(update_attrs={"title": "Copy", "slug": "copy"})
    assert copy.module_id != module.module_id
