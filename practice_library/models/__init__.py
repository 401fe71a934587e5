"""The framework, the practice that meets it, and the research behind it; one family a file."""

from practice_library.models.case_study import (
    CaseStudyMeasure,
    CaseStudyOrganisation,
    CaseStudyPage,
    CaseStudyService,
    ConsentRecord,
    Reference,
    TakeAwayFile,
)
from practice_library.models.claim import ClaimVerification, StandardClaim
from practice_library.models.framework import (
    CoveragePage,
    FrameworkPage,
    SourceGuidance,
    StandardMeasure,
    StandardPage,
    ThemePage,
)
from practice_library.models.library import CaseStudyIndexPage, ResearchIndexPage
from practice_library.models.research import ResearchStandard, ResearchSummaryPage

__all__ = [
    "CaseStudyIndexPage",
    "CaseStudyMeasure",
    "CaseStudyOrganisation",
    "CaseStudyPage",
    "CaseStudyService",
    "ClaimVerification",
    "ConsentRecord",
    "CoveragePage",
    "FrameworkPage",
    "Reference",
    "ResearchIndexPage",
    "ResearchStandard",
    "ResearchSummaryPage",
    "SourceGuidance",
    "StandardClaim",
    "StandardMeasure",
    "StandardPage",
    "TakeAwayFile",
    "ThemePage",
]
