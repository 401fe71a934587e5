"""What a clinical sign-off covers: the words of a module, of its lessons in order, and of its quiz.

A sign-off counts while the fingerprint of what is published equals the one that was signed. Drafts can be signed
before they go out, so that an edit need not take a module away from its learners.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from home.visibility import visibility_changed
from training.models.pages import LessonPage, ModulePage
from training.models.sign_off import SignOff


def _stream(value: Any) -> list[Any]:
    """A StreamField's blocks without their ids: they are no words."""
    return [(child.block_type, _without_ids(child.block.get_prep_value(child.value))) for child in value]


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        is_block = "type" in value and "value" in value
        return {name: _without_ids(part) for name, part in value.items() if not (is_block and name == "id")}
    return [_without_ids(part) for part in value] if isinstance(value, list | tuple) else value


def _words_of_module(page: ModulePage) -> list[Any]:
    told = (page.title, page.summary, page.audience, page.outcomes, page.code_of_conduct, page.support, page.pass_mark)
    return [*told, _stream(page.quiz)]


def _words_of_lesson(page: LessonPage) -> list[Any]:
    return [page.title, page.summary, _stream(page.body)]


def fingerprint(page: ModulePage, lessons: list[LessonPage]) -> str:
    """SHA-256 (64 hex digits) of everything a sign-off vouches for."""
    words = [_words_of_module(page), *(_words_of_lesson(lesson) for lesson in lessons)]
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()


def as_published(page: ModulePage) -> str:
    """The fingerprint of the module with its lessons as readers have them."""
    below = LessonPage.objects.child_of(page).filter(live=True).order_by("path") if page.path else []
    return fingerprint(page, list(below))


def drafts(page: ModulePage, changed: Page | None = None) -> tuple[ModulePage, list[LessonPage]]:
    """The module and its lessons as they would be once every draft is published.

    A lesson that was taken offline is left out. `changed` stands in for the page it is a version of.
    """
    ours = Q(live=True) | Q(first_published_at__isnull=True) | Q(pk=changed.pk if changed else None)
    rows = LessonPage.objects.child_of(page).filter(ours).select_related("latest_revision").order_by("path")
    versions = [changed if changed and changed.pk == row.pk else row.get_latest_revision_as_object() for row in rows]
    if isinstance(changed, LessonPage) and not changed.pk:
        versions.append(changed)  # it will be the last one
    return (changed if isinstance(changed, ModulePage) else page.get_latest_revision_as_object()), versions


def is_signed(page: ModulePage, changed: Page | None = None) -> bool:
    """Whether a sign-off in force covers the module once every draft is published."""
    wanted = fingerprint(*drafts(page, changed)) if page.pk else ""
    return SignOff.objects.in_force().filter(module_id=page.module_id, fingerprint=wanted).exists()


def refresh(page: ModulePage) -> None:
    """Work the published fingerprint out again: a lesson, or what is signed, has changed."""
    ModulePage.objects.filter(pk=page.pk).update(fingerprint=as_published(page))
    tell(page)


def tell(page: ModulePage) -> None:
    """Let everybody who lists pages know that this module and its lessons may have come or gone."""
    family = Page.objects.filter(path__startswith=page.path).values_list("pk", flat=True)
    visibility_changed.send(sender=ModulePage, page_ids=list(family))
