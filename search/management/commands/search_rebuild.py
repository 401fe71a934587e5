"""Build the whole search anew, without a gap for readers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineDownError
from search.projection import mark_all, rebuild
from search.shipping import rebuild_index


class Command(BaseCommand):
    help = "Build every search row again and, with Elasticsearch, a new index that takes over when it is full."

    def handle(self, *args: Any, **options: Any) -> None:
        total, done = mark_all(), 0
        while built := rebuild():
            done += built
            self._bar("Rows", min(done, total), total)
        if settings.ELASTICSEARCH_URL:
            try:
                sent = rebuild_index(lambda now, all_: self._bar("Index", now, all_))
            except EngineDownError as error:
                raise CommandError(f"No new index ({error}); what answered before goes on answering.") from error
            self.stdout.write(f"\nThe new index has {sent} documents and answers.")
        else:
            self.stdout.write("\nThe embedded engine is up to date.")

    def _bar(self, what: str, now: int, total: int) -> None:
        filled = int(30 * now / total) if total else 30
        self.stdout.write(f"\r{what:6} [{'#' * filled:<30}] {now}/{total}", ending="")
        self.stdout.flush()
