"""Publishing a module keeps its quiz as it then is, and a clinical sign-off lapses when what it covers changes."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, post_page_move

from home.models import PageReview
from training.learning import snapshot
from training.models import LessonPage, Module, ModulePage
from training.sign_off import refresh, tell


@receiver(page_published, sender=ModulePage)
def keep_published_quiz(instance: ModulePage, **kwargs: Any) -> None:
    Module.objects.filter(pk=instance.module_id).update(title=instance.title)
    snapshot(instance)


@receiver(post_save, sender=ModulePage)
def module_changed(instance: ModulePage, update_fields: Any = None, raw: bool = False, **kwargs: Any) -> None:
    """Its lessons are public when it is signed off."""
    if not update_fields and not raw:
        tell(instance)


@receiver([post_save, post_delete], sender=PageReview)
def module_archived(instance: PageReview, raw: bool = False, **kwargs: Any) -> None:
    """Its lessons go with it, and come back with it."""
    if not raw and (page := ModulePage.objects.filter(pk=instance.page_id).first()):
        tell(page)


@receiver(post_save, sender=LessonPage)
def lesson_changed(instance: LessonPage, update_fields: Any = None, raw: bool = False, **kwargs: Any) -> None:
    """Draft saves name the fields they write, and change nothing that is published."""
    if not update_fields and not raw:
        _refresh_at(instance.path[: -Page.steplen])


@receiver(post_delete, sender=LessonPage)
def lesson_deleted(instance: LessonPage, **kwargs: Any) -> None:
    _refresh_at(instance.path[: -Page.steplen])


@receiver(post_page_move, sender=LessonPage)
def lesson_moved(parent_page_before: Page, parent_page_after: Page, **kwargs: Any) -> None:
    """Another order, or another module."""
    for path in {parent_page_before.path, parent_page_after.path}:
        _refresh_at(path)


def _refresh_at(path: str) -> None:
    if page := ModulePage.objects.filter(path=path).first():
        refresh(page)
