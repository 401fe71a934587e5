"""Takes the pictures of README.md: `make screenshots`. They show the demonstration content."""

from __future__ import annotations

import io
import os
from pathlib import Path

from tests import environment  # first: it says which settings Django starts with

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django

django.setup()

# ruff: noqa: E402  (models can be imported from here on)
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser

from practice_library.models import CaseStudyPage, StandardClaim
from tests import databases
from tests.browser.browsers import chromium
from tests.browser.server import running_server

FOLDER = Path(settings.BASE_DIR) / "docs" / "screenshots"
WIDTHS = {1280: 800, 390: 844}  # width: height, in pixels
COLOURS = 128  # of a palette: a third of the size, and nobody sees it


def pages() -> dict[str, str]:
    """{name of the picture: address}. The standard and the case study are ones that show an example."""
    claim = StandardClaim.objects.listed().best_first().select_related("standard", "case_study").first()
    if claim is None:
        raise LookupError("The demonstration content has no example of a standard being met.")
    practice = CaseStudyPage.objects.get(pk=claim.case_study_id)
    return {
        "home": "/",
        "standard": claim.standard.get_url(),
        "case-study": practice.get_url(),
        "library": "/practice/",
    }


def save_small(png: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)


def take(browser: Browser, site_url: str) -> None:
    for width, height in WIDTHS.items():
        context = browser.new_context(base_url=site_url, viewport={"width": width, "height": height})
        page = context.new_page()
        for name, address in pages().items():
            page.goto(address, wait_until="networkidle")
            path = FOLDER / f"{name}-{width}.png"
            save_small(page.screenshot(), path)
            print(f"{path.relative_to(settings.BASE_DIR)}: {path.stat().st_size // 1024} kB")
        context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        databases.file_copy_in_use(environment.demonstration_database()),
        running_server() as site_url,
        chromium() as browser,
    ):
        take(browser, site_url)


if __name__ == "__main__":
    main()
