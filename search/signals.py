"""What changes a search row: the page itself, where it lies, who may see it, and what it names."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move

from home.models import BasePage, Condition, ContentVersion, Organisation, PageReview, Service, Theme, Topic
from home.visibility import visibility_changed
from search.models import SynonymGroup
from search.projection import mark


@receiver(post_save)
def page_saved(sender: Any, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """`post_save` runs inside the page's own transaction; Wagtail's `page_published` does not."""
    if not raw and isinstance(instance, (BasePage, Page)):
        mark([instance.pk])


@receiver(pre_delete)
def page_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, Page):
        mark([instance.pk])


@receiver(post_page_move)
def page_moved(instance: Page, **kwargs: Any) -> None:
    _mark_tree(instance)


@receiver([post_save, post_delete], sender=PageViewRestriction)
def privacy_changed(instance: PageViewRestriction, **kwargs: Any) -> None:
    _mark_tree(instance.page)


@receiver([post_save, post_delete], sender=PageReview)
def review_changed(instance: PageReview, **kwargs: Any) -> None:
    mark([instance.page_id])


@receiver(visibility_changed)
def pages_came_or_went(page_ids: list[int], **kwargs: Any) -> None:
    mark(page_ids)


def _mark_tree(page: Page) -> None:
    mark(Page.objects.filter(path__startswith=page.path).values_list("pk", flat=True))


#: What a page may name, and how to find the pages that do.
NAMED_BY: dict[Any, list[str]] = {
    Theme: ["page_themes__theme", "themepage__theme"],
    Condition: ["page_conditions__condition"],
    Topic: ["page_topics__tag"],
    Service: [],
    Organisation: [],
}


def named_changed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Pages that refer to the snippet that has changed, or is about to go: Wagtail's reference index knows them."""
    from wagtail.models import ReferenceIndex

    references = ReferenceIndex.get_references_to(instance).values_list("object_id", flat=True)
    ids = {int(pk) for pk in references if str(pk).isdigit()}
    if isinstance(instance, Organisation):
        for service in instance.services.all():
            found = ReferenceIndex.get_references_to(service).values_list("object_id", flat=True)
            ids |= {int(pk) for pk in found if str(pk).isdigit()}
    if isinstance(instance, Topic):
        ids |= set(instance.topic_pages.values_list("content_object_id", flat=True))
    mark(Page.objects.filter(pk__in=ids).values_list("pk", flat=True))


for model in NAMED_BY:
    post_save.connect(named_changed, sender=model, dispatch_uid=f"search-named-{model.__name__}")
    pre_delete.connect(named_changed, sender=model, dispatch_uid=f"search-named-delete-{model.__name__}")


@receiver([post_save, post_delete], sender=SynonymGroup)
def synonyms_changed(**kwargs: Any) -> None:
    ContentVersion.raise_()
