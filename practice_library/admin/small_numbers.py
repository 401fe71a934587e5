"""A word of caution after publishing: small groups can give somebody away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from home.admin.telling import as_list
from practice_library.models import CaseStudyPage
from practice_library.publication import small_numbers


def warn(request: HttpRequest, page: Page) -> None:
    """Warn about a public case study's small groups."""
    if not issubclass(page.specific_class, CaseStudyPage) or not page.live:
        return
    if phrases := small_numbers(page.specific):
        intro = _("“%s” is public and speaks of very few people. Could somebody be recognised?") % page.title
        outro = _("If so, write “fewer than 5” or leave the figure out, and publish again.")
        messages.warning(request, as_list(intro, [f"“{phrase}”" for phrase in dict.fromkeys(phrases)], outro))


def after_publish_page(request: HttpRequest, page: Page) -> None:
    warn(request, page)


def after_bulk_action(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    if action_type == "publish":
        for page in objects:
            if isinstance(page, Page):
                page.refresh_from_db(fields=["live"])
                warn(request, page)


def after_edit_page(request: HttpRequest, page: Page) -> None:
    """Approval in the editor publishes too."""
    if request.POST.get("action-workflow-action") and request.POST.get("workflow-action-name") == "approve":
        warn(request, CaseStudyPage.objects.filter(pk=page.pk).first() or page)
