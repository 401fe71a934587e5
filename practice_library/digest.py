"""The practice library's part of the network team's monthly e-mail."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import Locale

from home.digest import Section
from practice_library.coverage import coverage_table


@hooks.register("construct_digest")
def standards_without_example() -> Section | None:
    """Standards of the current edition that no published example shows being met yet."""
    rows = [row for row in coverage_table(Locale.get_default().pk).rows if not row.total]
    if not rows:
        return None
    return Section(
        heading=_("Where we have no example yet"),
        introduction=ngettext(
            "%(number)d standard has no example published yet:",
            "%(number)d standards have no example published yet:",
            len(rows),
        )
        % {"number": len(rows)},
        lines=[(str(row.standard), "") for row in rows],
    )
