"""Odd, huge, tampered and foreign requests: a clear message, the right status, nothing lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from home.models import User
from tests import factories
from tests.training.conftest import answer_rightly, client_of, right_answers
from training import learning
from training.models import Answer, Attempt, Certificate, Enrolment, ModulePage

MEGABYTE = "x" * 1_000_000
JSON = {"Accept": "application/json"}


@pytest.fixture
def stranger(db: None) -> Client:
    return client_of(factories.user("stranger@example.org", first_name="Sam", last_name="Stranger"))


def first_question(attempt: Attempt) -> tuple[str, list[str]]:
    return next(iter(right_answers(attempt).items()))


def test_what_is_another_persons_does_not_exist(stranger: Client, attempt: Attempt) -> None:
    """Whatever is asked, and however: the answer is that of an attempt that nobody ever made."""
    question, right = first_question(attempt)
    answer_rightly(attempt)
    for name in ("training_quiz", "training_quiz_check", "training_result"):
        address = reverse(name, args=[attempt.pk])
        data = {"question": question, "chosen": [], "sequence": 99}
        statuses = {stranger.get(address).status_code, stranger.post(address, data, headers=JSON).status_code}
        assert statuses <= {404, 405}, name
    attempt.refresh_from_db()
    assert not attempt.is_finished
    assert Answer.objects.get(attempt=attempt, question=question).chosen == right

    learning.finish(attempt.pk)
    certificate = Certificate.objects.get()
    for name in ("training_certificate", "training_certificate_pdf"):
        assert stranger.get(reverse(name, args=[certificate.pk])).status_code == 404
    assert stranger.get(reverse("training_result", args=[attempt.pk])).status_code == 404
    for name in ("my_learning", "learning_record"):
        assert certificate.module_title not in stranger.get(reverse(name)).content.decode()


def test_a_day_is_set_for_oneself_alone(stranger: Client, nurse: User, attempt: Attempt, module: ModulePage) -> None:
    learning.set_due(attempt.enrolment, None)
    stranger.post(reverse("training_due", args=[module.pk]), {"due_on": "2999-01-01"})
    assert Enrolment.objects.get(user=nurse).due_on is None
    assert str(Enrolment.objects.get(user__email="stranger@example.org").due_on) == "2999-01-01"


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        ("2999-02-03", "2999-02-03", ""),
        ("", "None", ""),
        ("2001-01-01", "2998-01-01", "Choose today or a later day"),
        ("2999-02-31", "2998-01-01", "We did not recognise that day"),
        ("soon \x00", "2998-01-01", "We did not recognise that day"),
        (MEGABYTE, "2998-01-01", "We did not recognise that day"),
    ],
)
def test_the_day_by_which_to_finish(
    nurse_client: Client, attempt: Attempt, module: ModulePage, typed: str, kept: str, said: str
) -> None:
    Enrolment.objects.update(due_on="2998-01-01")
    response = nurse_client.post(reverse("training_due", args=[module.pk]), {"due_on": typed}, follow=True)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert str(Enrolment.objects.get().due_on) == kept


@pytest.mark.parametrize("headers", [JSON, {}], ids=["script", "form"])
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"question": MEGABYTE, "chosen": MEGABYTE, "sequence": "9" * 200_000},
        {"question": "\x00", "chosen": "\x00", "sequence": "\x00"},
        {"question": "٣", "chosen": "٣", "sequence": "٣"},
        {"question": ["a", "b"], "chosen": ["c", "d"], "sequence": ["-1", "1e9"]},
    ],
    ids=["nothing", "a megabyte", "NUL", "other digits", "several"],
)
def test_odd_answers_are_refused_in_words(
    nurse_client: Client, attempt: Attempt, data: dict[str, Any], headers: dict[str, str]
) -> None:
    answer_rightly(attempt)
    before = learning.answers_of(attempt)
    response = nurse_client.post(attempt.get_absolute_url(), data, headers=headers)
    assert response.status_code == 400
    assert "We did not recognise that answer" in response.content.decode()
    assert learning.answers_of(attempt) == before


@pytest.mark.parametrize(
    "body",
    [b"question=" + b"%ff" * 100, b"\xff\xfe\x00", b"x" * 3_000_000, b"&".join([b"chosen=1"] * 10_001), b"{"],
    ids=["not UTF-8", "binary", "three megabytes", "ten thousand fields", "another format"],
)
def test_broken_bodies_are_client_errors(nurse_client: Client, client: Client, attempt: Attempt, body: bytes) -> None:
    kind = "application/x-www-form-urlencoded"
    assert nurse_client.post(attempt.get_absolute_url(), body, content_type=kind).status_code in (400, 413)
    assert client.post(attempt.get_absolute_url(), body, content_type=kind).status_code in (302, 400, 413)


def test_one_answer_a_thousand_times_is_one_answer(nurse_client: Client, attempt: Attempt) -> None:
    question, right = first_question(attempt)
    data = {"question": question, "chosen": right * 1000, "sequence": 1}
    assert nurse_client.post(attempt.get_absolute_url(), data, headers=JSON).json()["chosen"] == right
    assert Answer.objects.get().chosen == right


def test_a_repeated_or_late_save_is_told_what_counts(nurse_client: Client, attempt: Attempt) -> None:
    question, right = first_question(attempt)
    for sequence, chosen in ((7, right), (7, []), (3, []), ("", [])):
        data = {"question": question, "chosen": chosen, "sequence": sequence}
        told = nurse_client.post(attempt.get_absolute_url(), data, headers=JSON).json()
        assert told == {"question": question, "chosen": right, "sequence": 7}


def test_a_save_after_handing_in_leads_to_the_result(nurse_client: Client, attempt: Attempt) -> None:
    question, right = first_question(attempt)
    learning.finish(attempt.pk)
    data = {"question": question, "chosen": right, "sequence": 5}
    response = nurse_client.post(attempt.get_absolute_url(), data, headers=JSON)
    assert response.status_code == 409
    assert json.loads(response.content)["address"] == reverse("training_result", args=[attempt.pk])
    assert nurse_client.post(attempt.get_absolute_url(), data).url == reverse("training_result", args=[attempt.pk])
    assert not Answer.objects.exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_allowed(nurse_client: Client, attempt: Attempt, method: str) -> None:
    assert getattr(nurse_client, method)(attempt.get_absolute_url()).status_code == 405
