"""Small middlewares of the hub."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.models import Site
from wagtail.views import serve

from home.models import remembered
from home.visibility import request_scope

GetResponse = Callable[[HttpRequest], HttpResponseBase]

#: Longest query string answered, in bytes. The longest real one (every filter set) is under 1 kB.
MAX_QUERY_STRING = 8_000


class ContentSecurityPolicyMiddleware(CSPMiddleware):  # type: ignore[misc]
    """The strict policy everywhere, a looser one in the editors' admin, which has inline scripts."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(reverse("wagtailadmin_home")) and not getattr(request, "is_preview", False):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return super().process_response(request, response)  # type: ignore[no-any-return]


class BadInputMiddleware:
    """Answers 400 to what databases cannot take (NUL, in cookies too) or nobody types (huge query strings)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        texts = (query, request.path, *request.COOKIES.values())
        if len(query) > MAX_QUERY_STRING or "%00" in query or any("\x00" in text for text in texts):
            return HttpResponseBadRequest(render_to_string("400.html"))
        return self.get_response(request)


class RequestScopeMiddleware:
    """Lets `home.visibility` ask the database once a request, and Wagtail know the site without asking it at all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with request_scope():
            response = self.get_response(request)
            if isinstance(response, HttpResponse) and hasattr(response, "render"):
                response.render()
            return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Before a page is served: put the site where `Site.find_for_request` keeps it for the rest of the request."""
        if view is serve:
            site = remembered(f"site:{request.get_host()}", lambda: Site.find_for_request(request))
            request._wagtail_site = site  # type: ignore[attr-defined]
