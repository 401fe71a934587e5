"""Reactions to what happens to pages and to what they point to."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published

from home import personal_data
from home.models import BasePage, BlogIndexPage, ContentPage, PageReview, User
from home.models.review import add_months
from home.roles import let_editors_publish
from home.visibility import forget, visibility_changed


@receiver([post_save, post_delete], sender=PageViewRestriction)
@receiver(visibility_changed)
def privacy_changed(**kwargs: Any) -> None:
    for key in ("restrictions", "kept_back", "restricted_paths", "private_paths"):
        forget(key)


@receiver(page_published)
def start_review_clock(instance: Page, **kwargs: Any) -> None:
    """The first publication counts as a confirmation; publishing again takes a withdrawal back."""
    if not isinstance(instance, BasePage):
        return
    today = timezone.localdate()
    review, created = PageReview.objects.get_or_create(
        page_id=instance.pk, defaults={"confirmed_on": today, "due_on": add_months(today, instance.review_months)}
    )
    if not created and review.withdrawn_on:
        review.withdrawn_on, review.withdrawal_note = None, ""
        review.save(update_fields=["withdrawn_on", "withdrawal_note"])


@receiver(post_save, sender=BlogIndexPage)
@receiver(post_save, sender=ContentPage)
def editors_publish_plain_pages(instance: Page, created: bool, **kwargs: Any) -> None:
    """The blog and a new section of plain pages are editors' own ground from the start."""
    if created and not kwargs.get("raw"):
        let_editors_publish(instance)


@receiver(pre_delete, sender=User)
def take_personal_data_away(instance: User, **kwargs: Any) -> None:
    """Whoever deletes the account, and wherever: nothing of the person stays behind."""
    personal_data.take_away(instance)
