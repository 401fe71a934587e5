"""The catalogue's filters: the practice library's, for modules."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from home.models import remembered
from practice_library.filters import AnyOf, Choices, CountedFilterSet, theme_choices, tick_boxes, topics_of
from practice_library.models import StandardPage
from training.models import Level, ModulePage
from training.models.pages import Length

#: The same limits as in `ModulePage.length`.
MINUTES = {
    Length.SHORT: Q(minutes__lte=15),
    Length.MEDIUM: Q(minutes__gt=15, minutes__lte=30),
    Length.LONG: Q(minutes__gt=30),
}


def standard_choices() -> Choices:
    """Standards that public modules teach."""

    def ask() -> Choices:
        teaching = ModulePage.objects.listed().values("pk")
        rows = StandardPage.objects.listed().filter(module_rows__module_page__in=teaching)
        codes = dict(rows.in_order().values_list("code", "title"))
        return [(code, f"{code} {title}") for code, title in codes.items()]

    return remembered("choices:taught", ask)


def topic_choices() -> Choices:
    return topics_of(ModulePage)


class AnyLength(AnyOf):
    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        condition = Q()
        for length in value:
            condition |= MINUTES[Length(length)]
        return qs.filter(condition)


class ModuleFilterSet(CountedFilterSet):
    theme = tick_boxes(_("Theme"), "page_themes__theme__number", theme_choices)
    topic = tick_boxes(_("Topic"), "page_topics__tag__slug", topic_choices)
    standard = tick_boxes(_("Standard"), "standard_rows__standard__code", standard_choices)
    level = tick_boxes(_("Level"), "level", Level.choices)
    length = tick_boxes(_("Time it takes"), "", Length.choices, AnyLength)

    sorts = {
        "order": (_("Our order"), lambda pages: pages.in_order()),
        "shortest": (_("Shortest first"), lambda pages: pages.order_by("minutes", "path")),
        "newest": (_("Newest first"), lambda pages: pages.newest_first()),
        "title": (_("By title"), lambda pages: pages.order_by("title", "pk")),
    }

    class Meta:
        model = ModulePage
        fields: list[str] = []
