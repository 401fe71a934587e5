"""Fill a database with many case studies made of the demonstration's words.

    DATABASE_URL=sqlite:////tmp/large.sqlite3 python benchmarks/library.py --case-studies 5000

Migrates the database and loads the demonstration content where they are missing, then adds case studies until there
are that many. Rows go in by bulk: no revisions, no rows in the admin's search index, no e-mail. Never run it on a
database with content that somebody needs.
"""

from __future__ import annotations

import argparse
import datetime
import io
import json
import os
import random
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DEMO_MODE", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")

import django  # noqa: E402

django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from wagtail.models import Page  # noqa: E402

from home.models import (  # noqa: E402
    Condition,
    ContentVersion,
    Organisation,
    PageCondition,
    PageReview,
    PageTheme,
    Person,
    Service,
    Theme,
    Topic,
)
from home.models.base import PageTopic  # noqa: E402
from home.models.review import add_months  # noqa: E402
from hub.demo.practice import CASE_STUDY_TEXTS, CASE_STUDY_VALUES  # noqa: E402
from hub.demo.reading import content, noon, plain  # noqa: E402
from practice_library.models import (  # noqa: E402
    CaseStudyIndexPage,
    CaseStudyMeasure,
    CaseStudyOrganisation,
    CaseStudyPage,
    CaseStudyService,
    ClaimVerification,
    Reference,
    StandardClaim,
    StandardPage,
)

BATCH = 500
LAST_DAY = datetime.date(2026, 10, 31)
#: Three years of publishing.
DAYS = 3 * 365
#: Of the examples made here, this share has been checked by the network team.
VERIFIED = 0.5


@dataclass
class Known:
    """What case studies point to, read once."""

    index: CaseStudyIndexPage
    entries: list[dict[str, Any]]
    standards: list[StandardPage]
    services: list[Service]
    organisations: list[Organisation]
    people: list[Person]
    topics: list[Topic]
    conditions: list[Condition]
    themes: dict[int, Theme]
    page_type: ContentType
    random: random.Random = field(default_factory=lambda: random.Random(2026))  # the same library every time

    @classmethod
    def read(cls) -> Known:
        entries = content("case_studies")["case_studies"]
        by_code = {standard.code: standard for standard in StandardPage.objects.exclude(code=None)}
        return cls(
            index=CaseStudyIndexPage.objects.get(),
            entries=entries,
            # A standard turns up as often as in the demonstration, so some have very many examples
            standards=[by_code[claim["standard"]] for entry in entries for claim in entry["claims"]],
            services=list(Service.objects.select_related("organisation")),
            organisations=list(Organisation.objects.all()),
            people=list(Person.objects.all()),
            topics=list(Topic.objects.all()),
            conditions=list(Condition.objects.all()),
            themes={theme.number: theme for theme in Theme.objects.all()},
            page_type=ContentType.objects.get_for_model(CaseStudyPage),
        )

    def texts(self, name: str) -> str:
        """One of the demonstration's texts for this field."""
        return plain(self.random.choice(self.entries)[name])


def _story(known: Known) -> str:
    """The body as its column stores it: every kind of section, each from some case study."""
    sections: dict[str, str] = {}
    for entry in known.random.sample(known.entries, 4):
        for section in entry["sections"]:
            sections.setdefault(section["kind"], section["html"])
    return json.dumps(
        [
            {
                "type": "section",
                "id": str(uuid.UUID(int=known.random.getrandbits(128))),
                "value": {"kind": kind, "text": text},
            }
            for kind, text in sections.items()
        ]
    )


def _case_study(known: Known, number: int, step: int) -> CaseStudyPage:
    """A page with its place in the tree worked out; not saved."""
    entry, service = known.random.choice(known.entries), known.random.choice(known.services)
    started = datetime.date(known.random.randint(2015, 2025), known.random.randint(1, 12), 1)
    published = noon(LAST_DAY - datetime.timedelta(days=known.random.randrange(DAYS)))
    title = f"{plain(entry['title'])}: {service.name}, {started.year}"[:200]
    slug = f"{entry['slug'][:80]}-{number}"
    values = {name: entry[name] for name in CASE_STUDY_VALUES} | {name: known.texts(name) for name in CASE_STUDY_TEXTS}
    if values["state"] != "ended":
        values["ended_on"] = None
    elif values["ended_on"]:
        values["ended_on"] = max(values["ended_on"], started)
    page = CaseStudyPage(
        **values | {"started_on": started},
        title=title,
        draft_title=title,
        slug=slug,
        content_type=known.page_type,
        locale_id=known.index.locale_id,
        path=Page._get_path(known.index.path, known.index.depth + 1, step),
        depth=known.index.depth + 1,
        url_path=f"{known.index.url_path}{slug}/",
        live=True,
        first_published_at=published,
        last_published_at=published,
        latest_revision_created_at=published,
        state_confirmed_on=entry["confirmed_on"],
        contact=known.random.choice(known.people),
        identifiability="nobody",
        owner_role="Network editor",
        body=_story(known),
    )
    page.service_made_for = service
    return page


def _rows(known: Known, page: CaseStudyPage) -> list[Any]:
    """Everything beside the page itself."""
    locale, pick = {"locale_id": page.locale_id}, known.random
    entry = pick.choice(known.entries)
    confirmed = page.first_published_at.date()
    standards = list({standard.pk: standard for standard in pick.sample(known.standards, pick.randint(2, 3))}.values())
    numbers = sorted({int(standard.code.split(".")[0]) for standard in standards})
    service, organisation = page.service_made_for, pick.choice(known.organisations)
    return [
        PageReview(page_id=page.pk, confirmed_on=confirmed, due_on=add_months(confirmed, page.review_months)),
        CaseStudyService(case_study_id=page.pk, service=service, sort_order=0, **locale),
        CaseStudyOrganisation(case_study_id=page.pk, organisation=service.organisation, sort_order=0, **locale),
        CaseStudyOrganisation(case_study_id=page.pk, organisation=organisation, sort_order=1, **locale),
        *(PageTheme(page_id=page.pk, theme=known.themes[number], sort_order=number, **locale) for number in numbers),
        *(PageTopic(content_object_id=page.pk, tag=topic) for topic in pick.sample(known.topics, 3)),
        *(PageCondition(page_id=page.pk, condition=one, **locale) for one in pick.sample(known.conditions, 2)),
        *(_claim(known, page, standard, order) for order, standard in enumerate(standards)),
        *(
            CaseStudyMeasure(
                case_study_id=page.pk,
                sort_order=order,
                **{key: plain(row.get(key)) for key in ("name", "kind", "baseline", "result", "period", "source")},
                **locale,
            )
            for order, row in enumerate(entry["measures"])
        ),
        *(
            Reference(case_study_id=page.pk, sort_order=order, title=row["title"], url=row.get("url") or "", **locale)
            for order, row in enumerate(entry["references"])
        ),
    ]


def _claim(known: Known, page: CaseStudyPage, standard: StandardPage, order: int) -> StandardClaim:
    like = known.random.choice(known.random.choice(known.entries)["claims"])
    claim = StandardClaim(
        case_study_id=page.pk,
        standard=standard,
        service=page.service_made_for,
        how_met=plain(like["how_met"]),
        evidence=plain(like["evidence"]),
        extent=like["extent"],
        basis=like["basis"],
        source=plain(like["source"]),
        sort_order=order,
        locale_id=page.locale_id,
    )
    claim.fingerprint = claim.wording()
    return claim


def _insert_pages(pages: list[CaseStudyPage]) -> None:
    """Both tables of the pages. Django's `bulk_create` refuses a model that spans two."""
    shared = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    parents = Page.objects.bulk_create([Page(**{name: getattr(page, name) for name in shared}) for page in pages])
    for page, parent in zip(pages, parents, strict=True):
        page.pk = page.id = page.page_ptr_id = parent.pk
    own_fields = CaseStudyPage._meta.local_concrete_fields
    CaseStudyPage._base_manager.all()._batched_insert(pages, own_fields, batch_size=BATCH)


def _insert_rows(known: Known, pages: list[CaseStudyPage]) -> None:
    by_model: dict[type[Any], list[Any]] = {}
    for page in pages:
        for row in _rows(known, page):
            by_model.setdefault(type(row), []).append(row)
    for model, rows in by_model.items():
        model.objects.bulk_create(rows, batch_size=BATCH)
    ClaimVerification.objects.bulk_create(
        ClaimVerification(claim_key=claim.translation_key, fingerprint=claim.fingerprint)
        for claim in by_model[StandardClaim]
        if known.random.random() < VERIFIED
    )


@transaction.atomic
def fill(wanted: int) -> int:
    """Add case studies until there are `wanted`; return how many were added."""
    known = Known.read()
    there = CaseStudyPage.objects.child_of(known.index).count()
    last = known.index.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0
    missing = range(1, max(0, wanted - there) + 1)
    for start in range(0, len(missing), BATCH):
        pages = [_case_study(known, there + number, step + number) for number in missing[start : start + BATCH]]
        _insert_pages(pages)
        _insert_rows(known, pages)
    Page.objects.filter(pk=known.index.pk).update(numchild=F("numchild") + len(missing))
    ContentVersion.raise_()  # bulk work fires no signals
    return len(missing)


def refresh_statistics() -> None:
    """What the database does by itself in time (PostgreSQL): tell its planner how large the tables have become."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case-studies", type=int, default=5000, metavar="N", help="how many there are at the end")
    parser.add_argument("--check", action="store_true", help="let treebeard look at the whole tree afterwards (slow)")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("demo_content", stdout=io.StringIO())
    started = time.monotonic()
    added = fill(options.case_studies)
    print(f"Added {added} case studies in {time.monotonic() - started:.1f} s: {CaseStudyPage.objects.count()} in all.")
    refresh_statistics()
    if options.check and (problems := [problem for problem in Page.find_problems() if problem]):
        sys.exit(f"The page tree is not sound: {problems}")


if __name__ == "__main__":
    main()
