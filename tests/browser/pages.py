"""One address of the demonstration for each kind of public page."""

from __future__ import annotations

STANDARD = "/framework/integrated-care/1-3-monitoring-for-people-on-antipsychotics/"
STANDARD_WITHOUT_EXAMPLE = "/framework/staff-health-and-wellbeing/4-4-wellbeing-data-that-leads-to-change/"
CASE_STUDY = "/practice/coast-early-intervention-framework/"
SAMPLE_CASE_STUDY = "/practice/riverside-monitoring-clinic-sample/"  # with files and a run chart
ORGANISATION = "/organisations/south-london-and-maudsley/"
POST = "/blog/five-questions-for-your-next-appointment/"

PAGES = {
    "home": "/",
    "framework": "/framework/",
    "theme": "/framework/integrated-care/",
    "standard": STANDARD,
    "standard without example": STANDARD_WITHOUT_EXAMPLE,
    "where we have examples": "/where-we-have-examples/",
    "library": "/practice/",
    "library filtered": "/practice/?setting=general-hospital-ward&theme=1",
    "library without results": "/practice/?setting=emergency-department&result=did-not-work",
    "library page 2": "/practice/?page=2",
    "case study": CASE_STUDY,
    "sample case study": SAMPLE_CASE_STUDY,
    "search": "/search/",
    "research": "/research/",
    "research summary": "/research/scimitar-stop-smoking-severe-mental-illness/",
    "blog": "/blog/",
    "post": POST,
    "about": "/about/",
    "get involved": "/get-involved/",
    "for patients and carers": "/for-patients-and-carers/",
    "how we know": "/how-we-know/",
    "contact": "/contact/",
    "accessibility statement": "/accessibility-statement/",
    "privacy": "/privacy/",
    "cookies": "/cookies/",
    "content licence": "/content-licence/",
    "topic": "/topics/smoking/",
    "training": "/training/",
    "module": "/training/physical-health-in-severe-mental-illness/",
    "lesson": "/training/physical-health-in-severe-mental-illness/six-core-checks/",
    "check a certificate": "/certificates/",
    "organisation": ORGANISATION,
    "service": "/services/coast/",
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "forgotten password": "/accounts/password/reset/",
}
