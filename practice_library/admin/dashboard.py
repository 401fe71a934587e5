"""What the practice library adds to the first screen: where there is no example yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component
from wagtail.models import Locale

from home.admin.reports import writes_pages
from practice_library.admin.reports import unchecked_examples
from practice_library.admin.verification import may_check
from practice_library.coverage import coverage_table

#: Standards that the panel names; the report names all.
SHOWN = 8


class GapsPanel(Component):  # type: ignore[misc]
    """Standards without an example; for those who check, the number of examples that wait."""

    name = "gaps"
    template_name = "practice_library/admin/gaps.html"
    order = 40

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        request = parent_context["request"]
        table = coverage_table(Locale.get_active().pk)
        gaps = [row for row in table.rows if not row.total]
        return {
            **super().get_context_data(parent_context),
            "edition": table.edition,
            "gaps": gaps[:SHOWN],
            "more": max(len(gaps) - SHOWN, 0),
            "all": len(table.rows),
            "with_examples": table.with_examples,
            "unchecked": unchecked_examples().count() if may_check(request.user) else 0,
        }


def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """construct_homepage_panels."""
    if writes_pages(request.user):
        panels.append(GapsPanel())
