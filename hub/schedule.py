"""What the worker does without being asked, and when. To add a job, add a line to `JOBS`."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import call_command
from django.utils import timezone
from post_office import mail
from post_office.utils import cleanup_expired_mails

from home.accounts.cleaning import purge_unconfirmed
from home.digest import send_digest
from search import log as search_log
from search.engines.base import EngineDownError
from search.shipping import JOB as SHIP_SEARCH
from search.shipping import catch_up, pauses, ship

logger = logging.getLogger("hub.worker")

EMAILS_KEPT_DAYS = 90
TWO_MINUTES = datetime.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Every:
    """Due again when this long has passed since the last run; a new job is due at once."""

    interval: datetime.timedelta
    new_is_due = True

    def last_due_at(self, now: datetime.datetime) -> datetime.datetime:
        return now - self.interval


@dataclass(frozen=True, slots=True)
class FirstWorkingDay:
    """Due from `hour` (local time) on the month's first day from Monday to Friday, or later if nothing ran then.

    A new job waits for the next month: a site that was installed a minute ago has nothing to tell.
    """

    hour: int
    new_is_due = False

    def last_due_at(self, now: datetime.datetime) -> datetime.datetime:
        here = timezone.localtime(now)
        this_month = self._moment(here.date().replace(day=1))
        if this_month <= now:
            return this_month
        return self._moment((here.date().replace(day=1) - datetime.timedelta(days=1)).replace(day=1))

    def _moment(self, first: datetime.date) -> datetime.datetime:
        day = next(day for day in (first + datetime.timedelta(days=n) for n in range(3)) if day.weekday() < 5)
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time(self.hour)))


@dataclass(frozen=True, slots=True)
class Job:
    """`lease` is how long the job may take before another worker believes that its runner has died."""

    name: str
    run: Callable[[], object]
    due: Every | FirstWorkingDay
    lease: datetime.timedelta = datetime.timedelta(minutes=10)


class TryLaterError(Exception):
    """The job could not do its work for now: it wants to be tried again after `delay`."""

    def __init__(self, delay: datetime.timedelta) -> None:
        super().__init__(f"tried again in {delay.total_seconds():.0f} s")
        self.delay = delay


def publish_and_expire() -> None:
    call_command("publish_scheduled")


def clear_sessions() -> None:
    call_command("clearsessions")


def purge_emails() -> None:
    cleanup_expired_mails(timezone.now() - datetime.timedelta(days=EMAILS_KEPT_DAYS))


def send_email() -> None:
    """Send one batch of what waits (at most 100). What cannot be sent is put back with a later time."""
    if mail.get_queued().exists():
        mail.send_queued()


def ship_search() -> None:
    """Build and send what search does not have yet; after a failure everything is compared, in case something was lost.

    A server that is away, or read-only, is asked less and less often, and every half minute at last.
    """
    try:
        if pauses.has_failed:
            catch_up()
        else:
            ship()
    except EngineDownError as error:
        pauses.failed()
        logger.warning("Search could not be shipped (%s); next attempt in %.0f s.", error, pauses.seconds_left)
        raise TryLaterError(datetime.timedelta(seconds=pauses.seconds_left)) from error
    pauses.worked()


def compare_search() -> None:
    """Find and mend what differs without any failure of ours: somebody's hand, or an old snapshot put back."""
    try:
        catch_up()
    except EngineDownError as error:
        raise TryLaterError(TWO_MINUTES) from error


JOBS = [
    Job("publish and expire pages", publish_and_expire, Every(datetime.timedelta(seconds=60)), lease=TWO_MINUTES),
    Job("monthly digest", send_digest, FirstWorkingDay(hour=7)),
    Job("clear expired sessions", clear_sessions, Every(datetime.timedelta(days=1))),
    Job("purge unconfirmed accounts", purge_unconfirmed, Every(datetime.timedelta(days=1))),
    Job("purge old e-mails", purge_emails, Every(datetime.timedelta(days=1))),
    Job("purge old searches", search_log.purge, Every(datetime.timedelta(days=1))),
    Job(SHIP_SEARCH, ship_search, Every(datetime.timedelta(seconds=2)), lease=TWO_MINUTES),
    Job("compare search", compare_search, Every(datetime.timedelta(hours=1))),
    # Last, so that what the others wrote goes out in the same round.
    Job("send e-mails", send_email, Every(datetime.timedelta(seconds=5))),
]
