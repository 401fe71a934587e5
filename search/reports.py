"""What people look for, in the admin: the top searches, and those that found nothing as a list of work."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import UpdateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import AdminPageChooser
from wagtail.permission_policies import ModelPermissionPolicy

from search.models import GapState, LoggedSearch, SearchGap

#: Searches that the panel of the first screen names; the report names all.
SHOWN = 5
#: Days that the panel looks back.
RECENT_DAYS = 30

Row = dict[str, Any]


def may_read(user: Any) -> bool:
    return bool(ModelPermissionPolicy(LoggedSearch).user_has_permission(user, "view"))


class SearchesMenuItem(MenuItem):  # type: ignore[misc]
    """A menu item for those who may read what people look for."""

    def is_shown(self, request: Any) -> bool:
        return may_read(request.user)


class Period(TextChoices):
    WEEK = "7", _("The last 7 days")
    MONTH = "30", _("The last 30 days")
    QUARTER = "90", _("The last 90 days")


def since(days: int) -> datetime.date:
    """The first of the last `days` days, today included."""
    return timezone.localdate() - datetime.timedelta(days=days - 1)


class PeriodFilterSet(WagtailFilterSet):  # type: ignore[misc]
    period = django_filters.ChoiceFilter(
        label=_("Asked for in"),
        choices=Period.choices,
        empty_label=_("All 13 months"),
        widget=forms.RadioSelect,
        method="by_period",
    )

    def by_period(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(day__gte=since(int(value)))

    class Meta:
        model = LoggedSearch
        fields: list[str] = []


def in_state(rows: Any, state: str) -> Any:
    """The searches that stand in a state; what nobody has looked at is new."""
    noted = SearchGap.objects.filter(query=OuterRef("query"), locale=OuterRef("locale"))
    if state == str(GapState.NEW):
        return rows.exclude(Exists(noted.exclude(state=GapState.NEW)))
    return rows.filter(Exists(noted.filter(state=state)))


class GapFilterSet(PeriodFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=GapState.choices, empty_label=_("All"), widget=forms.RadioSelect, method="by_state"
    )

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        return in_state(queryset, value)

    class Meta(PeriodFilterSet.Meta):
        pass


class DayColumn(Column):  # type: ignore[misc]
    """A day as it is kept: Wagtail's own column would tell hours that nobody knows."""

    def get_value(self, instance: Any) -> Any:
        return formats.date_format(super().get_value(instance))


class LanguageColumn(Column):  # type: ignore[misc]
    def get_value(self, instance: Any) -> Any:
        code = super().get_value(instance)
        return dict(settings.WAGTAIL_CONTENT_LANGUAGES).get(code, code)


class SearchesReport(ReportView):  # type: ignore[misc]
    """Searches with how often each was made. A row is a dictionary: one thing asked for, over the period’s days."""

    model = LoggedSearch
    permission_required = "view"
    page_title = _("What people look for")
    header_icon = "search"
    filterset_class = PeriodFilterSet
    index_url_name = "search_looked_for"
    index_results_url_name = "search_looked_for_results"
    default_ordering = "-asked"
    verbose_name_plural = _("searches")
    export_filename = "what-people-look-for"
    columns = [
        TitleColumn(
            "query", label=_("Searched for"), sort_key="query", get_url=lambda row: _search_address(row["query"])
        ),
        NumberColumn("asked", label=_("Searches"), sort_key="asked"),
        NumberColumn("opened_results", label=_("Results opened"), sort_key="opened_results"),
        NumberColumn("results", label=_("Results the last time")),
        LanguageColumn("locale", label=_("Language"), sort_key="locale"),
        DayColumn("last_day", label=_("Last asked for"), sort_key="last_day"),
    ]
    list_export = ["query", "locale", "asked", "opened_results", "results", "last_day"]
    export_headings = {
        "query": _("Searched for"),
        "locale": _("Language"),
        "asked": _("Searches"),
        "opened_results": _("Results opened"),
        "results": _("Results the last time"),
        "last_day": _("Last asked for"),
    }

    @cached_property
    def permission_policy(self) -> Any:
        return ModelPermissionPolicy(LoggedSearch)

    def get_base_queryset(self) -> Any:
        return LoggedSearch.objects.by_words()

    def order_queryset(self, queryset: Any) -> Any:
        return queryset.order_by(self.ordering, "query", "locale")

    def decorate_paginated_queryset(self, object_list: Any) -> list[Row]:
        rows = list(object_list)  # the table holds the same queryset, so it shows what is put on these rows
        last = LoggedSearch.objects.in_bulk([row["row"] for row in rows])
        for row in rows:
            row["results"] = last[row["row"]].results if row["row"] in last else 0
        return rows


def _search_address(text: str) -> str:
    """The search page with a parameter that keeps the team's own look from being counted."""
    return f"{reverse('search')}?{urlencode({'q': text, 'sort': 'best'})}"


class NothingFoundReport(SearchesReport):
    """Searches that found nothing: what readers miss, and what the network team does about it."""

    page_title = _("Searches that found nothing")
    header_icon = "help"
    filterset_class = GapFilterSet
    index_url_name = "search_found_nothing"
    index_results_url_name = "search_found_nothing_results"
    default_ordering = "-asked_in_vain"
    export_filename = "searches-that-found-nothing"
    columns = [
        TitleColumn(
            "query",
            label=_("Searched for"),
            sort_key="query",
            get_url=lambda row: reverse("search_gap", args=[row["row"]]),
        ),
        NumberColumn("asked_in_vain", label=_("Searches"), sort_key="asked_in_vain"),
        DayColumn("nothing_on", label=_("Last found nothing"), sort_key="nothing_on"),
        Column("state_label", label=_("State")),
        Column("answer", label=_("Answered by")),
        Column("finds_now", label=_("Since then")),
        LanguageColumn("locale", label=_("Language"), sort_key="locale"),
    ]
    list_export = ["query", "locale", "asked_in_vain", "nothing_on", "state_label", "answer", "address", "finds_now"]
    export_headings = {
        "query": _("Searched for"),
        "locale": _("Language"),
        "asked_in_vain": _("Searches"),
        "nothing_on": _("Last found nothing"),
        "state_label": _("State"),
        "answer": _("Answered by"),
        "address": _("Address"),
        "finds_now": _("Since then"),
    }

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().filter(nothing_on__isnull=False)

    def decorate_paginated_queryset(self, object_list: Any) -> list[Row]:
        rows = list(object_list)
        gaps = {(gap.query, gap.locale): gap for gap in SearchGap.objects.select_related("page")}
        for row in rows:
            gap = gaps.get((row["query"], row["locale"])) or SearchGap()
            row["state_label"] = gap.get_state_display()
            row["answer"] = gap.page.get_admin_display_title() if gap.page else ""
            row["address"] = (gap.page.full_url or "") if gap.page else ""
            row["finds_now"] = _("Found something") if row["found_on"] and row["found_on"] > row["nothing_on"] else ""
        return rows


class GapForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SearchGap
        fields = ["state", "page"]
        widgets = {"state": forms.RadioSelect, "page": AdminPageChooser}


class GapView(PermissionCheckedMixin, WagtailAdminTemplateMixin, UpdateView):  # type: ignore[misc]
    """What is done about one search that found nothing. Addressed by one of its counts: a new one has no row yet."""

    permission_required = "change"
    template_name = "wagtailadmin/generic/form.html"
    form_class = GapForm
    page_title = _("Searches that found nothing")
    header_icon = "help"
    http_method_names = ["get", "head", "post"]

    @cached_property
    def permission_policy(self) -> Any:
        return ModelPermissionPolicy(SearchGap)

    def get_object(self, queryset: Any = None) -> SearchGap:
        asked = get_object_or_404(LoggedSearch, pk=self.kwargs["row"])
        same = {"query": asked.query, "locale": asked.locale}
        return SearchGap.objects.filter(**same).first() or SearchGap(**same)

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        report = {"url": reverse(NothingFoundReport.index_url_name), "label": self.page_title}
        return [*self.breadcrumbs_items, report, {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "media": context["form"].media, "submit_button_label": _("Save")}

    def form_valid(self, form: Any) -> HttpResponse:
        gap = form.instance
        SearchGap.objects.update_or_create(
            query=gap.query, locale=gap.locale, defaults={"state": gap.state, "page": gap.page}
        )
        messages.success(self.request, _("“%(words)s”: %(state)s.") % {"words": gap, "state": gap.get_state_display()})
        return redirect(NothingFoundReport.index_url_name)


class NothingFoundPanel(Component):  # type: ignore[misc]
    """What readers looked for lately in vain and nobody has taken up yet."""

    name = "found_nothing"
    template_name = "search/admin/found_nothing.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        rows = LoggedSearch.objects.filter(day__gte=since(RECENT_DAYS)).by_words().filter(nothing_on__isnull=False)
        new = in_state(rows, str(GapState.NEW)).order_by("-asked_in_vain", "query")
        context = super().get_context_data(parent_context)
        return {**context, "searches": list(new[:SHOWN]), "days": RECENT_DAYS}


def add_panel(request: HttpRequest, panels: list[Any]) -> None:
    """construct_homepage_panels."""
    if may_read(request.user):
        panels.append(NothingFoundPanel())
