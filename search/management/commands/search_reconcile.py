"""Compare the search index with the pages, and mend what differs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from search.projection import mark_all, rebuild
from search.shipping import difference, mend


class Command(BaseCommand):
    help = "Report where the search differs from the pages, and mend it (--dry-run: only report)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *args: Any, dry_run: bool = False, **options: Any) -> None:
        if not dry_run:
            mark_all()
            while rebuild():
                pass
        if not settings.ELASTICSEARCH_URL:
            self.stdout.write("No Elasticsearch is configured; the embedded engine is up to date.")
            return
        found = difference()
        self.stdout.write(f"missing {len(found.missing)}, outdated {len(found.outdated)}, stray {len(found.stray)}")
        if found.count and not dry_run:
            mend(found)
            self.stdout.write(f"mended; difference now {difference().count}")
