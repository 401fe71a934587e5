"""What a case study's history calls the steps of a check."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogFormatter

from practice_library.admin.verification import TAKE_BACK, VERIFY


class AboutExample(LogFormatter):  # type: ignore[misc]
    """A step about one example; its note is the comment."""

    sentence: Any = ""

    def format_message(self, log_entry: Any) -> str:
        return str(self.sentence % {"example": log_entry.data.get("example", "–")})

    def format_comment(self, log_entry: Any) -> str:
        return str(log_entry.data.get("note", ""))


def register(actions: Any) -> None:
    """register_log_actions."""

    @actions.register_action(VERIFY)
    class Verified(AboutExample):
        label = _("Check an example")
        sentence = _("Checked the example “%(example)s”")

    @actions.register_action(TAKE_BACK)
    class TakenBack(AboutExample):
        label = _("Take a check back")
        sentence = _("Took back the check of the example “%(example)s”")
