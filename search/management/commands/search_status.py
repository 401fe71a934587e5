"""Say where search stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from search.engines.base import EngineDownError
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.models import SearchDocument


class Command(BaseCommand):
    help = "Say how many documents there are, how many wait, and whether Elasticsearch answers."

    def handle(self, *args: Any, **options: Any) -> None:
        documents = SearchDocument.objects
        self.stdout.write(f"documents {documents.shown().count()}, to build {documents.dirty().count()}")
        if not settings.ELASTICSEARCH_URL:
            self.stdout.write("engine: database (ELASTICSEARCH_URL is not set)")
            return
        self.stdout.write(f"to send {documents.unsynced().count()}")
        try:
            count = ElasticsearchEngine()._ask(lambda: client().count(index=settings.ELASTICSEARCH_INDEX))["count"]
            self.stdout.write(f"engine: elasticsearch, {count} documents")
        except EngineDownError as error:
            self.stdout.write(f"engine: elasticsearch does not answer ({error}); the database searches instead")
