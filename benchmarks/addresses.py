"""Where the measured page types are on a site with the demonstration content. Needs no database."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from django.utils.text import slugify

DEMONSTRATION = Path(__file__).resolve().parent.parent / "hub" / "demo"
BARE = "/bare/"


def content(name: str) -> Any:
    return yaml.safe_load((DEMONSTRATION / f"{name}.yaml").read_text(encoding="utf-8"))


def page_types() -> dict[str, str]:
    """Name → address of the five page types, in the order they are reported."""
    framework, case_studies = content("framework"), content("case_studies")["case_studies"]
    # The standard with the most examples has more than the ten that its page shows at once
    claims = Counter(claim["standard"] for study in case_studies for claim in study["claims"])
    most_shown = claims.most_common(1)[0][0]
    standard = next(entry for entry in framework["standards"] if entry["code"] == most_shown)
    theme = next(entry for entry in framework["themes"] if standard["code"].startswith(f"{entry['number']}."))
    under_theme = f"/framework/{theme['slug']}/"
    code = standard["code"].replace(".", "-")
    richest = max(case_studies, key=lambda study: len(str(study)))
    return {
        "home": "/",
        "standard, 10 examples": f"{under_theme}{slugify(code + ' ' + standard['title'])}/",
        "case study": f"/practice/{richest['slug']}/",
        "filtered library": f"/practice/?theme={theme['number']}&population=adults&result=worked&result=partly",
        "theme": under_theme,
    }
