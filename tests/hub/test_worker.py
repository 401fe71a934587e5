"""The worker, from outside: what has happened after a round of it."""

from __future__ import annotations

import datetime
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import send_mail
from django.core.management import call_command
from django.db import OperationalError, connections
from django.utils import timezone
from post_office.models import STATUS, Email
from pytest_django.fixtures import Settings

from home.models import ContentPage, HomePage, JobRun, User
from hub.management.commands.worker import Worker, run_if_due
from hub.schedule import Every, FirstWorkingDay, Job
from tests import environment, factories

MINUTE = datetime.timedelta(minutes=1)


def in_a_minute() -> datetime.datetime:
    return timezone.now() + MINUTE


def minute_ago() -> datetime.datetime:
    return timezone.now() - MINUTE


def job(run: Callable[[], object], due: Every | FirstWorkingDay | None = None) -> Job:
    return Job("count", run, due or Every(MINUTE))


@pytest.fixture
def _queued_email(settings: Settings) -> None:
    """E-mail goes into the database, as outside tests, and from there to `mail.outbox`."""
    settings.EMAIL_BACKEND = "post_office.EmailBackend"


def test_a_page_scheduled_for_later_goes_live(home_page: HomePage) -> None:
    index = factories.blog_index(home_page)
    page = factories.draft(index, factories.blog_post_draft("We meet in May"))
    page.go_live_at = in_a_minute()
    page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live

    with patch("django.utils.timezone.now", return_value=timezone.now() + 2 * MINUTE):
        call_command("worker", "--once")

    page.refresh_from_db()
    assert page.live


def test_a_page_past_its_expiry_goes_offline(home_page: HomePage) -> None:
    page = factories.content_page(home_page, "Places left on the course")
    ContentPage.objects.filter(pk=page.pk).update(expire_at=minute_ago())

    call_command("worker", "--once")

    page.refresh_from_db()
    assert not page.live
    assert page.expired


@pytest.mark.django_db
@pytest.mark.usefixtures("_queued_email")
def test_queued_email_is_sent() -> None:
    send_mail("Hello", "A message.", None, ["reader@example.org"])
    assert not mail.outbox

    call_command("worker", "--once")

    assert [message.to for message in mail.outbox] == [["reader@example.org"]]
    assert Email.objects.get().status == STATUS.sent


@pytest.mark.django_db
def test_old_emails_are_purged_and_newer_ones_kept() -> None:
    for days, address in ((91, "old@example.org"), (89, "newer@example.org")):
        email = Email.objects.create(to=[address], from_email="hub@example.org", status=STATUS.sent)
        Email.objects.filter(pk=email.pk).update(created=timezone.now() - datetime.timedelta(days=days))

    call_command("worker", "--once")

    assert [email.to for email in Email.objects.all()] == [["newer@example.org"]]


@pytest.mark.django_db
def test_a_job_runs_once_until_it_is_due_again() -> None:
    runs: list[int] = []
    counted = job(lambda: runs.append(1))
    assert [run_if_due(counted), run_if_due(counted)] == [True, False]

    JobRun.objects.update(last_run_at=timezone.now() - 2 * MINUTE)
    assert run_if_due(counted)
    assert len(runs) == 2


@pytest.mark.django_db
def test_a_job_that_outlasts_its_interval_does_not_start_beside_itself() -> None:
    runs: list[bool] = []

    def slow() -> None:
        JobRun.objects.update(last_run_at=timezone.now() - 2 * MINUTE)
        runs.append(run_if_due(job(lambda: None)))

    run_if_due(job(slow))
    assert runs == [False]


@pytest.mark.django_db
def test_a_job_whose_worker_died_runs_again_when_the_lease_is_over() -> None:
    JobRun.objects.create(name="count", last_run_at=None, busy_until=minute_ago())
    assert run_if_due(job(lambda: None))


@pytest.mark.django_db
def test_a_failing_job_is_logged_postponed_and_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("no luck")

    assert not run_if_due(job(fail))
    assert "no luck" in caplog.text
    row = JobRun.objects.get()
    assert row.last_run_at is None
    assert row.busy_until > timezone.now()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_the_same_moment_one_runs_the_job() -> None:
    runs: list[int] = []
    start = threading.Barrier(6)

    def worker() -> None:
        start.wait()
        run_if_due(job(lambda: runs.append(1)))
        connections.close_all()

    threads = [threading.Thread(target=worker) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [1]


def test_a_database_that_goes_away_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker()
    rounds: list[int] = []

    def restarting() -> None:
        rounds.append(1)
        if len(rounds) < 3:
            raise OperationalError("the database system is starting up")
        worker.stop()

    monkeypatch.setattr(worker, "round", restarting)
    monkeypatch.setattr("hub.management.commands.worker.BACK_OFF_SECONDS", (0.01,))
    monkeypatch.setattr("hub.management.commands.worker.connections.close_all", lambda: None)
    worker.run()
    assert len(rounds) == 3
    assert "starting up" in caplog.text


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(signal_number: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    database = environment.copy_of_migrated_database(tmp_path_factory.mktemp("worker") / "hub.sqlite3")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=environment.ROOT,
        env=environment.process_environment(DATABASE_URL=f"sqlite:///{database}", LOG_LEVEL="INFO"),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "is running" in line:
            break
    process.send_signal(signal_number)
    _stdout, rest = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "has stopped" in rest


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # 1 November 2026 is a Sunday, 1 December a Tuesday
        ("2026-11-01T12:00", "2026-10-01T07:00"),
        ("2026-11-02T06:59", "2026-10-01T07:00"),
        ("2026-11-02T07:00", "2026-11-02T07:00"),
        ("2026-11-30T23:59", "2026-11-02T07:00"),
        ("2026-12-01T09:00", "2026-12-01T07:00"),
    ],
)
def test_the_first_working_day(now: str, due: str) -> None:
    local = [timezone.make_aware(datetime.datetime.fromisoformat(text)) for text in (now, due)]
    assert FirstWorkingDay(hour=7).last_due_at(local[0]) == local[1]


@pytest.mark.django_db
def test_a_new_site_waits_for_the_next_month() -> None:
    runs: list[int] = []
    assert not run_if_due(job(lambda: runs.append(1), FirstWorkingDay(hour=7)))
    assert not runs


@pytest.mark.usefixtures("_queued_email")
def test_the_monthly_digest_reaches_the_network_team(network_member: User, home_page: HomePage) -> None:
    page = factories.content_page(home_page, "About the network")
    page.review.due_on = timezone.localdate()
    page.review.confirmed_on = timezone.localdate()
    page.review.save()
    JobRun.objects.create(name="monthly digest", last_run_at=timezone.now() - datetime.timedelta(days=40))

    call_command("worker", "--once")

    [message] = mail.outbox
    assert message.to == [network_member.email]
    assert "About the network" in message.body
