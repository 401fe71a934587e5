"""Small helpers of the page templates."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data: Any) -> SafeString:
    """Structured data as a script element that no browser runs; escaped as Django's `json_script` does."""
    text = json.dumps(data, default=str, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  (escaped above)


@register.simple_tag
def pair(*values: Any) -> tuple[Any, ...]:
    """Several values as one, to build a component's list."""
    return values


@register.simple_tag
def listing(*values: Any) -> list[Any]:
    """Values as a list, the empty ones left out."""
    return [value for value in values if value]


@register.filter
def topic_links(topics: Any) -> list[tuple[str, str]]:
    """(label, address) pairs of topics."""
    return [(topic.name, topic.get_absolute_url()) for topic in topics]


@register.simple_tag
def mail_link(address: str, subject: str, body: str = "") -> str:
    """A mailto address with subject and body filled in."""
    return f"mailto:{address}?subject={quote(str(subject))}&body={quote(str(body))}"


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], page: Any) -> str:
    """A page's address, or nothing where there is no page (`pageurl` raises for None)."""
    return page.get_url(context.get("request")) or "" if page else ""
