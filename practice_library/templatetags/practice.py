"""What pages of the lower layer (the home page) show of practice."""

from __future__ import annotations

from typing import Any

from django import template

from home.models import Setting
from practice_library.coverage import current_edition, framework_tree
from practice_library.filters import topic_choices
from practice_library.models import CaseStudyIndexPage, CaseStudyPage, CoveragePage
from practice_library.wheel import WheelTheme, wheel

register = template.Library()

#: The home page shows this many case studies in all.
SHOWN = 3


def wheel_themes(branches: list[Any]) -> list[WheelTheme]:
    return [
        {"number": branch.number, "name": branch.name, "url": branch.url, "standards": branch.standards}
        for branch in branches
    ]


@register.simple_tag
def framework_wheel(branches: list[Any]) -> Any:
    """The wheel of an edition's themes and standards."""
    return wheel(wheel_themes(branches))


def _case_studies(featured: list[int], locale_id: int) -> list[CaseStudyPage]:
    """The featured case studies, filled up with the newest ones."""
    listed = CaseStudyPage.objects.listed().filter(locale_id=locale_id)
    newest = listed.newest_first().values_list("pk", flat=True)[: SHOWN * 2]
    order = list(dict.fromkeys([*featured, *newest]))
    pages = {page.pk: page for page in listed.filter(pk__in=order).for_lists()}
    return [pages[pk] for pk in order if pk in pages][:SHOWN]


def _finder(library_url: str) -> dict[str, Any]:
    """The choices of "I work in … / I want to improve …"."""
    return {"action": library_url, "settings": Setting.choices, "topics": topic_choices()}


@register.simple_tag(takes_context=True)
def home_practice(context: dict[str, Any], home: Any) -> dict[str, Any]:
    """What the home page shows of practice: the finder's choices, case studies, the framework's wheel.

    The editors' choices come first; the newest case studies fill the row up.
    """
    request, indexes = context["request"], context["indexes"]
    edition = current_edition(home.locale_id)
    branches = framework_tree(edition, request) if edition else []
    library_url = indexes.get(CaseStudyIndexPage.__name__)
    return {
        "library_url": library_url,
        "coverage_url": indexes.get(CoveragePage.__name__),
        "framework_url": edition.get_url(request) if edition else None,
        "finder": _finder(library_url) if library_url else None,
        "pages": _case_studies(home.featured_ids, home.locale_id),
        "wheel": wheel(wheel_themes(branches)) if branches else None,
        "standard_count": sum(len(branch.standards) for branch in branches),
        "theme_count": len(branches),
    }
