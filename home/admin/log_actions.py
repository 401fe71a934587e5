"""What a page's history calls the steps that the hub adds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from home.admin.people import SECOND_FACTOR_OFF
from home.admin.publishing import HELD_BACK
from home.admin.upkeep import ARCHIVE, CONFIRM, UNARCHIVE, WITHDRAW


class WithReason(LogFormatter):  # type: ignore[misc]
    """A step for which somebody gave a reason."""

    def format_comment(self, log_entry: Any) -> str:
        return str(log_entry.data.get("reason", ""))


def register(actions: Any) -> None:
    """register_log_actions."""
    actions.register_action(SECOND_FACTOR_OFF, _("Switch off the app"), _("Signing in with an app switched off"))
    actions.register_action(UNARCHIVE, _("Take out of the archive"), _("Taken out of the archive"))

    @actions.register_action(CONFIRM)
    class Confirmed(LogFormatter):  # type: ignore[misc]
        label = _("Confirm")

        def format_message(self, log_entry: Any) -> str:
            return _("Confirmed as still right; to be looked at again by %s") % log_entry.data.get("due_on", "–")

    @actions.register_action(ARCHIVE)
    class Archived(WithReason):
        label, message = _("Archive"), _("Archived")

    @actions.register_action(WITHDRAW)
    class Withdrawn(WithReason):
        label, message = _("Withdraw"), _("Withdrawn")

    @actions.register_action(HELD_BACK)
    class HeldBack(LogFormatter):  # type: ignore[misc]
        label = _("Hold back")
        message = _("Not published on its date, because it was not ready")

        def format_comment(self, log_entry: Any) -> str:
            return " ".join(log_entry.data.get("problems", []))
