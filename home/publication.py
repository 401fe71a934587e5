"""Everything that stands in the way of publishing a page, whichever door somebody takes.

The page's form checks what is typed into it. A draft may be saved incomplete, though, and then be published without
its form (in bulk, by approval, on a date, as a copy), so the same questions are asked of the page itself here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from wagtail.blocks import StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page

from home.models.base import Problem
from home.models.files import PeopleShown

#: What Django's checks call an error about the whole.
_WHOLE = "__all__"


def images_in(value: Any) -> Iterator[AbstractImage]:
    """The images of a StreamField's value, in reading order."""
    if isinstance(value, AbstractImage):
        yield value
    elif isinstance(value, StreamValue):
        for block in value:
            yield from images_in(block.value)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from images_in(part)
    elif isinstance(value, ListValue):
        for part in value:
            yield from images_in(part)


def stream_fields(page: Any) -> list[StreamField]:
    return [field for field in page._meta.get_fields() if isinstance(field, StreamField)]


def image_problems(page: Any) -> list[Problem]:
    """Images that may show people nobody asked."""
    problems = []
    for field in stream_fields(page):
        for number, image in enumerate(images_in(getattr(page, field.name)), start=1):
            if message := _people_problem(image):
                where = {"number": number, "title": image.title, "field": field.verbose_name}
                problems.append(Problem(field.name, message % where))
    return problems


def _people_problem(image: Any) -> Any:
    if image.people_shown == PeopleShown.UNKNOWN:
        return _(
            "Image %(number)d in “%(field)s” (“%(title)s”): open it under Images and say whether it shows people "
            "who can be recognised."
        )
    if image.people_shown == PeopleShown.CONSENTED and not image.consent_reference.strip():
        return _(
            "Image %(number)d in “%(field)s” (“%(title)s”): open it under Images and say where the consent is kept."
        )
    return None


def problems_of(page: Page) -> list[Problem]:
    """What to do before `page` (a page as it would be published) may go out; empty when nothing stands in the way.

    First what the page type asks for, in its own words; only when all of that is in order, what the fields, blocks and
    rows would refuse by themselves.
    """
    page = page.specific if type(page) is Page else page
    if not hasattr(page, "publication_problems"):
        return []
    own: list[Problem] = page.publication_problems()
    return own or [*_field_problems(page), *_block_problems(page), *_row_problems(page)]


def _labelled(name: str, label: Any, messages: list[str]) -> list[Problem]:
    if name == _WHOLE:
        return [Problem(None, message) for message in messages]
    return [
        Problem(name, _("%(field)s: %(message)s") % {"field": capfirst(str(label)), "message": message})
        for message in messages
    ]


def _field_problems(page: Any) -> list[Problem]:
    try:
        page.full_clean()
    except ValidationError as error:
        return [
            problem
            for name, messages in error.message_dict.items()
            for problem in _labelled(
                name, name if name == _WHOLE else page._meta.get_field(name).verbose_name, messages
            )
        ]
    return []


def _block_problems(page: Any) -> list[Problem]:
    problems = []
    for field in stream_fields(page):
        value = getattr(page, field.name)
        try:
            field.stream_block.clean(value)
        except ValidationError as error:
            for number, messages in _messages_by_block(error):
                kind = value[number].block.label
                where = _("“%(field)s”, block %(number)d (%(kind)s): %(message)s")
                facts = {"field": field.verbose_name, "number": number + 1, "kind": kind}
                problems += [Problem(field.name, where % {**facts, "message": message}) for message in messages]
    return problems


def _messages_by_block(error: ValidationError) -> list[tuple[int, list[str]]]:
    """[(index of the block, its messages)] of what a StreamBlock refused."""
    by_index = getattr(error, "block_errors", None)
    if not isinstance(by_index, Mapping):
        return [(0, list(error.messages))]
    return [(index, sorted(set(_flat_messages(found)))) for index, found in by_index.items()]


def _flat_messages(error: Any) -> Iterator[str]:
    nested = getattr(error, "block_errors", None)
    if isinstance(nested, Mapping):
        for name, inner in nested.items():
            yield from (f"{name}: {message}" for message in _flat_messages(inner))
    elif isinstance(nested, list):
        for inner in filter(None, nested):
            yield from _flat_messages(inner)
    elif error is not None:
        yield from (str(message) for message in error.messages)


def _row_problems(page: Any) -> list[Problem]:
    problems = []
    for relation in get_all_child_relations(page):
        model = relation.related_model
        if model._meta.app_label in {"wagtailcore", "taggit"} or not hasattr(model, "clean_fields"):
            continue
        beyond = {relation.field.name, "locale", "translation_key", "sort_order", model._meta.pk.name}
        for number, row in enumerate(getattr(page, relation.get_accessor_name()).all(), start=1):
            problems += _one_row(row, number, beyond)
    return problems


def _one_row(row: Any, number: int, beyond: set[str]) -> list[Problem]:
    try:
        row.clean_fields(exclude=beyond)
        row.clean()
    except ValidationError as error:
        found = error.message_dict if hasattr(error, "error_dict") else {_WHOLE: error.messages}
        name = capfirst(str(row._meta.verbose_name))
        messages = [message for messages in found.values() for message in messages]
        return [
            Problem(None, _("%(row)s %(number)d: %(message)s") % {"row": name, "number": number, "message": message})
            for message in messages
        ]
    return []
