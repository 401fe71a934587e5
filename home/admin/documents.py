"""Who may download a file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from wagtail.permissions import policy_registry

from home.models import CustomDocument
from home.visibility import document_is_public


def may_manage(user: Any, document: CustomDocument) -> bool:
    """Somebody who works with the file's collection in the admin."""
    policy = policy_registry.get_by_type(CustomDocument)
    return user.has_perm("wagtailadmin.access_admin") and bool(
        policy.user_has_any_permission_for_instance(user, ["choose", "change"], document)
    )


def serve_public_files_only(document: CustomDocument, request: HttpRequest) -> None:
    """before_serve_document: a file that no page offers to this reader does not exist, but for those who keep it.

    Files of a private collection are Wagtail's own matter: its hook asks for the password or the login.
    """
    signed_in = request.user.is_authenticated
    if document.collection.get_view_restrictions() or document_is_public(document, signed_in=signed_in):
        return
    if not may_manage(request.user, document):
        raise Http404
