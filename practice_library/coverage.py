"""Where there are examples: counts of public claims by standard and setting.

"Full" and "part" follow the claim's extent and are never added up into a score: nobody is graded here.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from home.models import Setting, Theme, remembered
from practice_library.examples import standards_counted, versions_of
from practice_library.models.claim import Extent, StandardClaim
from practice_library.models.framework import FrameworkPage, StandardPage, ThemePage

#: What trees and tables show of a standard.
SHOWN_OF_STANDARDS = (
    "title", "slug", "path", "depth", "url_path", "locale__language_code", "code", "statement", "expectation",
    "meaning_changed", "edition__effective_from",
)  # fmt: skip
#: The column of claims about an organisation as a whole.
WHOLE_ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Cell:
    """Examples of one standard in one setting."""

    setting: str
    label: Any
    full: int = 0
    part: int = 0
    confirmed_on: datetime.date | None = None

    @property
    def total(self) -> int:
        return self.full + self.part

    @property
    def shade(self) -> int:
        """0 to 3: none, one, two or three, more."""
        return 0 if not self.total else 1 if self.total == 1 else 2 if self.total < 4 else 3


@dataclass(frozen=True, slots=True)
class Row:
    standard: StandardPage
    url: str
    theme: Theme
    cells: list[Cell]

    @property
    def code(self) -> str:
        return self.standard.code or ""

    @property
    def title(self) -> str:
        return self.standard.title

    @property
    def full(self) -> int:
        return sum(cell.full for cell in self.cells)

    @property
    def part(self) -> int:
        return sum(cell.part for cell in self.cells)

    @property
    def total(self) -> int:
        return self.full + self.part

    @property
    def confirmed_on(self) -> datetime.date | None:
        """When the newest confirmation among its examples was; None without any."""
        return max((cell.confirmed_on for cell in self.cells if cell.confirmed_on), default=None)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order of the framework; `columns` are (setting key, label)."""

    edition: FrameworkPage | None
    columns: list[tuple[str, Any]]
    rows: list[Row]

    @property
    def column_labels(self) -> list[Any]:
        return [label for _key, label in self.columns]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The rows by theme, as the table component takes them."""
        found: dict[int, dict[str, Any]] = {}
        for row in self.rows:
            group = found.setdefault(row.theme.number, {"number": row.theme.number, "name": row.theme.name, "rows": []})
            group["rows"].append(row)
        return list(found.values())

    @property
    def with_examples(self) -> int:
        return sum(1 for row in self.rows if row.total)


@dataclass(frozen=True, slots=True)
class ThemeBranch:
    """A theme page with its standards and the number of public examples of each."""

    page: ThemePage
    theme: Theme
    url: str
    standards: list[dict[str, Any]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.theme.number

    @property
    def name(self) -> str:
        return self.theme.name

    @property
    def example_count(self) -> int:
        return sum(standard["example_count"] for standard in self.standards)


class Tally(NamedTuple):
    """Examples that meet a standard in full and in part, and when the newest of them was last confirmed."""

    full: int = 0
    part: int = 0
    confirmed_on: datetime.date | None = None

    def and_also(self, extent: str, number: int, confirmed_on: datetime.date | None) -> Tally:
        full, part = (number, 0) if extent == str(Extent.FULLY) else (0, number)
        days = [day for day in (self.confirmed_on, confirmed_on) if day]
        return Tally(self.full + full, self.part + part, max(days, default=None))


Counts = dict[tuple[str, str], Tally]


def _counts(claims: Any, codes: dict[int, str]) -> Counts:
    """{(code, setting): tally} of the claims on the standards in `codes` (id → code in the edition shown)."""
    rows = claims.filter(standard_id__in=codes).values_list("standard_id", "service__setting", "extent")
    rows = rows.annotate(n=Count("pk"), confirmed_on=Max("case_study__state_confirmed_on")).order_by()
    found: Counts = defaultdict(Tally)
    for standard_id, setting, extent, number, confirmed_on in rows:
        key = (codes[standard_id], setting or WHOLE_ORGANISATION)
        found[key] = found[key].and_also(extent, number, confirmed_on)
    return dict(found)


def _counts_for(standards: list[StandardPage], claims: Any, key: str) -> Counts:
    """Counts for an edition's standards, those carried over from earlier editions included."""
    if not standards:
        return {}

    def ask() -> Counts:
        versions = versions_of(standards)
        codes = {
            counted: standard.code or "" for standard in standards for counted in standards_counted(standard, versions)
        }
        return _counts(claims, codes)

    return remembered(f"coverage:{standards[0].edition_id}:{key}", ask)


def _standards_of(edition: FrameworkPage) -> list[StandardPage]:
    return list(
        StandardPage.objects.listed()
        .filter(edition_id=edition.pk)
        .in_order()
        .select_related("locale", "edition")
        .only(*SHOWN_OF_STANDARDS)
    )


def _theme_pages(edition: FrameworkPage) -> dict[str, ThemePage]:
    pages = ThemePage.objects.child_of(edition).listed().filter(theme__isnull=False).select_related("theme", "locale")
    return {page.path: page for page in pages.order_by("path")}


def framework_tree(edition: FrameworkPage, request: HttpRequest | None = None) -> list[ThemeBranch]:
    """The edition's public themes and standards with example counts: a fixed number of queries."""
    if not edition.pk:
        return []
    standards = _standards_of(edition)
    counts = _counts_for(standards, StandardClaim.objects.listed(), "all")
    totals: dict[str, int] = defaultdict(int)
    for (code, _setting), tally in counts.items():
        totals[code] += tally.full + tally.part
    branches = {
        path: ThemeBranch(page=page, theme=page.theme, url=page.get_url(request))
        for path, page in _theme_pages(edition).items()
    }
    for standard in standards:
        branch = branches.get(standard.path[: -standard.steplen])
        if branch:
            branch.standards.append(
                {
                    "page": standard,
                    "code": standard.code,
                    "title": standard.title,
                    "url": standard.get_url(request),
                    "expectation": standard.get_expectation_display(),
                    "statement": standard.statement,
                    "example_count": totals.get(standard.code or "", 0),
                }
            )
    return list(branches.values())


def current_edition(locale_id: int) -> FrameworkPage | None:
    return FrameworkPage.objects.listed().current(locale_id).select_related("locale").first()


def coverage_table(
    locale_id: int, request: HttpRequest | None = None, *, claims: Any = None, key: str = "all"
) -> Table:
    """Standards of the current edition by settings, over all public claims or over `claims` (then `key` names them)."""
    edition = current_edition(locale_id)
    columns = [*Setting.choices, (WHOLE_ORGANISATION, _("Whole organisation"))]
    if edition is None:
        return Table(None, columns, [])
    standards = _standards_of(edition)
    counts = _counts_for(standards, StandardClaim.objects.listed() if claims is None else claims, key)
    themes = _theme_pages(edition)
    rows = []
    for standard in standards:
        theme_page = themes.get(standard.path[: -standard.steplen])
        if theme_page is None:
            continue
        cells = []
        for setting, label in columns:
            cells.append(Cell(setting, label, *counts.get((standard.code or "", setting), Tally())))
        rows.append(Row(standard, standard.get_url(request), theme_page.theme, cells))
    return Table(edition, columns, rows)


def organisation_claims(organisation: Any) -> Any:
    """Public claims about an organisation or one of its services."""
    return StandardClaim.objects.listed().filter(
        Q(service__organisation_id=organisation.pk) | Q(organisation_id=organisation.pk)
    )
