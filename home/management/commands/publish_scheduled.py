"""Wagtail's own command, with one question before it: may what is due be published as it now stands?"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from wagtail.management.commands.publish_scheduled import Command as WagtailCommand
from wagtail.models import Page, Revision

from home.admin.publishing import hold_back


class Command(WagtailCommand):  # type: ignore[misc]
    def handle(self, *args: Any, **options: Any) -> Any:
        if not options["dryrun"]:
            self._hold_back_what_is_not_ready()
        return super().handle(*args, **options)

    def _hold_back_what_is_not_ready(self) -> None:
        """Take the date off due revisions that may not go out; they stay as drafts and their history says why."""
        for revision in Revision.objects.filter(approved_go_live_at__lt=timezone.now()):
            page = revision.as_object()
            if isinstance(page, Page) and hold_back(revision, page):
                self.stderr.write(f"Held back: “{page}” ({page.pk}) is not ready to be published. See its history.")
