"""What pages of the lower layers show of training: they cannot import it."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Q
from wagtail.models import Page

from training.models import ModulePage
from training.models.pages import ModuleQuerySet

register = template.Library()

#: A page of another kind shows this many modules.
SHOWN = 3


def _modules(condition: Q) -> ModuleQuerySet:
    found: ModuleQuerySet = ModulePage.objects.listed().filter(condition).in_order().for_lists()
    return found


@register.simple_tag
def modules_that_teach(standard: Any) -> ModuleQuerySet:
    """Public modules that name the standard; asked for when the first one is drawn."""
    return _modules(Q(pk__in=ModulePage.objects.filter(standard_rows__standard__in=[standard.pk]).values("pk")))


@register.simple_tag
def modules_on_theme(theme: Any) -> ModuleQuerySet:
    """The first public modules on a theme."""
    return _modules(Q(pk__in=Page.objects.filter(page_themes__theme__in=[theme]).values("pk")))[:SHOWN]


@register.simple_tag
def modules_on_topic(topic: Any) -> ModuleQuerySet:
    """The first public modules with a topic."""
    return _modules(Q(pk__in=Page.objects.filter(page_topics__tag__in=[topic]).values("pk")))[:SHOWN]


@register.simple_tag
def first_modules(home: Any) -> ModuleQuerySet:
    """The first public modules below a home page."""
    return _modules(Q(path__startswith=home.path))[:SHOWN]
