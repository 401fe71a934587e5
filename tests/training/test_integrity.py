"""What was acknowledged is kept, once: real processes, real clients with a ledger, workers and databases that die."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests import databases, factories
from tests.services import postgresql
from tests.training.serving import Hub, Learner, running_hub, wait_for
from training import learning, quiz
from training.models import Answer, Attempt, AttemptEvent, Certificate, ModulePage

pytestmark = pytest.mark.slow

KILLS = 3


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment; returns what each returned. What one raises is raised here."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[number] = act()
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock(), databases.own_copy() as address:
        with databases.at(address):
            home = factories.home_page()
            factories.module_page(factories.training_index(home), lessons=0)
        yield address


@pytest.fixture(scope="module")
def running(database: str) -> Iterator[Hub]:
    with running_hub(database) as hub:
        yield hub


@pytest.fixture
def hub(running: Hub, database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Hub]:
    """The running hub; the test's own queries go to its database."""
    with django_db_blocker.unblock(), databases.at(database):
        yield running


def learner(hub: Hub, name: str) -> Learner:
    return Learner(hub, factories.user(f"{name}@example.org", first_name=name))


def attempt_of(one: Learner) -> Attempt:
    page = ModulePage.objects.get()
    return learning.start_attempt(learning.enrol(one.user, page.module), page)


def options_of(attempt: Attempt) -> dict[str, list[str]]:
    """{question: ids of all its options}."""
    return {one["id"]: [option["id"] for option in one["options"]] for one in attempt.snapshot.content["questions"]}


def assert_kept(one: Learner, attempt: Attempt) -> None:
    """Each acknowledged answer, or a newer one, is in the database, and was written down once."""
    kept = {answer.question: answer for answer in Answer.objects.filter(attempt=attempt)}
    for question, (sequence, chosen) in one.ledger.items():
        assert kept[question].sequence >= sequence
        if kept[question].sequence == sequence:
            assert kept[question].chosen == chosen
        told = {"question": question, "chosen": chosen, "sequence": sequence}
        events = AttemptEvent.objects.filter(attempt=attempt, kind="answered")
        assert [event.data for event in events if event.data["question"] == question].count(told) == 1
    assert len(kept) == Answer.objects.filter(attempt=attempt).count()


def test_many_clicks_start_one_attempt_and_hand_in_once(hub: Hub) -> None:
    one, page = learner(hub, "clicks"), ModulePage.objects.get()
    answers = at_once(*[lambda: one.post(f"/learning/modules/{page.pk}/quiz/")] * 6)
    attempt = Attempt.objects.get(enrolment__user=one.user)
    assert {(status, where) for status, where, _body in answers} == {(302, attempt.get_absolute_url())}

    for question, chosen in ((each["id"], quiz.right_options(each)) for each in attempt.snapshot.content["questions"]):
        one.save(attempt.pk, question, sorted(chosen), 1)
    answers = at_once(*[lambda: one.post(f"/learning/quiz/{attempt.pk}/check/")] * 6)
    attempt.refresh_from_db()
    assert {(status, where) for status, where, _body in answers} == {(302, attempt.get_absolute_url())}
    assert attempt.score == 100
    assert Certificate.objects.filter(attempt=attempt).count() == 1
    assert attempt.events.filter(kind="finished").count() == attempt.events.filter(kind="started").count() == 1


def test_the_newest_of_many_saves_counts_whatever_their_order(hub: Hub) -> None:
    one = learner(hub, "tabs")
    attempt = attempt_of(one)
    question, options = next(iter(options_of(attempt).items()))
    sent = {sequence: [options[sequence % len(options)]] for sequence in (3, 8, 1, 6, 2, 7, 5, 4)}
    statuses = at_once(*[partial(one.save, attempt.pk, question, chosen, number) for number, chosen in sent.items()])
    assert set(statuses) == {200}
    answer = Answer.objects.get(attempt=attempt)
    assert (answer.sequence, answer.chosen) == (8, sent[8])
    sequences = [event.data["sequence"] for event in attempt.events.filter(kind="answered")]
    assert sequences == sorted(set(sequences)), "each was taken once, in order"


def test_an_answer_beside_the_handing_in_is_either_marked_or_refused(hub: Hub) -> None:
    one = learner(hub, "race")
    attempt = attempt_of(one)
    right = {each["id"]: sorted(quiz.right_options(each)) for each in attempt.snapshot.content["questions"]}
    saves = [partial(one.save, attempt.pk, question, chosen, 1) for question, chosen in right.items()]
    *statuses, (handed_in, _where, _body) = at_once(*saves, lambda: one.post(f"/learning/quiz/{attempt.pk}/check/"))
    assert handed_in == 302
    assert set(statuses) <= {200, 409}
    attempt.refresh_from_db()
    assert set(one.ledger) == set(learning.answers_of(attempt))
    assert attempt.score == quiz.score(attempt.snapshot.content, learning.answers_of(attempt))


def _keep_saving(one: Learner, attempt: Attempt, stop: threading.Event) -> None:
    """Change the answers one after the other, each time with a higher number, and insist on every single one."""
    questions, sequence = list(options_of(attempt).items()), 0
    while not stop.is_set():
        sequence += 1
        question, options = questions[sequence % len(questions)]
        one.save_until_acknowledged(attempt.pk, question, [options[sequence % len(options)]], sequence)


def _disturb(learners: list[Learner], disturb: Callable[[], None], times: int) -> list[Attempt]:
    """Let all save without pause while `disturb` happens so many times; returns their attempts."""
    attempts, stop = [attempt_of(one) for one in learners], threading.Event()

    def saved() -> int:
        return sum(sequence for one in learners for sequence, _chosen in one.ledger.values())

    def see_progress() -> None:
        before = saved()
        wait_for(lambda: saved() > before + 10)

    def trouble() -> None:
        try:
            for _time in range(times):
                see_progress()
                disturb()
            see_progress()
        finally:
            stop.set()

    pairs = zip(learners, attempts, strict=True)
    at_once(trouble, *[partial(_keep_saving, one, attempt, stop) for one, attempt in pairs])
    return attempts


def test_nothing_acknowledged_is_lost_when_workers_are_killed(hub: Hub) -> None:
    learners = [learner(hub, f"kill-{number}") for number in range(4)]

    def kill() -> None:
        wait_for(lambda: len(hub.workers()) == 2)
        hub.kill_a_worker()

    attempts = _disturb(learners, kill, KILLS)
    for one, attempt in zip(learners, attempts, strict=True):
        assert_kept(one, attempt)
    assert any(one.refusals for one in learners), "no request was hit: the test has shown nothing"


@pytest.mark.postgresql
def test_nothing_acknowledged_is_lost_when_the_database_restarts(
    database: str, django_db_blocker: DjangoDbBlocker
) -> None:
    programs = postgresql.find_programs()
    assert programs
    with django_db_blocker.unblock(), postgresql.running_server(programs) as server:
        dump = subprocess.run([programs / "pg_dump", "--no-owner", database], capture_output=True, check=True)
        subprocess.run([programs / "psql", "-q", server.url], input=dump.stdout, check=True, stdout=subprocess.DEVNULL)
        with databases.at(server.url), running_hub(server.url) as hub:
            one = learner(hub, "restart")
            said: list[str] = []

            def restart() -> None:
                server.stop()
                status, _where, body = one.post("/learning/quiz/00000000-0000-0000-0000-000000000000/")
                said.append(f"{status} {body}")
                server.start_again()

            [attempt] = _disturb([one], restart, 2)
            connection.close()  # the test's own did not outlive it
            assert_kept(one, attempt)
            assert all(each.startswith("503") and "it was not saved" in each for each in said)
            assert set(one.refusals) <= {0, 503}
