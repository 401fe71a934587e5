"""Every way of publishing asks the same questions first: what is missing is said, and the draft is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from home.admin.telling import as_list, page_link
from home.models.base import Problem
from home.publication import problems_of

HELD_BACK = "home.held_back"


def _sentences(problems: list[Problem]) -> list[str]:
    return [str(problem.message) for problem in problems]


def refuse_to_publish(request: HttpRequest, page: Page) -> HttpResponse | None:
    """before_publish_page: the draft is saved by now; send its author back to it with what is left to do."""
    problems = problems_of(page)
    if not problems:
        return None
    messages.error(
        request, as_list(_("Saved as a draft, not published yet. Before you publish:"), _sentences(problems))
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def _drafts_to_publish(pages: list[Page], action: Any) -> list[Page]:
    """The pages of a bulk action as they would go out, with drafts below them when those were asked for."""
    drafts = list(pages)
    if action.cleaned_form and action.cleaned_form.cleaned_data.get("include_descendants"):
        for page in pages:
            below = page.get_descendants().not_live().specific()
            drafts += [draft for draft in below if draft.permissions_for_user(action.request.user).can_publish()]
    return [draft.get_latest_revision_as_object() for draft in drafts]


def refuse_to_publish_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """before_bulk_action: nothing goes out while one of the chosen pages is not ready."""
    if action_type != "publish" or not all(isinstance(page, Page) for page in objects):
        return None
    unready = [(draft, problems) for draft in _drafts_to_publish(objects, action) if (problems := problems_of(draft))]
    if not unready:
        return None
    entries = [as_list(page_link(draft), _sentences(problems)) for draft, problems in unready]
    messages.error(request, as_list(_("Nothing was published, because not every page is ready:"), entries))
    return redirect(action.next_url)


def _copied_live(page: Page, *, with_children: bool) -> list[Page]:
    family = page.get_descendants(inclusive=True) if with_children else Page.objects.filter(pk=page.pk)
    return list(family.live().specific())


def refuse_to_copy_live(request: HttpRequest, page: Page) -> HttpResponse | None:
    """before_copy_page: a live page that has grown incomplete is not copied as a live page."""
    if request.method != "POST" or "publish_copies" not in request.POST or request.POST.get("alias"):
        return None
    sources = _copied_live(page, with_children="copy_subpages" in request.POST)
    unready = [(source, problems) for source in sources if (problems := problems_of(source))]
    if not unready:
        return None
    entries = [as_list(page_link(source), _sentences(problems)) for source, problems in unready]
    messages.error(
        request, as_list(_("Nothing was copied. Copy it without publishing, or put these in order first:"), entries)
    )
    return redirect("wagtailadmin_pages:copy", page.pk)


def take_back_unready_copies(request: HttpRequest, page: Page, new_page: Page) -> None:
    """after_copy_page: what copying itself makes incomplete (a standard's copy has no code yet) stays a draft."""
    for copy in new_page.get_descendants(inclusive=True).live().filter(alias_of__isnull=True).specific():
        if problems := problems_of(copy):
            copy.unpublish(user=request.user)
            intro = _("“%(title)s” was copied as a draft. Before you publish it:") % {"title": copy.title}
            messages.warning(request, as_list(intro, _sentences(problems)))


def explain_to_reviewer(request: HttpRequest, page: Page) -> None:
    """before_edit_page: say why “approve” is not on offer to somebody who reviews this page."""
    if request.method != "GET" or not page.workflow_in_progress:
        return
    task = page.current_workflow_task
    if (
        task
        and task.user_can_access_editor(page, request.user)
        and page.permissions_for_user(request.user).can_publish()
    ):
        draft = page.get_latest_revision_as_object()
        if problems := problems_of(draft):
            messages.warning(request, as_list(_("This cannot be approved yet. Before that:"), _sentences(problems)))


def hold_back(revision: Revision, page: Page) -> bool:
    """Take the date off a revision that is due but not ready; log why. True when it was held back."""
    problems = problems_of(page)
    if problems:
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
        log(instance=page, action=HELD_BACK, data={"problems": _sentences(problems)}, revision=revision)
    return bool(problems)
