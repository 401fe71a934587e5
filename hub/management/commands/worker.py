"""The hub's one background process: periodic jobs, queued tasks, e-mail. Any number of them may run."""

from __future__ import annotations

import datetime
import logging
import signal
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult

from home.models import JobRun
from hub.schedule import JOBS, Job, TryLaterError

logger = logging.getLogger("hub.worker")

#: Alias of the task backend in settings.TASKS whose queue this process works off.
BACKEND = "worker"
IDLE_SECONDS = 1.0
NAP_SECONDS = 0.2
#: Waits between attempts while the database is away; the last one repeats.
BACK_OFF_SECONDS = (1, 2, 5, 10, 30)


class Worker:
    """Rounds of jobs and tasks until told to stop. A round that has begun finishes what it is doing."""

    def __init__(self) -> None:
        self.running = True
        self.tasks = TaskWorker(
            queue_names=["*"],
            interval=0.1,
            batch=True,
            backend_name=BACKEND,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def stop(self, *args: Any) -> None:
        self.running = self.tasks.running = False

    def run(self) -> None:
        """Return after `stop()`. While the database is away, wait and try again."""
        failures = 0
        while self.running:
            pause = IDLE_SECONDS
            try:
                self.round()
                failures = 0
            except (OperationalError, InterfaceError) as error:
                pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)]
                failures += 1
                logger.warning("The database does not answer, next attempt in %s s: %s", pause, str(error).strip())
                connections.close_all()
            self.pause(pause)

    def pause(self, seconds: float) -> None:
        """Sleep in short naps: whoever waits on an Event here could not be woken safely by a signal's handler."""
        end = time.monotonic() + seconds
        while self.running and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, NAP_SECONDS))

    def round(self) -> None:
        """Queued tasks first, then the jobs that are due, e-mail last."""
        # Looking costs a read; the task worker itself would lock an SQLite database every time.
        if DBTaskResult.objects.ready().filter(backend_name=BACKEND).exists():
            self.tasks.run()
        for job in JOBS:
            if self.running:
                run_if_due(job)


def run_if_due(job: Job) -> bool:
    """Run the job when it is due and no other worker has it; True when it ran and succeeded."""
    started_at = timezone.now()
    lease_end = JobRun.claim(
        job.name, last_due_at=job.due.last_due_at(started_at), lease=job.lease, new_is_due=job.due.new_is_due
    )
    if lease_end is None:
        return False
    try:
        job.run()
    except (OperationalError, InterfaceError):
        connections.close_all()
        with suppress(OperationalError, InterfaceError):  # still away: then the lease runs out by itself
            JobRun.postpone(job.name, lease_end=lease_end, delay=datetime.timedelta())
        raise
    except TryLaterError as later:
        JobRun.postpone(job.name, lease_end=lease_end, delay=later.delay)
        return False
    except Exception:
        logger.exception("The job “%s” failed and will be tried again.", job.name)
        JobRun.postpone(job.name, lease_end=lease_end)
        return False
    JobRun.finish(job.name, started_at=started_at, lease_end=lease_end)
    return True


def follow_log_level() -> None:
    """post_office brings a log handler of its own that reports every look into the queue: LOG_LEVEL decides instead."""
    log = logging.getLogger("post_office")
    log.handlers.clear()
    log.setLevel(logging.NOTSET)


class Command(BaseCommand):
    help = "Run periodic jobs and queued tasks, and send e-mail, until stopped (SIGTERM or Ctrl-C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, then exit.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        follow_log_level()
        worker = Worker()
        if once:
            worker.round()
            return
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, worker.stop)
        logger.info("The worker is running.")
        worker.run()
        logger.info("The worker has stopped.")
