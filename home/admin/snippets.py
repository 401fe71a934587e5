"""What pages are sorted by and who they are about: one menu, columns that answer questions, search that finds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn
from wagtail.snippets.views import chooser
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from home.models import Condition, Organisation, Person, Service, Theme, Topic


def words_found(query: str, fields: list[str]) -> Q:
    """Every word of `query` stands in one of the fields, whatever characters it has."""
    condition = Q()
    for word in query.replace("\x00", " ").split():
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        condition &= anywhere
    return condition


class WordsFilterForm(BaseFilterForm):  # type: ignore[misc]
    """A search box over the model's own columns; subclasses name them."""

    fields_searched: list[str] = []

    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.TextInput(attrs={"placeholder": _("Search")}), max_length=200
    )

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        if query := self.cleaned_data.get("q"):
            self.is_searching, self.search_query = True, query
            objects = objects.filter(words_found(query, self.fields_searched))
        return objects


class SearchableChooserViewSet(chooser.SnippetChooserViewSet):  # type: ignore[misc]
    """Wagtail's snippet chooser with the search box that it gives to indexed models only."""

    search_fields: list[str] = []

    def _searchable(self, view_class: type) -> type:
        form = type("SnippetWordsFilterForm", (WordsFilterForm,), {"fields_searched": self.search_fields})
        return type(view_class.__name__, (view_class,), {"filter_form_class": form})

    @property
    def choose_view(self) -> Any:
        self.choose_view_class = self._searchable(chooser.ChooseView)
        return super().choose_view

    @property
    def choose_results_view(self) -> Any:
        self.choose_results_view_class = self._searchable(chooser.ChooseResultsView)
        return super().choose_results_view


class ListViewSet(SnippetViewSet):  # type: ignore[misc]
    """A list that the network keeps. `counted` names the relation whose rows its "used" column counts."""

    counted = ""
    list_per_page = 50
    copy_view_enabled = False

    @cached_property
    def chooser_viewset_class(self) -> type[SearchableChooserViewSet]:
        return type("ListChooserViewSet", (SearchableChooserViewSet,), {"search_fields": list(self.search_fields)})

    def get_queryset(self, request: Any) -> Any:
        queryset = self.model._default_manager.all()
        return queryset.annotate(used=Count(self.counted, distinct=True)) if self.counted else queryset


def _used(label: Any) -> NumberColumn:
    return NumberColumn("used", label=label, sort_key="used", width="12%")


class ThemeViewSet(ListViewSet):
    model = Theme
    icon = "grid"
    list_display = ["__str__", "summary", _used(_("Pages"))]
    search_fields = ["name", "summary"]
    counted = "theme_pages"


class TopicViewSet(ListViewSet):
    model = Topic
    icon = "tag"
    list_display = ["name", Column("slug", label=_("Address")), _used(_("Pages"))]
    search_fields = ["name", "slug"]
    counted = "topic_pages"


class ConditionViewSet(ListViewSet):
    model = Condition
    icon = "crosshairs"
    list_display = ["name", Column("get_kind_display", label=_("Kind"), sort_key="kind"), _used(_("Pages"))]
    list_filter = ["kind"]
    search_fields = ["name", "slug"]
    counted = "condition_pages"


class OrganisationViewSet(ListViewSet):
    model = Organisation
    icon = "home"
    list_display = [
        "name",
        Column("short_name", label=_("Short name"), sort_key="short_name"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        _used(_("Services")),
        BooleanColumn("is_sample", label=_("Sample")),
    ]
    list_filter = ["kind", "is_sample"]
    search_fields = ["name", "short_name", "slug"]
    counted = "services"


class ServiceViewSet(ListViewSet):
    model = Service
    icon = "group"
    list_display = [
        "name",
        Column("organisation", label=_("Organisation"), sort_key="organisation__name"),
        Column("get_setting_display", label=_("Setting"), sort_key="setting"),
        Column("get_region_display", label=_("Region"), sort_key="region"),
        _used(_("Case studies")),
        BooleanColumn("is_sample", label=_("Sample")),
    ]
    list_filter = ["setting", "region", "organisation", "is_sample"]
    search_fields = ["name", "slug", "organisation__name", "organisation__short_name", "population_served"]
    counted = "case_study_rows"

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("organisation")


class PersonViewSet(ListViewSet):
    model = Person
    icon = "mail"
    list_display = [
        "role",
        Column("name", label=_("Name"), sort_key="name"),
        Column("organisation", label=_("Organisation"), sort_key="organisation__name"),
        Column("email", label=_("Shared mailbox")),
    ]
    list_filter = ["organisation"]
    search_fields = ["role", "name", "email", "organisation__name"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("organisation")


class ListsGroup(SnippetViewSetGroup):  # type: ignore[misc]
    """Everything that pages choose from, in one menu."""

    items = (ThemeViewSet, TopicViewSet, ConditionViewSet, OrganisationViewSet, ServiceViewSet, PersonViewSet)
    menu_label = _("Lists")
    menu_name = "lists"
    menu_icon = "list-ul"
    menu_order = 350
