"""Where the measured page types are on a site with the demonstration content. Needs no database."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the scripts here are run by their path

from django.utils.text import slugify  # noqa: E402

from hub.demo.reading import content  # noqa: E402

BARE = "/bare/"


def most_shown_standard() -> str:
    """The code of the standard with the most examples: more than the ten that its page shows at once."""
    claims = Counter(claim["standard"] for study in content("case_studies")["case_studies"] for claim in study["claims"])
    return claims.most_common(1)[0][0]


def page_types() -> dict[str, str]:
    """Name → address of the five page types, in the order they are reported."""
    framework = content("framework")
    standard = next(entry for entry in framework["standards"] if entry["code"] == most_shown_standard())
    theme = next(entry for entry in framework["themes"] if standard["code"].startswith(f"{entry['number']}."))
    under_theme = f"/framework/{theme['slug']}/"
    code = standard["code"].replace(".", "-")
    richest = max(content("case_studies")["case_studies"], key=lambda study: len(str(study)))
    return {
        "home": "/",
        "standard, 10 examples": f"{under_theme}{slugify(code + ' ' + standard['title'])}/",
        "case study": f"/practice/{richest['slug']}/",
        "filtered library": f"/practice/?theme={theme['number']}&population=adults&result=worked&result=partly",
        "theme": under_theme,
    }
