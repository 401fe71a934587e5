"""Remembers how a part of a page looks until the content changes."""

from __future__ import annotations

from django import template
from django.core.cache import cache
from django.core.cache.utils import make_template_fragment_key
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from home.models.version import KEPT, content_state

register = template.Library()


class RememberedNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str, varies_by: list[FilterExpression]) -> None:
        self.nodelist, self.name, self.varies_by = nodelist, name, varies_by

    def render(self, context: Context) -> SafeString:
        request = getattr(context, "request", None)
        state = None if request is None or getattr(request, "is_preview", False) else content_state()
        if request is None or state is None:
            return self.nodelist.render(context)
        values = (value.resolve(context) for value in self.varies_by)
        key = make_template_fragment_key(self.name, [state, get_language(), request.get_host(), *values])
        html = cache.get(key)
        if html is None:
            html = str(self.nodelist.render(context))
            cache.set(key, html, KEPT)
        return mark_safe(html)  # noqa: S308  (rendered by the template itself)


@register.tag
def remembered(parser: Parser, token: Token) -> RememberedNode:
    """`{% remembered "name" values … %} … {% endremembered %}`: the part looks the same while these values do.

    It must show nothing that depends on the reader or on the hour. Previews are never remembered.
    """
    _tag, name, *values = token.split_contents()
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(nodelist, name.strip("\"'"), [parser.compile_filter(value) for value in values])
