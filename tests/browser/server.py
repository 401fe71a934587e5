"""The hub on a port of its own, within this process: application, WhiteNoise and database as in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.test.testcases import LiveServerThread
from wagtail.models import Site


def _static_files_by_whitenoise(application: Callable[..., Any]) -> Callable[..., Any]:
    """Django's test server would look for static files itself; ours are served by the application."""
    return application


@contextmanager
def running_server() -> Iterator[str]:
    """Yields the address, without a slash at the end."""
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise CommandError("The static files are not built: run `make assets`.")
    thread = LiveServerThread("localhost", _static_files_by_whitenoise, connections_override={}, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    # Wagtail writes the site's port into addresses.
    Site.objects.filter(is_default_site=True).update(hostname="localhost", port=thread.port)
    Site.clear_site_root_paths_cache()
    try:
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()
