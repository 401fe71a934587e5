"""What pages of the lower layer (the home page) show of practice."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Locale

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


@register.simple_tag(takes_context=True)
def home_practice(context: dict[str, Any], featured: list[Any]) -> dict[str, Any]:
    """What the home page shows of practice: the finder's choices, case studies, the framework's wheel.

    `featured` are the editors' choices; the newest case studies fill the row up.
    """
    request = context["request"]
    locale = Locale.get_active()
    library = CaseStudyIndexPage.objects.listed().filter(locale=locale).select_related("locale").first()
    coverage = CoveragePage.objects.listed().filter(locale=locale).select_related("locale").first()
    newest = CaseStudyPage.objects.listed().filter(locale=locale).newest_first().for_lists()
    pages = featured + [page for page in newest[: SHOWN * 2] if page.pk not in {chosen.pk for chosen in featured}]
    edition = current_edition(locale.pk)
    branches = framework_tree(edition, request) if edition else []
    return {
        "library_url": library.get_url(request) if library else None,
        "coverage_url": coverage.get_url(request) if coverage else None,
        "framework_url": edition.get_url(request) if edition else None,
        "finder": {
            "action": library.get_url(request) if library else "",
            "settings": Setting.choices,
            "topics": topic_choices(),
        },
        "pages": pages[:SHOWN],
        "wheel": wheel(wheel_themes(branches)) if branches else None,
        "standard_count": sum(len(branch.standards) for branch in branches),
        "theme_count": len(branches),
    }
