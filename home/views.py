"""Views beside the pages: doors, health, robots, media."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.static import serve as serve_file


@never_cache
def login_door(request: HttpRequest) -> HttpResponse:
    """Wagtail's login addresses lead to the one login page; somebody without admin access gets 403 there, no loop."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("wagtailadmin_home") if request.path.startswith(reverse("wagtailadmin_home")) else "/"
    if request.user.is_authenticated:
        if target.startswith(reverse("wagtailadmin_home")) and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return redirect(target)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': target})}")


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when it does not: {"status": "ok" | "failing", "database": bool}."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "failing", "database": False}, status=503)
    return JsonResponse({"status": "ok", "database": True})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return render(request, "robots.txt", content_type="text/plain")


@require_safe
def image_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Images only. Documents are served by Wagtail's view, which checks who may have them."""
    folder, _slash, _name = path.partition("/")
    if folder not in {"images", "original_images"} or ".." in Path(path).parts:
        raise Http404
    return serve_file(request, path, document_root=settings.MEDIA_ROOT)
