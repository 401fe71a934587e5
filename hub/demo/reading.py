"""Read the demonstration content's YAML, and publish pages from it."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.models import BasePage, PageCondition, PageTheme, Theme, Topic
from home.models.taxonomy import Condition

FOLDER = Path(__file__).parent


@cache
def content(name: str) -> Any:
    """What `name`.yaml holds."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def plain(text: Any) -> str:
    """A text field's value: no surrounding white space, never None."""
    return str(text or "").strip()


def noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def publish(parent: Page, page: BasePage, *, first_published: datetime.date | None = None) -> BasePage:
    """Add a page as a draft and publish its revision, as an editor would (so that all signals fire)."""
    page.live = False
    if first_published:
        page.first_published_at = noon(first_published)
    with disable_reference_index_auto_update():  # once at the end, not once for every inline row
        parent.add_child(instance=page)
        page.save_revision().publish()
    page.refresh_from_db()
    ReferenceIndex.create_or_update_for_object(page)
    return page


def existing(parent: Page, slug: str) -> BasePage | None:
    found = parent.get_children().filter(slug=slug).first()
    return found.specific if found else None


def tag(page: BasePage, entry: dict[str, Any]) -> None:
    """Themes, conditions and topics of an entry; unknown slugs raise KeyError."""
    themes = {theme.number: theme for theme in Theme.objects.all()}
    conditions = {condition.slug: condition for condition in Condition.objects.all()}
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    page.page_themes.set([PageTheme(theme=themes[number]) for number in entry.get("themes", [])])
    page.page_conditions.set([PageCondition(condition=conditions[slug]) for slug in entry.get("conditions", [])])
    page.topics.set([topics[slug] for slug in entry.get("topics", [])])
