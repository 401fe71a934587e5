"""What others rest on is not deleted: the admin says what uses it and what to do instead."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import Page

from home.admin.telling import as_list, link, page_link
from home.models import Condition, Organisation, Person, Theme, Topic
from practice_library.models import CaseStudyPage, ThemePage
from practice_library.usage import users_of_pages, users_of_snippet


def refuse_pages(request: HttpRequest, pages: list[Page]) -> HttpResponse | None:
    """None when nothing outside these pages' subtrees points into them; else a message and the way back."""
    users = users_of_pages(*pages)
    if not users:
        return None
    intro = _("Not deleted: these pages show a standard here being met, or are about it.")
    outro = _("Choose another standard there first. To take a standard out of use, archive it under “Upkeep”.")
    messages.error(request, as_list(intro, [page_link(user) for user in users], outro))
    parent = pages[0].get_parent()
    back = reverse("wagtailadmin_explore", args=[parent.pk]) if parent else reverse("wagtailadmin_home")
    return redirect(get_valid_next_url_from_request(request) or back)


def before_delete_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    return refuse_pages(request, [page])


def before_bulk_action(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> HttpResponse | None:
    """Pages and snippets both come through here when several are ticked."""
    if action_type != "delete" or not objects:
        return None
    if all(isinstance(page, Page) for page in objects):
        return refuse_pages(request, objects)
    return before_delete_snippet(request, objects)


def pages_using(instance: Any) -> list[Page]:
    """Pages that would lose something they cannot do without."""
    if isinstance(instance, Theme):
        pages = Page.objects.filter(pk__in=ThemePage.objects.filter(theme=instance).values("pk"))
        return list((pages | Page.objects.filter(page_themes__theme=instance)).distinct().order_by("title"))
    if isinstance(instance, Person):
        cases = CaseStudyPage.objects.filter(contact=instance)
        return list(Page.objects.filter(pk__in=cases.values("pk")).order_by("title"))
    return users_of_snippet(instance)


def _advice(instance: Any) -> str:
    if isinstance(instance, Theme):
        return _("Choose another theme on these pages first.")
    if isinstance(instance, Person):
        return _("Choose another contact there first: readers need somebody to ask.")
    return _("Choose another one on these pages first. If it has another name now, change the name instead.")


def _services_of(instance: Any) -> list[Any]:
    return list(instance.services.all()) if isinstance(instance, Organisation) else []


def refusal(instance: Any) -> Any:
    """The message that says why this snippet stays; None when it may go."""
    if pages := pages_using(instance):
        intro = _("“%s” was not deleted, because these pages use it:") % instance
        return as_list(intro, [page_link(page) for page in pages], _advice(instance))
    if services := _services_of(instance):
        edit = services[0].snippet_viewset.get_url_name("edit")
        entries = [link(reverse(edit, args=[service.pk]), service.name) for service in services]
        intro = _("“%s” was not deleted, because these services belong to it:") % instance
        return as_list(intro, entries, _("Delete them or give them another organisation first."))
    return None


def _labelled_pages(instance: Any) -> int:
    if isinstance(instance, Topic):
        return Page.objects.filter(page_topics__tag=instance).count()
    if isinstance(instance, Condition):
        return Page.objects.filter(page_conditions__condition=instance).distinct().count()
    return 0


def tell_what_is_taken_off(request: HttpRequest, instance: Any) -> None:
    """A topic or condition is a label: it may go, but its keeper should know from how many pages."""
    if number := _labelled_pages(instance):
        facts = {"name": instance, "number": number}
        if request.method == "POST":
            text = ngettext(
                "“%(name)s” was taken off %(number)d page.", "“%(name)s” was taken off %(number)d pages.", number
            )
            messages.info(request, text % facts)
        else:
            text = ngettext(
                "Deleting “%(name)s” takes it off %(number)d page. The page stays.",
                "Deleting “%(name)s” takes it off %(number)d pages. The pages stay.",
                number,
            )
            messages.warning(request, text % facts)


def before_delete_snippet(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Refuses all of them when one is in use. It runs on the question ("really?") as well as on the answer."""
    refusals = [message for instance in instances if (message := refusal(instance))]
    for message in refusals:
        messages.error(request, message)
    if refusals:
        return redirect(instances[0].snippet_viewset.get_url_name("list"))
    for instance in instances:
        tell_what_is_taken_off(request, instance)
    return None
