"""Case studies with their claims, verifications and files; research summaries."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.utils.text import slugify

from home.models import CustomDocument, HomePage, Organisation, Person, Service, User
from home.models.files import Licence
from hub.demo.reading import content, existing, plain, publish, tag
from hub.demo.site import stream
from practice_library.models import (
    CaseStudyIndexPage,
    CaseStudyMeasure,
    CaseStudyOrganisation,
    CaseStudyPage,
    CaseStudyService,
    ClaimVerification,
    Reference,
    ResearchIndexPage,
    ResearchStandard,
    ResearchSummaryPage,
    StandardClaim,
    StandardPage,
    TakeAwayFile,
)

CASE_STUDY_VALUES = (
    "result", "state", "started_on", "ended_on", "population", "evidence_type", "permission",
)  # fmt: skip
CASE_STUDY_TEXTS = (
    "summary", "population_detail", "what_they_did", "result_summary", "certainty", "effort", "evidence_reason",
    "permission_reference",
)  # fmt: skip
RESEARCH_VALUES = (
    "quality_rating",
    "null_result",
    "year",
    "doi",
    "paper_address",
    "findings",
    "limits",
    "what_it_means",
)
RESEARCH_TEXTS = ("summary", "question", "design", "sample", "quality_tool", "authors", "journal")


def _document(entry: dict[str, Any]) -> CustomDocument:
    document = CustomDocument.objects.filter(title=entry["title"]).first()
    if document is None:
        text = plain(entry["text"]).encode()
        document = CustomDocument(title=entry["title"], licence=Licence.SAMPLE, credit="Mind & Body QIN (sample)")
        document.file_size = len(text)
        document.file.save(f"{slugify(entry['title'])}.txt", ContentFile(text), save=True)
    return document


def _measure(entry: dict[str, Any]) -> CaseStudyMeasure:
    values = {
        key: plain(entry.get(key)) for key in ("name", "kind", "baseline", "result", "period", "source", "series_unit")
    }
    series = "\n".join(f"{point['label']}, {point['value']}" for point in entry.get("series") or [])
    return CaseStudyMeasure(series=series, **values)


def _claim(entry: dict[str, Any], known: dict[str, dict[str, Any]]) -> StandardClaim:
    return StandardClaim(
        standard=known["standards"][entry["standard"]],
        service=known["services"][entry["service"]] if entry.get("service") else None,
        organisation=known["organisations"][entry["organisation"]] if entry.get("organisation") else None,
        how_met=plain(entry["how_met"]),
        evidence=plain(entry["evidence"]),
        extent=entry["extent"],
        basis=entry["basis"],
        source=plain(entry["source"]),
    )


def _case_study(entry: dict[str, Any], known: dict[str, dict[str, Any]]) -> CaseStudyPage:
    page = CaseStudyPage(
        title=entry["title"],
        slug=entry["slug"],
        state_confirmed_on=entry["confirmed_on"],
        contact=known["people"][entry["contact"]],
        identifiability="nobody",
        owner_role="Network editor",
        **{name: entry[name] for name in CASE_STUDY_VALUES},
        **{name: plain(entry[name]) for name in CASE_STUDY_TEXTS},
    )
    sections = [("section", {"kind": section["kind"], "text": section["html"]}) for section in entry["sections"]]
    page.body = stream(CaseStudyPage._meta.get_field("body"), sections)
    page.service_rows.set([CaseStudyService(service=known["services"][slug]) for slug in entry["services"]])
    page.organisation_rows.set(
        [CaseStudyOrganisation(organisation=known["organisations"][slug]) for slug in entry["organisations"]]
    )
    page.measures.set([_measure(measure) for measure in entry["measures"]])
    page.references.set([Reference(title=row["title"], url=row.get("url") or "") for row in entry["references"]])
    page.take_away_files.set(
        [
            TakeAwayFile(document=_document(row), kind=row["kind"], keep=row["keep"], adapt=row["adapt"])
            for row in entry["files"]
        ]
    )
    page.claims.set([_claim(claim, known) for claim in entry["claims"]])
    tag(page, entry)
    return page


def load_case_studies(home: HomePage, verifier: User | None) -> None:
    index = CaseStudyIndexPage.objects.child_of(home).get()
    known: dict[str, dict[str, Any]] = {
        "standards": {standard.code: standard for standard in StandardPage.objects.filter(code__isnull=False)},
        "services": {service.slug: service for service in Service.objects.all()},
        "organisations": {organisation.slug: organisation for organisation in Organisation.objects.all()},
        "people": {person.slug: person for person in Person.objects.all()},
    }
    for entry in content("case_studies")["case_studies"]:
        if existing(index, entry["slug"]):
            continue
        page = publish(index, _case_study(entry, known), first_published=entry["first_published"])
        index = CaseStudyIndexPage.objects.get(pk=index.pk)
        for claim, row in zip(page.claims.all(), entry["claims"], strict=True):
            if row["verified"]:
                ClaimVerification.objects.create(
                    claim_key=claim.translation_key,
                    fingerprint=claim.fingerprint,
                    verified_by=verifier,
                    note="Sample verification of a fictional service.",
                )


def load_research(home: HomePage) -> None:
    index = ResearchIndexPage.objects.child_of(home).get()
    standards = {standard.code: standard for standard in StandardPage.objects.filter(code__isnull=False)}
    for entry in content("research")["research"]:
        if existing(index, entry["slug"]):
            continue
        page = ResearchSummaryPage(
            title=entry["title"],
            slug=entry["slug"],
            key_messages="\n".join(plain(message) for message in entry["key_messages"]),
            written_by="Network editors",
            **{name: entry[name] for name in RESEARCH_VALUES},
            **{name: plain(entry[name]) for name in RESEARCH_TEXTS},
        )
        page.standards.set([ResearchStandard(standard=standards[code]) for code in entry["standards"]])
        tag(page, entry)
        publish(index, page, first_published=entry["first_published"])
        index = ResearchIndexPage.objects.get(pk=index.pk)
