"""Delete words from the counts of what people look for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from search.log import forget


class Command(BaseCommand):
    help = "Delete every counted search that has these words in it, with the notes on it: somebody's name, for example."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("words", help="any part of what was searched for")

    def handle(self, *args: Any, words: str, **options: Any) -> None:
        self.stdout.write(f"{forget(words)} deleted")
