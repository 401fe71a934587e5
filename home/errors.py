"""Error pages that help. They use no database, so that they also work when it is what failed."""

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


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
