"""Messages at the top of the admin that list things: what is in the way, what uses something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext
from wagtail.models import Page

#: Entries that a message lists; it counts the others.
SHOWN = 12


def as_list(intro: Any, entries: Iterable[Any], outro: Any = "") -> SafeString:
    """A sentence, a list (its entries may be safe HTML) and a sentence."""
    entries = list(entries)
    items: SafeString = format_html_join("", "<li>{}</li>", ((entry,) for entry in entries[:SHOWN]))
    if (more := len(entries) - SHOWN) > 0:
        items = items + format_html("<li>{}</li>", ngettext("and %d more", "and %d more", more) % more)
    return format_html('{} <ul class="qin-message-list">{}</ul> {}', intro, items, outro)


def link(address: str, text: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', address, text)


def page_link(page: Page) -> SafeString:
    return link(reverse("wagtailadmin_pages:edit", args=[page.pk]), page.get_admin_display_title())


def who(request: HttpRequest) -> AbstractBaseUser:
    """The signed-in person (every address of the admin asks for one)."""
    return request.user  # type: ignore[return-value]
