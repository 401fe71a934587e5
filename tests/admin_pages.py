"""What a browser would send from the page editor: the form as the admin renders it, with changes."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Page


class _Form(HTMLParser):
    """Collects the values of one form's fields. What lies in a <template> is not sent."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.data: dict[str, Any] = {}
        self._inside = False
        self._templates = 0
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        at = dict(attributes)
        if tag == "form":
            self._inside = at.get("id") == self.form_id
        if tag == "template":
            self._templates += 1
        if not self._inside or self._templates:
            return
        name = at.get("name") or ""
        if tag == "input" and name:
            self._input(name, at)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in at:
            self._add(self._select, at.get("value") or "")
        elif tag == "textarea" and name:
            self._textarea = name
            self.data[name] = ""

    def _input(self, name: str, at: dict[str, str | None]) -> None:
        kind = at.get("type")
        if kind in {"submit", "button", "file"} or (kind in {"checkbox", "radio"} and "checked" not in at):
            return
        self._add(name, at.get("value") or ("on" if kind == "checkbox" else ""))

    def _add(self, name: str, value: str) -> None:
        self.data.setdefault(name, [])
        self.data[name].append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "template":
            self._templates -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.data[self._textarea] += data.removeprefix("\n")


def form_at(client: Client, address: str, form_id: str, model: type[Page]) -> dict[str, Any]:
    """The values of the form at an address. StreamFields (which scripts fill in) are sent empty."""
    response = client.get(address)
    assert response.status_code == 200, address
    form = _Form(form_id)
    form.feed(response.content.decode())
    streams = [field.name for field in model._meta.get_fields() if isinstance(field, StreamField)]
    return {**form.data, **{f"{name}-count": "0" for name in streams}}


def edit(client: Client, page: Page, **changes: Any) -> HttpResponse:
    """Save the page in the editor; `changes` may hold the button, for example {"action-publish": "yes"}."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = form_at(client, address, "page-edit-form", page.specific_class)
    return client.post(address, {**data, **changes})


def create(client: Client, parent: Page, model: type[Page], **values: Any) -> HttpResponse:
    """Add a page through the editor."""
    address = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk])
    return client.post(address, {**form_at(client, address, "page-edit-form", model), **values})
