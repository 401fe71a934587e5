"""Images of the demonstration, drawn by us."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw

from home.models import CustomImage
from home.models.files import Licence, PeopleShown

TITLE = "Two circles, mind and body"
THEME_COLOURS = ["#005eb8", "#330072", "#00626b", "#ae2573", "#8a4b00"]


def _drawing() -> bytes:
    """A PNG of 1200 × 600 pixels: two large circles that overlap, five small ones where they meet."""
    picture = Image.new("RGB", (1200, 600), "#f0f4f5")
    pen = ImageDraw.Draw(picture, "RGBA")
    pen.ellipse((180, 60, 720, 540), fill=(0, 94, 184, 90), outline="#005eb8", width=6)
    pen.ellipse((480, 60, 1020, 540), fill=(0, 98, 107, 90), outline="#00626b", width=6)
    for number, colour in enumerate(THEME_COLOURS):
        top = 110 + number * 82
        pen.ellipse((574, top, 626, top + 52), fill=colour)
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def illustration() -> dict[str, Any]:
    """The figure block's data, with the image made on first use."""
    image = CustomImage.objects.filter(title=TITLE).first()
    if image is None:
        image = CustomImage(
            title=TITLE,
            description="Two large overlapping circles with five dots where they meet.",
            credit="Mind & Body QIN",
            licence=Licence.SAMPLE,
            people_shown=PeopleShown.NOBODY,
        )
        image.file.save("two-circles.png", ImageFile(BytesIO(_drawing()), name="two-circles.png"), save=True)
    image.contextual_alt_text, image.decorative = image.description, False
    return {
        "image": image,
        "caption": "Mind and body overlap; the framework’s five themes lie where they meet.",
    }
