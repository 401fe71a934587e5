"""The monthly e-mail to the network team: what waits for them.

Feature apps add their part through the Wagtail hook "construct_digest": a function without arguments that returns a
`Section`, or None when there is nothing to say.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.models import TaskState

from home.models import PageReview, User
from home.models.review import add_months
from home.roles import NETWORK_TEAM

#: Longer lists are cut: the e-mail says how many there are, the hub shows them all.
LISTED = 20


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a sentence, and lines of (text, address)."""

    heading: str
    introduction: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)


def _admin_address(page: Any) -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('wagtailadmin_pages:edit', args=[page.pk])}"


def pages_to_confirm(today: datetime.date) -> Section | None:
    """Live pages whose next check falls into this month, or fell earlier."""
    month_end = add_months(today.replace(day=1), 1) - datetime.timedelta(days=1)
    due = PageReview.objects.due_by(month_end).select_related("page")
    number = due.count()
    if not number:
        return None
    return Section(
        heading=_("Pages to confirm this month"),
        introduction=ngettext(
            "%(number)d page waits for somebody to look whether it is still right.",
            "%(number)d pages wait for somebody to look whether they are still right.",
            number,
        )
        % {"number": number},
        lines=[(str(review.page), _admin_address(review.page)) for review in due[:LISTED]],
    )


def drafts_to_review() -> Section | None:
    """Pages that editors have submitted and nobody has looked at yet, the longest wait first."""
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).select_related("revision")
    pages = [state.revision.content_object for state in waiting.order_by("started_at") if state.revision]
    if not pages:
        return None
    return Section(
        heading=_("Drafts waiting for review"),
        introduction=ngettext(
            "%(number)d draft waits for the network team.", "%(number)d drafts wait for the network team.", len(pages)
        )
        % {"number": len(pages)},
        lines=[(page.get_admin_display_title(), _admin_address(page)) for page in pages[:LISTED]],
    )


def sections() -> list[Section]:
    """What there is to say, ours first, then the feature apps' in the order of their hooks."""
    found = [pages_to_confirm(timezone.localdate()), drafts_to_review()]
    found += [construct() for construct in hooks.get_hooks("construct_digest")]
    return [section for section in found if section]


def recipients() -> list[str]:
    return list(
        User.objects.filter(groups__name=NETWORK_TEAM, is_active=True).order_by("email").values_list("email", flat=True)
    )


@transaction.atomic
def send_digest() -> int:
    """Queue one e-mail to each member of the network team; returns how many. Nothing to say, no e-mail."""
    with translation.override(settings.LANGUAGE_CODE):
        content = sections()
        if not content:
            return 0
        subject = _("What waits for the network team this month")
        text = render_to_string("emails/digest.txt", {"sections": content, "site_url": settings.SITE_URL})
    addresses = recipients()
    for address in addresses:
        send_mail(subject, text, None, [address])
    return len(addresses)
