"""Compare the search index with the pages, and mend what differs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineDownError
from search.projection import mark_all, rebuild
from search.shipping import catch_up, difference


class Command(BaseCommand):
    help = "Report where the search differs from the pages, and mend it (--dry-run: only report)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        try:
            if settings.ELASTICSEARCH_URL:
                found = difference()
                self.stdout.write(
                    f"missing {len(found.missing)}, outdated {len(found.outdated)}, stray {len(found.stray)}"
                )
            if not dry_run:
                self._mend()
        except EngineDownError as error:
            raise CommandError(
                f"Elasticsearch cannot be compared ({error}). The worker mends it when it can."
            ) from error

    def _mend(self) -> None:
        mark_all()
        while rebuild():
            pass
        if settings.ELASTICSEARCH_URL:
            catch_up()
            self.stdout.write(f"mended; difference now {difference().count}")
        else:
            self.stdout.write("No Elasticsearch is configured; the embedded engine is up to date.")
