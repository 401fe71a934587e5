"""Choosing a standard: found by its code or its words, the public ones of the current edition first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Case, IntegerField, Value, When
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry

from home.admin.snippets import WordsFilterForm
from home.models import Theme
from practice_library.models import StandardPage, ThemePage
from practice_library.models.framework import EditionStatus


class Scope(models.TextChoices):
    CURRENT = "current", _("Public standards of the current edition")
    ALL = "all", _("All, with earlier editions and drafts")


class StandardFilterForm(WordsFilterForm):
    """A search box over code, title and statement; a theme; and a way to reach what is not current."""

    fields_searched = ["code", "title", "statement"]

    theme = forms.ChoiceField(label=_("Theme"), required=False)
    scope = forms.ChoiceField(label=_("Which"), choices=Scope.choices, required=False, initial=Scope.CURRENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = Theme.objects.order_by("number").values_list("number", "name").distinct()
        self.fields["theme"].choices = [("", _("All themes")), *((str(n), f"{n} {name}") for n, name in themes)]

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        if number := self.cleaned_data.get("theme"):
            objects = objects.filter(models.Q(code__startswith=f"{number}."))
        if self.cleaned_data.get("scope") != Scope.ALL:
            current = objects.listed().filter(edition__status=EditionStatus.CURRENT, edition__live=True)
            objects = current
        return objects


def choosable(user: Any) -> Any:
    """Standards that somebody may see in the admin, the current edition's first, in the framework's order."""
    seen = policy_registry.get_by_type(Page).explorable_instances(user)
    first = Case(
        When(edition__status=EditionStatus.CURRENT, live=True, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    standards = StandardPage.objects.filter(alias_of__isnull=True, pk__in=seen.order_by().values("pk"))
    return standards.annotate(current_first=first).select_related("edition", "locale").order_by("current_first", "path")


class StandardChoice:
    """What the chooser's views share: which standards, in which order, shown how."""

    filter_form_class = StandardFilterForm
    per_page = 15

    def get_object_list(self) -> Any:
        return choosable(self.request.user)  # type: ignore[attr-defined]

    @property
    def columns(self) -> list[Column]:
        columns: list[Column] = [
            Column("code", label=_("Code"), width="8%"),
            self.title_column,  # type: ignore[attr-defined]
            Column(
                "statement", label=_("Statement"), accessor=lambda standard: Truncator(standard.statement).words(30)
            ),
            Column("theme", label=_("Theme"), accessor=self._theme_of),
            Column("edition", label=_("Edition"), accessor=_edition_of, width="12%"),
        ]
        return columns

    @property
    def title_column(self) -> Column:
        column = super().title_column  # type: ignore[misc]
        column.accessor = "title"
        return column

    def _theme_of(self, standard: StandardPage) -> str:
        """The name of the theme page above, from one query for the whole list."""
        if not hasattr(self, "_themes"):
            self._themes = dict(ThemePage.objects.values_list("path", "title"))
        return self._themes.get(standard.path[: -standard.steplen], "")


def _edition_of(standard: StandardPage) -> str:
    version = standard.edition.version if standard.edition else "–"
    return version if standard.live else _("%s (draft)") % version


class ChooseView(StandardChoice, views.ChooseView):  # type: ignore[misc]
    pass


class ChooseResultsView(StandardChoice, views.ChooseResultsView):  # type: ignore[misc]
    pass


class ChosenView(views.ChosenView):  # type: ignore[misc]
    def get_object(self, pk: Any) -> Any:
        return choosable(self.request.user).get(pk=pk)


class ChosenMultipleView(views.ChosenMultipleView):  # type: ignore[misc]
    def get_objects(self, pks: list[str]) -> Any:
        return choosable(self.request.user).filter(pk__in=[pk for pk in pks if pk.isdigit()])


class StandardChooserViewSet(ChooserViewSet):  # type: ignore[misc]
    """Becomes the widget of every foreign key to a standard."""

    model = StandardPage
    icon = "clipboard-list"
    choose_one_text = _("Choose a standard")
    choose_another_text = _("Choose another standard")
    edit_item_text = _("Open this standard")
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
