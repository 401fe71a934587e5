"""Examples of a standard being met, as pages show them. This is what the hub is for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Subquery, Value
from django.http import HttpRequest

from home.models.base import joined
from home.visibility import private_paths
from practice_library.models.case_study import SectionKind
from practice_library.models.claim import StandardClaim, verifications_of
from practice_library.models.framework import FrameworkPage, StandardPage
from practice_library.models.research import ResearchStandard, ResearchSummaryPage

if TYPE_CHECKING:
    from practice_library.models.case_study import CaseStudyPage

EXAMPLES_PER_PAGE = 10
#: Page numbers with more digits are nobody's: the first page is shown.
MOST_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """One claim with what is computed about it.

    `verified_at` is None while nobody checked the present wording; `edition` is set when the claim was written against
    another edition than the one shown.
    """

    claim: StandardClaim
    verified_at: datetime.datetime | None
    edition: FrameworkPage | None

    @property
    def case_study(self) -> CaseStudyPage:
        return self.claim.case_study

    @property
    def theme_number(self) -> int | None:
        """The number of the standard's theme: the first part of its code."""
        code = self.claim.standard.code if self.claim.standard else None
        return int(code.split(".")[0]) if code else None


def _kin(standard: StandardPage) -> list[StandardPage]:
    """The edition's standards in order, and the same code in other editions: one query."""
    same = Q(edition_id=standard.edition_id)
    if standard.code:
        same |= Q(code=standard.code, locale_id=standard.locale_id)
    fields = (
        "title", "code", "url_path", "path", "slug", "live", "expire_at", "alias_of", "meaning_changed", "edition",
        "locale",
    )  # fmt: skip
    return list(
        StandardPage.objects.filter(same, edition__isnull=False)
        .select_related("locale", "edition")
        .only(*fields, "locale__language_code", "edition__effective_from")
        .annotate(archived_on=F("review__archived_on"))
        .in_order()
    )


def versions_of(standards: list[StandardPage]) -> list[StandardPage]:
    """All editions' standards with the codes of these (of one edition): one query."""
    codes = [standard.code for standard in standards if standard.code]
    return list(
        StandardPage.objects.filter(code__in=codes, locale_id=standards[0].locale_id, edition__isnull=False)
        .select_related("edition")
        .only("code", "meaning_changed", "edition__effective_from")
    )


def standards_counted(standard: StandardPage, kin: list[StandardPage] | None = None) -> list[int]:
    """Ids of this standard and of those in earlier editions whose examples still show it being met.

    Codes are never reused, so the same code in an earlier edition is the same standard, until one says that its
    meaning changed: the walk back stops there.
    """
    counted = [standard.pk]
    if not standard.code or not standard.edition or not standard.edition.effective_from:
        return counted
    versions = [page for page in (kin or _kin(standard)) if page.code == standard.code]
    earlier = [
        page
        for page in versions
        if page.edition.effective_from and page.edition.effective_from < standard.edition.effective_from
    ]
    broken = standard.meaning_changed
    for page in sorted(earlier, key=lambda page: page.edition.effective_from, reverse=True):
        if broken:
            break
        counted.append(page.pk)
        broken = page.meaning_changed
    return counted


def _page_wanted(text: str) -> int:
    """The page number in an address, 1 for what is none."""
    return max(1, int(text)) if text.isdecimal() and len(text) <= MOST_DIGITS else 1


def examples_of(standard: StandardPage, page_number: Any = 1, kin: list[StandardPage] | None = None) -> Any:
    """(examples, paginator page): one page of the standard's public examples, best first. One query.

    Within it, ids alone are ordered and counted: with thousands of examples, sorting whole rows is what takes the time.
    """
    wanted = _page_wanted(str(page_number))
    start = (wanted - 1) * EXAMPLES_PER_PAGE
    public = StandardClaim.objects.listed().filter(standard_id__in=standards_counted(standard, kin))
    number = public.order_by().annotate(one=Value(1)).values("one").annotate(number=Count("pk")).values("number")
    chosen = public.best_first().values("pk")[start : start + EXAMPLES_PER_PAGE]
    shown = StandardClaim.objects.filter(pk__in=chosen).best_first().with_display().annotate(total=Subquery(number))
    rows = list(shown)
    if not rows and wanted > 1:
        return examples_of(standard, 1, kin)
    total = rows[0].total if rows else 0
    examples = [
        Example(
            claim=row,
            verified_at=row.verified_at,
            edition=row.standard.edition if row.standard.edition_id != standard.edition_id else None,
        )
        for row in rows
    ]
    return examples, Paginator(range(total), EXAMPLES_PER_PAGE).get_page(wanted)


def standard_context(standard: StandardPage, request: HttpRequest) -> dict[str, Any]:
    """What a standard's page shows beyond its own text."""
    kin = _kin(standard) if standard.edition_id else []
    examples, page = examples_of(standard, request.GET.get("page", 1), kin)
    private = private_paths()
    siblings = [
        one
        for one in kin
        if one.edition_id == standard.edition_id
        and one.is_public_now
        and not one.alias_of_id
        and not one.archived_on
        and not (private and one.path.startswith(private))
    ]
    place = next((index for index, one in enumerate(siblings) if one.pk == standard.pk), None)
    research = ResearchSummaryPage.objects.listed().filter(
        pk__in=ResearchStandard.objects.filter(standard_id=standard.pk).values("research_id")
    )
    theme_page = standard.theme_page
    theme_is_public = theme_page and theme_page.is_public_now
    return {
        "examples": examples,
        "examples_page": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
        "research": research.newest_first().select_related("locale").defer("findings", "limits", "what_it_means"),
        "theme_page": theme_page if theme_is_public else None,
        "theme": theme_page.theme if theme_page else None,
        "edition": standard.edition,
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place is not None and place + 1 < len(siblings) else None,
    }


def case_study_context(case_study: CaseStudyPage) -> dict[str, Any]:
    """The standards a case study shows being met, with verification; works on drafts in previews.

    `start` ("How to get started") is shown before the `story`: readers come to copy.
    """
    rows = joined(case_study, "claims", "service__organisation", "organisation")
    claims = [claim for claim in rows if claim.standard_id]
    published = StandardPage.objects.published().filter(pk__in=[claim.standard_id for claim in claims])
    standards = {standard.pk: standard for standard in published.for_lists()}
    shown = [claim for claim in claims if claim.standard_id in standards]
    for claim in shown:
        claim.standard, claim.case_study = standards[claim.standard_id], case_study
    verified = verifications_of(shown) if shown else {}
    start: list[Any] = []
    story: list[Any] = []
    for block in case_study.body:
        is_start = block.block_type == "section" and block.value.get("kind") == SectionKind.START
        (start if is_start else story).append(block)
    return {
        "start": start,
        "story": story,
        "files": [row for row in joined(case_study, "take_away_files", "document") if row.document_id],
        "examples": [
            Example(
                claim=claim, verified_at=verified[claim.pk].verified_at if claim.pk in verified else None, edition=None
            )
            for claim in shown
        ],
    }
