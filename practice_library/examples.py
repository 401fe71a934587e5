"""Examples of a standard being met, as pages show them. This is what the hub is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from practice_library.models.claim import ClaimVerification, StandardClaim, verifications_of
from practice_library.models.framework import FrameworkPage, StandardPage
from practice_library.models.research import ResearchSummaryPage

if TYPE_CHECKING:
    from practice_library.models.case_study import CaseStudyPage

EXAMPLES_PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Example:
    """One claim with what is computed about it.

    `verification` is None while nobody checked the present wording; `edition` is set when the claim was written
    against another edition than the one shown.
    """

    claim: StandardClaim
    verification: ClaimVerification | None
    edition: FrameworkPage | None

    @property
    def case_study(self) -> CaseStudyPage:
        return self.claim.case_study

    @property
    def theme_number(self) -> int | None:
        """The number of the standard's theme: the first part of its code."""
        code = self.claim.standard.code if self.claim.standard else None
        return int(code.split(".")[0]) if code else None

    @property
    def is_verified(self) -> bool:
        return self.verification is not None


def standards_counted(standard: StandardPage) -> list[int]:
    """Ids of this standard and of those in earlier editions whose examples still show it being met.

    Codes are never reused, so the same code in an earlier edition is the same standard, until one says that its
    meaning changed: the walk back stops there.
    """
    if not standard.code or not standard.edition_id:
        return [standard.pk]
    versions = (
        StandardPage.objects.filter(code=standard.code, locale_id=standard.locale_id, edition__isnull=False)
        .exclude(edition__effective_from__gt=standard.edition.effective_from)
        .order_by("-edition__effective_from", "-edition_id")
        .values_list("pk", "edition_id", "meaning_changed")
    )
    counted = [standard.pk]
    broken = standard.meaning_changed
    for pk, edition_id, meaning_changed in versions:
        if pk == standard.pk or edition_id == standard.edition_id:
            continue
        if broken:
            break
        counted.append(pk)
        broken = meaning_changed
    return counted


def examples_of(standard: StandardPage, page_number: Any = 1) -> tuple[list[Example], Any]:
    """One page of the standard's public examples, best first, with the paginator's page."""
    claims = StandardClaim.objects.listed().filter(standard_id__in=standards_counted(standard))
    page = Paginator(claims.best_first().with_display(), EXAMPLES_PER_PAGE).get_page(page_number)
    rows = list(page.object_list)
    verified = verifications_of(rows) if any(row.is_verified for row in rows) else {}
    return [
        Example(
            claim=row,
            verification=verified.get(row.pk),
            edition=row.standard.edition if row.standard.edition_id != standard.edition_id else None,
        )
        for row in rows
    ], page


def standard_context(standard: StandardPage, request: HttpRequest) -> dict[str, Any]:
    """What a standard's page shows beyond its own text."""
    examples, page = examples_of(standard, request.GET.get("page"))
    siblings = list(
        StandardPage.objects.listed()
        .filter(edition_id=standard.edition_id)
        .in_order()
        .select_related("locale")
        .only("title", "code", "url_path", "path", "slug", "locale", "translation_key", "content_type")
    )
    place = next((index for index, page_ in enumerate(siblings) if page_.pk == standard.pk), None)
    theme_page = standard.theme_page if standard.path else None
    return {
        "examples": examples,
        "examples_page": page,
        "research": ResearchSummaryPage.objects.listed()
        .filter(standards__standard_id=standard.pk)
        .distinct()
        .newest_first()
        .for_lists(),
        "theme_page": theme_page,
        "theme": theme_page.theme if theme_page else None,
        "edition": standard.edition,
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place is not None and place + 1 < len(siblings) else None,
    }


def case_study_context(case_study: CaseStudyPage) -> dict[str, Any]:
    """The standards a case study shows being met, with verification; works on drafts in previews."""
    claims = [claim for claim in case_study.claims.all() if claim.standard_id]
    standards = {
        standard.pk: standard
        for standard in StandardPage.objects.published()
        .filter(pk__in=[claim.standard_id for claim in claims])
        .select_related("locale", "edition")
        .for_lists()
    }
    shown = [claim for claim in claims if claim.standard_id in standards]
    for claim in shown:
        claim.standard = standards[claim.standard_id]
    verified = verifications_of(shown) if shown else {}
    return {
        "examples": [Example(claim=claim, verification=verified.get(claim.pk), edition=None) for claim in shown],
        "sections": [block for block in case_study.body if block.block_type == "section"],
    }
