"""Say where search stands."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from home.models import JobRun
from search.engines.base import EngineDownError
from search.engines.elasticsearch import KNOCKING_PATIENCE, client, failures
from search.models import SearchDocument
from search.shipping import JOB


class Command(BaseCommand):
    help = "Say how many documents there are, how many wait, when they were last sent, and what Elasticsearch answers."

    def handle(self, *args: Any, **options: Any) -> None:
        documents = SearchDocument.objects
        self.stdout.write(f"documents {documents.shown().count()}, to build {documents.dirty().count()}")
        if not settings.ELASTICSEARCH_URL:
            self.stdout.write("engine: database (ELASTICSEARCH_URL is not set)")
            return
        self.stdout.write(f"to send {documents.unsynced().count()}")
        self._worker()
        try:
            with failures():
                self._server()
        except EngineDownError as error:
            self.stdout.write(f"engine: elasticsearch does not answer ({error}); the database searches instead")

    def _worker(self) -> None:
        """What the worker has noted of its own attempts."""
        job = JobRun.objects.filter(name=JOB).first()
        if job and job.last_run_at:
            self.stdout.write(f"last sent successfully {timezone.localtime(job.last_run_at):%Y-%m-%d %H:%M:%S}")
        else:
            self.stdout.write("never sent successfully; is the worker running?")
        if job and job.busy_until and job.busy_until > timezone.now():
            self.stdout.write(
                f"at it, or waiting: next attempt {timezone.localtime(job.busy_until):%H:%M:%S} at the latest"
            )

    def _server(self) -> None:
        server, alias = client(KNOCKING_PATIENCE), settings.ELASTICSEARCH_INDEX
        self.stdout.write(f"engine: elasticsearch, {server.count(index=alias)['count']} documents")
        for index, found in server.indices.get_settings(index=alias, name="index.blocks.*", flat_settings=True).items():
            for block, value in found["settings"].items():
                if value == "true":
                    self.stdout.write(f"{index} takes nothing ({block}): is its disk full?")
