"""The certificate as a PDF, set by Typst: tagged for screen readers (PDF/UA), any script that the font has.

The web page is the certificate; this is an extra to keep and to print. A name in a script that the font lacks cannot
be set: then there is no PDF, and the reader is told so.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fontTools.ttLib import TTFont

from training.models import Certificate

FONTS = settings.BASE_DIR / "static" / "build" / "fonts"
TEMPLATE = Path(__file__).with_name("certificate.typ")


class NoPdfError(Exception):
    """The certificate has signs that the font lacks, or the font is not there (the static files are not built)."""


@cache
def _signs() -> frozenset[int]:
    """The code points that the font has."""
    font = FONTS / "DejaVuSans.ttf"
    if not font.exists():
        return frozenset()
    with TTFont(font) as opened:
        return frozenset(opened.getBestCmap())


def _can_set(text: str) -> bool:
    return all(ord(sign) in _signs() for sign in text)


def certificate_pdf(certificate: Certificate, address: str) -> bytes:
    """One A4 page. `address` is where an employer checks it. Raises NoPdfError."""
    if not _can_set(certificate.name + certificate.module_title):
        raise NoPdfError
    words = _words(certificate, address)
    return typst.compile(
        str(TEMPLATE),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"words": json.dumps(words)},
        pdf_standards=["ua-1"],
    )


def _words(certificate: Certificate, address: str) -> dict[str, str]:
    facts = {"date": date_format(certificate.issued_on, "j F Y"), "hours": certificate.hours}
    notes = [_("on %(date)s. Hours of learning: %(hours)s.") % facts]
    if certificate.expires_on:
        notes.append(_("Valid until %s.") % date_format(certificate.expires_on, "j F Y"))
    return {
        "language": (get_language() or "en").partition("-")[0],
        "title": _("Certificate of learning"),
        "network": _("Mind & Body Quality Improvement Network"),
        "name": certificate.name,
        "passed": _("has passed the module"),
        "module": certificate.module_title,
        "notes": " ".join(notes),
        "check": _("To check it:"),
        "address": address,
        "code_label": _("Code:"),
        "code": " ".join(certificate.code[start : start + 8] for start in range(0, len(certificate.code), 8)),
        "mark": _("Sample: not valid as proof") if certificate.is_sample else "",
    }
