"""Examples of a standard being met, as pages show them. This is what the hub is for."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Window
from django.http import HttpRequest
from django.utils.functional import cached_property

from home.models import remembered
from home.models.base import joined
from home.visibility import is_in_force, private_paths
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
    """One claim as a card shows it. `edition` is set when it was written against another edition than the one shown."""

    claim: StandardClaim
    edition: FrameworkPage | None = None

    @property
    def verified_at(self) -> datetime.datetime | None:
        """When the present wording was checked; None while nobody did."""
        return self.claim.verified_at

    @property
    def case_study(self) -> CaseStudyPage:
        return self.claim.case_study

    @property
    def theme_number(self) -> int | None:
        return self.claim.standard.theme_number if self.claim.standard else None


class Examples(Sequence[Example]):
    """Examples in order, by the ids of their claims. What their cards show is asked for when the first one is drawn."""

    def __init__(self, ids: list[int], standard: StandardPage) -> None:
        self.ids, self.standard = ids, standard

    @cached_property
    def _drawn(self) -> list[Example]:
        claims = StandardClaim.objects.filter(pk__in=self.ids).with_display().in_bulk()
        return [Example(claims[pk], self._other_edition(claims[pk])) for pk in self.ids]

    def _other_edition(self, claim: StandardClaim) -> FrameworkPage | None:
        met = claim.standard
        return met.edition if met and met.edition_id != self.standard.edition_id else None

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: Any) -> Any:
        return self._drawn[index]


@dataclass(frozen=True, slots=True)
class Place:
    """The ids of the standards whose examples a standard shows (`counted`), and its neighbours (title, address)."""

    counted: list[int]
    previous: tuple[str, str] = ("", "")
    next: tuple[str, str] = ("", "")


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


def place_of(standard: StandardPage, request: HttpRequest) -> Place:
    """The standard's place among the public ones of its edition: one query."""
    kin = _kin(standard) if standard.edition_id else []
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
    links = [(str(one), one.get_url(request) or "") for one in siblings]
    here = next((index for index, one in enumerate(siblings) if one.pk == standard.pk), None)
    counted = standards_counted(standard, kin)
    if here is None:
        return Place(counted)
    return Place(counted, *(links[at] if 0 <= at < len(links) else ("", "") for at in (here - 1, here + 1)))


def examples_of(standard: StandardPage, page_number: Any = 1, counted: list[int] | None = None) -> Any:
    """(examples, paginator page): one page of the standard's public examples, best first.

    At most two queries: which they are, and what their cards show. `counted` are the ids of the standards whose
    examples count; they are looked up when not given.
    """
    counted = counted or standards_counted(standard)
    wanted = _page_wanted(str(page_number))
    start = (wanted - 1) * EXAMPLES_PER_PAGE

    def ask() -> list[tuple[int, int]]:
        public = StandardClaim.objects.listed().filter(standard_id__in=counted)
        chosen = public.best_first().annotate(total=Window(Count("*"))).values_list("pk", "total")
        return list(chosen[start : start + EXAMPLES_PER_PAGE])

    rows = remembered(f"examples:{'-'.join(map(str, counted))}:{wanted}", ask)
    if not rows and wanted > 1:
        return examples_of(standard, 1, counted)
    total = rows[0][1] if rows else 0
    return Examples([pk for pk, _total in rows], standard), Paginator(range(total), EXAMPLES_PER_PAGE).get_page(wanted)


def standard_context(standard: StandardPage, request: HttpRequest) -> dict[str, Any]:
    """What a standard's page shows beyond its own text."""
    is_preview = getattr(request, "is_preview", False)  # a draft may have another code than the published standard
    place: Place = (
        place_of(standard, request)
        if is_preview
        else remembered(f"place:{standard.pk}:{request.get_host()}", lambda: place_of(standard, request))
    )
    examples, page = examples_of(standard, request.GET.get("page", 1), place.counted)
    bearing = ResearchStandard.objects.filter(standard_id=standard.pk).values("research_id")
    research = ResearchSummaryPage.objects.listed().filter(pk__in=bearing).newest_first().for_rows()
    theme_page = next((page for page in standard.pages_above[-1:] if is_in_force(page)), None)
    return {
        "examples": examples,
        "example_ids": examples.ids,
        "examples_page": page,
        "page_range": page.paginator.get_elided_page_range(page.number),
        "research": research,
        "theme_page": theme_page,
        "theme": {"number": standard.theme_number, "name": theme_page.title if theme_page else ""},
        "edition": standard.edition,
        "previous": place.previous,
        "next": place.next,
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
    verified = verifications_of(shown) if shown else {}
    for claim in shown:
        claim.standard, claim.case_study = standards[claim.standard_id], case_study
        claim.verified_at = verified[claim.pk].verified_at if claim.pk in verified else None
    start: list[Any] = []
    story: list[Any] = []
    for block in case_study.body:
        is_start = block.block_type == "section" and block.value.get("kind") == SectionKind.START
        (start if is_start else story).append(block)
    return {
        "start": start,
        "story": story,
        "files": [row for row in joined(case_study, "take_away_files", "document") if row.document_id],
        "examples": [Example(claim) for claim in shown],
    }
