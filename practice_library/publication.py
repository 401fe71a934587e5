"""What a case study needs before it may be published, said so that the editor knows what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from home.models.base import Problem, Rows

if TYPE_CHECKING:
    from practice_library.models import CaseStudyPage


def case_study_problems(page: CaseStudyPage, rows: Rows) -> list[Problem]:
    """Problems beyond empty required fields: who it is about, each example, permission, identifiability."""
    problems = []
    if not [row for row in rows("service_rows") if row.service_id] and not [
        row for row in rows("organisation_rows") if row.organisation_id
    ]:
        problems.append(Problem(None, _("Choose at least one service or organisation that this is about.")))
    if not page.contact_id:
        problems.append(Problem("contact", _("Choose a contact, so that readers can ask.")))
    for number, claim in enumerate(rows("claims"), start=1):
        problems += [Problem(None, message) for message in claim_problems(claim, number)]
    if not page.permission:
        problems.append(Problem("permission", _("Say whether the organisation has given permission to publish.")))
    if not page.identifiability:
        problems.append(Problem("identifiability", _("Check whether anybody can be identified, then say so here.")))
    if page.identifiability == "consented" and not rows("consents"):
        problems.append(Problem("identifiability", _("Add the consent of each person who can be identified.")))
    return problems


def claim_problems(claim: Any, number: int) -> list[Any]:
    """What is missing in one example row, the `number`-th of its case study."""
    where = {"number": number}
    found = []
    if not claim.standard_id:
        found.append(_("Example %(number)d under “Standards met”: choose the standard.") % where)
    if not (claim.service_id or claim.organisation_id):
        found.append(
            _("Example %(number)d under “Standards met”: choose the service or organisation it is about.") % where
        )
    if not claim.how_met.strip():
        found.append(_("Example %(number)d under “Standards met”: say how the standard is met.") % where)
    if not claim.evidence.strip():
        found.append(_("Example %(number)d under “Standards met”: say how we know.") % where)
    return found


def small_numbers(page: CaseStudyPage) -> list[str]:
    """Phrases in the measures that look like a count of people under 5, which could identify somebody."""
    pattern = re.compile(
        r"\b(?:n\s*=\s*|only )?[1-4] (?:people|patients|persons|service users|staff|carers)\b|\bn\s*=\s*[1-4]\b", re.I
    )
    texts = [f"{measure.baseline} {measure.result}" for measure in page.measures.all()]
    texts += [page.result_summary, page.what_they_did]
    return [match.group(0) for text in texts for match in pattern.finditer(text)]
