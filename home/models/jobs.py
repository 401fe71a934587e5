"""When the worker last ran each periodic job: the row that keeps several workers from running it at once."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: A job that failed is tried again after this long.
RETRY_AFTER = datetime.timedelta(minutes=5)


class JobRun(models.Model):
    """One row a periodic job. A worker may run the job only after its conditional update of this row went through."""

    name = models.CharField(_("job"), max_length=80, unique=True)
    last_run_at = models.DateTimeField(_("last run that succeeded"), null=True, blank=True)
    # A job that outlasts its interval must not start beside itself; a worker that died must not hold it for ever.
    busy_until = models.DateTimeField(_("busy until"), null=True, blank=True)

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return f"{self.name} {self.last_run_at or ''}".strip()

    @classmethod
    def claim(
        cls, name: str, *, last_due_at: datetime.datetime, lease: datetime.timedelta, new_is_due: bool = True
    ) -> datetime.datetime | None:
        """The end of the lease for the one worker that may run the job now, else None.

        It may when the job has not run since `last_due_at` and nobody is at it. A job never seen before is due,
        unless `new_is_due` is False: then it counts as having run just now.
        """
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"last_run_at": None if new_is_due else now})
        due = models.Q(last_run_at__isnull=True) | models.Q(last_run_at__lt=last_due_at)
        free = models.Q(busy_until__isnull=True) | models.Q(busy_until__lte=now)
        claimed = cls.objects.filter(due, free, name=name).update(busy_until=now + lease)
        return now + lease if claimed else None

    @classmethod
    def finish(cls, name: str, *, started_at: datetime.datetime, lease_end: datetime.datetime) -> None:
        """Note the run. Does nothing when the lease has meanwhile gone to somebody else."""
        cls.objects.filter(name=name, busy_until=lease_end).update(last_run_at=started_at, busy_until=None)

    @classmethod
    def postpone(cls, name: str, *, lease_end: datetime.datetime, delay: datetime.timedelta = RETRY_AFTER) -> None:
        """The run failed: let it be tried again after `delay`."""
        cls.objects.filter(name=name, busy_until=lease_end).update(busy_until=timezone.now() + delay)
