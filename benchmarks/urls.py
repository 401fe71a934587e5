"""The hub's addresses and two that only benchmarks need."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from home.models import ContentVersion
from hub.urls import handler400, handler403, handler404, handler500  # noqa: F401
from hub.urls import urlpatterns as hub_urls


def bare(request: HttpRequest) -> HttpResponse:
    """What the application server, Django and our middleware cost: no database, no template."""
    return HttpResponse("bare")


def changed(request: HttpRequest) -> HttpResponse:
    """Make remembered counts stale, as every published change does."""
    ContentVersion.raise_()
    return HttpResponse("changed")


urlpatterns = [path("bare/", bare), path("changed/", changed), *hub_urls]
