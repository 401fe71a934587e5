"""Guards and counters around what examples rest on."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction, Site, get_page_models
from wagtail.signals import post_page_move, pre_page_move

from home.models import Condition, ContentVersion, Organisation, PageReview, Service, Theme, Topic
from practice_library.models import (
    ClaimVerification,
    FrameworkPage,
    StandardClaim,
    StandardPage,
    ThemePage,
)
from practice_library.usage import users_of_pages, users_of_snippet


class InUseError(Exception):
    """Something that examples point to was about to be deleted. `users` are the pages that point to it."""

    def __init__(self, users: list[Page]) -> None:
        self.users = users
        super().__init__(f"Used by {', '.join(str(page) for page in users)}")


@receiver(pre_delete, sender=StandardPage)
def keep_standards_in_use(instance: StandardPage, origin: Any = None, **kwargs: Any) -> None:
    """The last line of defence; the admin refuses earlier and more kindly."""
    if users := users_of_pages(instance):
        raise InUseError(users)


@receiver(pre_delete, sender=Service)
@receiver(pre_delete, sender=Organisation)
def keep_services_in_use(instance: Any, **kwargs: Any) -> None:
    if users := users_of_snippet(instance):
        raise InUseError(users)


class CodeTakenError(PermissionDenied):
    """A move would put two standards with one code into one edition; the admin's views refuse it as not permitted."""


def _standards_within(page: Page) -> QuerySet[StandardPage]:
    return StandardPage.objects.filter(path__startswith=page.path)


def _edition_at(page: Page) -> FrameworkPage | None:
    return FrameworkPage.objects.ancestor_of(page, inclusive=True).first()


@receiver(pre_page_move, sender=ThemePage)
@receiver(pre_page_move, sender=StandardPage)
def refuse_codes_that_are_taken(instance: Page, parent_page_after: Page, **kwargs: Any) -> None:
    moved = _standards_within(instance)
    there = StandardPage.objects.filter(edition=_edition_at(parent_page_after)).exclude(pk__in=moved.values("pk"))
    codes = moved.filter(code__isnull=False).values("code")
    if taken := there.filter(code__in=codes).values_list("code", flat=True).first():
        raise CodeTakenError(f"Another standard of the edition has the code {taken}.")


@receiver(post_page_move, sender=ThemePage)
@receiver(post_page_move, sender=StandardPage)
def standards_follow_their_edition(instance: Page, parent_page_after: Page, **kwargs: Any) -> None:
    """A move changes paths only; the edition is a column of its own."""
    _standards_within(instance).update(edition=_edition_at(parent_page_after))


#: What public pages rest on beside pages themselves.
SHOWN = [
    ClaimVerification, Condition, Organisation, PageReview, PageViewRestriction, Service, Site, StandardClaim, Theme,
    Topic,
]  # fmt: skip


def shown_changed(**kwargs: Any) -> None:
    ContentVersion.raise_()


for model in (*get_page_models(), *SHOWN):
    post_save.connect(shown_changed, sender=model, dispatch_uid=f"shown-save-{model._meta.label}")
    post_delete.connect(shown_changed, sender=model, dispatch_uid=f"shown-delete-{model._meta.label}")
post_page_move.connect(shown_changed, dispatch_uid="shown-move")
