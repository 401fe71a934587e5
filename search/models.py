"""The search projection: one row a public page, with what readers may find it by. Synonyms. What people look for.

Both engines rest on the projection's rows: the database engine queries them, Elasticsearch is sent what changed.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q, Sum
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    def mark_dirty(self, page_ids: Any) -> None:
        """Note, in the transaction of the change, that these pages' rows must be built again."""
        ids = list(page_ids)
        known = set(self.filter(page_key__in=ids).values_list("page_key", flat=True))
        self.filter(page_key__in=known).update(is_dirty=True)
        self.bulk_create(
            [SearchDocument(page_key=pk, page_id=pk, is_dirty=True, is_removed=True) for pk in ids if pk not in known],
            ignore_conflicts=True,
        )

    def dirty(self) -> SearchDocumentQuerySet:
        return self.filter(is_dirty=True)

    def shown(self) -> SearchDocumentQuerySet:
        return self.filter(is_removed=False)

    def unsynced(self) -> SearchDocumentQuerySet:
        """Rows that Elasticsearch has not been sent as they are now."""
        return self.filter(is_dirty=False).exclude(version=F("synced_version"))


class SearchDocument(models.Model):
    """What search knows about one page. A removed one stays until Elasticsearch has been told, then it goes."""

    page_key = models.PositiveIntegerField(_("page id"), unique=True)
    page = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, related_name="search_documents")
    locale = models.CharField(max_length=20, blank=True, db_index=True)
    kind = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=255, blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    codes = models.JSONField(default=list)
    keywords = models.JSONField(default=list)
    facets = models.JSONField(default=dict)
    url = models.CharField(max_length=500, blank=True)
    date = models.DateField(null=True)
    is_dirty = models.BooleanField(default=True)
    is_removed = models.BooleanField(default=True)
    version = models.PositiveBigIntegerField(default=0)
    synced_version = models.PositiveBigIntegerField(default=0)

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        # Both are asked in every search, and every other second by the worker; hardly ever is there a row.
        indexes = [
            models.Index(fields=["id"], condition=Q(is_dirty=True), name="search_document_dirty"),
            models.Index(fields=["id"], condition=~Q(version=F("synced_version")), name="search_document_unsynced"),
        ]

    def __str__(self) -> str:
        return self.title or f"page {self.page_key}"


class SearchFacet(models.Model):
    """A filter value of a document: what facets are counted from."""

    document = models.ForeignKey(SearchDocument, on_delete=models.CASCADE, related_name="facet_rows")
    name = models.CharField(max_length=30)
    value = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "value", "document"], name="search_facet_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class SynonymKind(models.TextChoices):
    TWO_WAY = "two-way", _("Both ways: every term also finds the others")
    ONE_WAY = "one-way", _("One way: the terms also find what stands under “also search for”")
    ASK = "ask", _("Ask: the term has several meanings, the reader chooses")


class SynonymGroup(models.Model):
    """Words that mean the same to our readers. Applied when somebody searches, so a change counts at once."""

    kind = models.CharField(_("kind"), max_length=10, choices=SynonymKind, default=SynonymKind.TWO_WAY)
    terms = models.TextField(_("terms"), help_text=_("One a line."))
    also = models.TextField(
        _("also search for, or the meanings to choose from"),
        blank=True,
        help_text=_("One a line. For “ask”: the meaning, then “=”, then what to search for instead."),
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    reason = models.CharField(_("reason"), max_length=255, help_text=_("Who says it so, or where it comes from."))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")
        ordering = ["terms"]

    def __str__(self) -> str:
        return self.terms_line

    @property
    def terms_line(self) -> str:
        return " · ".join(self.term_list)

    @property
    def also_line(self) -> str:
        return " · ".join(self.also_list)

    def clean(self) -> None:
        super().clean()
        if not self.term_list:
            raise ValidationError({"terms": _("Write at least one term.")})
        if self.kind == SynonymKind.TWO_WAY and len(self.term_list) < 2:
            raise ValidationError({"terms": _("Write at least two terms that mean the same.")})
        if self.kind != SynonymKind.TWO_WAY and not self.also_list:
            raise ValidationError({"also": _("Write what to search for, one a line.")})

    @property
    def term_list(self) -> list[str]:
        return [line.strip() for line in self.terms.splitlines() if line.strip()]

    @property
    def also_list(self) -> list[str]:
        return [line.strip() for line in self.also.splitlines() if line.strip()]


class LoggedSearchQuerySet(models.QuerySet["LoggedSearch"]):
    def by_words(self) -> Any:
        """A dictionary for each thing asked for, over all days: its row, how often, when last, when (not) found."""
        nothing, something = Q(results=0), Q(results__gt=0)
        return self.values("query", "locale").annotate(
            row=Max("pk"),
            asked=Sum("searches"),
            opened_results=Sum("opened"),
            last_day=Max("day"),
            asked_in_vain=Sum("searches", filter=nothing),
            nothing_on=Max("day", filter=nothing),
            found_on=Max("day", filter=something),
        )


class LoggedSearch(models.Model):
    """How often readers searched for something on one day, in one language. Nothing says who they were."""

    query = models.CharField(_("searched for"), max_length=100)
    locale = models.CharField(_("language"), max_length=20)
    day = models.DateField(_("day"), db_index=True)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    opened = models.PositiveIntegerField(_("results opened"), default=0)
    results = models.PositiveIntegerField(_("results the last time"), default=0)

    objects = LoggedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search by readers")
        verbose_name_plural = _("searches by readers")
        constraints = [models.UniqueConstraint(fields=["query", "locale", "day"], name="logged_search_once_a_day")]

    def __str__(self) -> str:
        return f"{self.query} ({self.day})"


class GapState(models.TextChoices):
    NEW = "new", _("New")
    PLANNED = "planned", _("Planned")
    ANSWERED = "answered", _("Answered by a page")


class SearchGap(models.Model):
    """What the network team does about a search that found nothing. Without a row it is new."""

    query = models.CharField(_("searched for"), max_length=100)
    locale = models.CharField(_("language"), max_length=20)
    state = models.CharField(_("state"), max_length=10, choices=GapState, default=GapState.NEW)
    page = models.ForeignKey(
        Page,
        verbose_name=_("answered by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Choose the page that readers who ask for this should find."),
    )

    class Meta:
        verbose_name = _("search that found nothing")
        verbose_name_plural = _("searches that found nothing")
        constraints = [models.UniqueConstraint(fields=["query", "locale"], name="search_gap_once")]

    def __str__(self) -> str:
        return self.query

    def clean(self) -> None:
        super().clean()
        if self.state != GapState.ANSWERED:
            self.page = None
        elif self.page is None:
            raise ValidationError({"page": _("Choose the page that answers it.")})
