"""Error pages that help. They use no database, so that they also work when it is what failed."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

View = TypeVar("View", bound=Callable[..., Any])


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"{status}.html", request=None), status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that does not answer is said in its own words: nothing was saved, and trying again helps."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return _page(request, 500)
    response = _page(request, 503)
    response["Retry-After"] = "30"
    return response


def shows_again(answer: Callable[..., HttpResponse]) -> Callable[[View], View]:
    """For a view whose forms are too dear to lose: `answer` shows what was sent with an old form, and saves nothing.

    It takes what the view takes, and raises Http404 when there is nothing to show.
    """

    def mark(view: View) -> View:
        view.shows_again = answer  # type: ignore[attr-defined]
        return view

    return mark


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before the last login, or from another site: says so, and leads back to a fresh one."""
    match = request.resolver_match
    show_again = getattr(match.func, "shows_again", None) if match else None
    if match and show_again:
        try:
            response: HttpResponse = show_again(request, *match.args, **match.kwargs)
        except Http404:
            pass
        else:
            return response
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return render(request, "403_old_form.html", {"back_url": came_from if ours else request.path}, status=403)
