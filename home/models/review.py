"""A page's upkeep after publication: confirmed, due again, archived, withdrawn. And the network team's review task.

These facts are kept beside the page, not in its revisions: confirming "still right" must neither publish a draft that
happens to be waiting nor disturb somebody who is editing.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page


class PageReviewQuerySet(models.QuerySet["PageReview"]):
    def due_by(self, day: datetime.date) -> PageReviewQuerySet:
        """Live pages whose next check falls on or before `day`, the most overdue first."""
        return self.filter(page__live=True, archived_on__isnull=True, due_on__lte=day).order_by("due_on")


class PageReview(models.Model):
    """When a page was last confirmed as right, when it must be looked at again, and whether it has been retired."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="review")
    confirmed_on = models.DateField(_("last confirmed"))
    due_on = models.DateField(_("confirm again by"), db_index=True)
    archived_on = models.DateField(_("archived on"), null=True, blank=True)
    archive_note = models.TextField(_("why it was archived"), blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawal_note = models.TextField(_("why it was withdrawn"), blank=True)

    objects = PageReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("page review")
        verbose_name_plural = _("page reviews")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("confirmed_on")), name="review_due_after_confirmed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.confirmed_on}"

    @property
    def is_overdue(self) -> bool:
        return self.due_on < timezone.localdate()

    def confirm(self, months: int, due_on: datetime.date | None = None) -> None:
        """Somebody looked today and it is still right; look again on `due_on`, or else in `months` months."""
        self.confirmed_on = timezone.localdate()
        self.due_on = due_on or add_months(self.confirmed_on, months)
        self.save(update_fields=["confirmed_on", "due_on"])

    def archive(self, note: str) -> None:
        """Keep the page at its address with a banner, and out of lists and counts."""
        self.archived_on, self.archive_note = timezone.localdate(), note
        self.save(update_fields=["archived_on", "archive_note"])

    def unarchive(self) -> None:
        self.archived_on, self.archive_note = None, ""
        self.save(update_fields=["archived_on", "archive_note"])

    def mark_withdrawn(self, note: str) -> None:
        """Remember that the (unpublished) page was taken down on purpose: its address then answers 410."""
        self.withdrawn_on, self.withdrawal_note = timezone.localdate(), note
        self.save(update_fields=["withdrawn_on", "withdrawal_note"])


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day `months` later, or the last day of that month."""
    month = day.month - 1 + months
    first = datetime.date(day.year + month // 12, month % 12 + 1, 1)
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


class NetworkReviewTask(AbstractGroupApprovalTask):
    """Approval by the network team. A page that may not be published yet can be sent back but not approved."""

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        from home.publication import problems_of

        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        page = obj.get_latest_revision_as_object() if obj.latest_revision_id else obj
        if actions and problems_of(page):
            return [action for action in actions if action[0] == "reject"]
        return actions

    @classmethod
    def get_description(cls) -> Any:
        return _("A member of the network team checks the page and publishes it.")

    class Meta(AbstractGroupApprovalTask.Meta):
        abstract = False
        verbose_name = _("network team review")
        verbose_name_plural = _("network team reviews")
