"""Real words for tests. Every page goes live through a revision, as an editor's does, so that all signals fire.

A function takes its place in the tree first, then any field by name:

    standard(theme_page(framework(home_page())), code="1.2", title="Ask about weight")
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Collection, Locale, Page, ReferenceIndex, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.models import (
    BasePage,
    BlogIndexPage,
    BlogPostPage,
    Condition,
    ContentPage,
    HomePage,
    Organisation,
    PageCondition,
    PageTheme,
    Person,
    Service,
    Theme,
    Topic,
    User,
)
from home.models.people import OrganisationKind, Region, Setting
from home.roles import EDITORS, NETWORK_TEAM, sync_roles
from practice_library.models import (
    CaseStudyIndexPage,
    CaseStudyPage,
    CaseStudyService,
    ClaimVerification,
    CoveragePage,
    FrameworkPage,
    ResearchIndexPage,
    ResearchStandard,
    ResearchSummaryPage,
    StandardClaim,
    StandardPage,
    ThemePage,
)
from practice_library.models.case_study import EvidenceType, Identifiability, Permission, Result, State
from practice_library.models.claim import Basis, Extent
from practice_library.models.framework import Expectation
from training.models import LessonPage, ModulePage, ModuleStandard, TrainingIndexPage

PASSWORD = "a long password for tests"
AnyPage = TypeVar("AnyPage", bound=BasePage)

# People


def user(email: str, *, group: str | None = None, **values: Any) -> User:
    made = User.objects.create_user(email, PASSWORD, **values)
    if group:
        made.groups.add(Group.objects.get_or_create(name=group)[0])
    return made


def editor(email: str = "editor@example.org") -> User:
    return user(email, group=EDITORS, first_name="Esi", last_name="Boateng")


def network_member(email: str = "network@example.org") -> User:
    return user(email, group=NETWORK_TEAM, first_name="Nadia", last_name="Rahman")


def admin(email: str = "admin@example.org") -> User:
    return User.objects.create_superuser(email, PASSWORD, first_name="Ada", last_name="Osei")


# What pages are sorted by and about


def theme(number: int = 1, **values: Any) -> Theme:
    names = ["Getting the basics right", "Whole-person assessment", "Skilled staff", "Working together", "Learning"]
    values = {"name": names[number - 1], "summary": "Care for body and mind in one place.", **values}
    return Theme.objects.get_or_create(number=number, defaults={"slug": slugify(values["name"]), **values})[0]


def topic(name: str = "Smoking") -> Topic:
    return Topic.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]


def condition(name: str = "Diabetes", kind: str = "physical") -> Condition:
    return Condition.objects.get_or_create(slug=slugify(name), defaults={"name": name, "kind": kind})[0]


def organisation(name: str = "Riverside Trust (sample)", **values: Any) -> Organisation:
    values = {"kind": OrganisationKind.SAMPLE, "short_name": "Riverside", "is_sample": True, **values}
    return Organisation.objects.get_or_create(slug=slugify(name), defaults={"name": name, **values})[0]


def service(name: str = "Physical health clinic (sample)", **values: Any) -> Service:
    values = {
        "setting": Setting.COMMUNITY_MENTAL_HEALTH,
        "region": Region.LONDON,
        "population_served": "Adults with psychosis",
        "is_sample": True,
        **values,
    }
    values.setdefault("organisation", organisation())
    return Service.objects.get_or_create(slug=slugify(name), defaults={"name": name, **values})[0]


def person(role: str = "Physical health lead", **values: Any) -> Person:
    values = {"email": "physical-health@example.org", "organisation": organisation(), **values}
    return Person.objects.get_or_create(slug=slugify(role), defaults={"role": role, **values})[0]


# The tree


def publish(
    parent: Page,
    page: AnyPage,
    *,
    themes: list[Theme] | None = None,
    topics: list[Topic] | None = None,
    conditions: list[Condition] | None = None,
) -> AnyPage:
    """Add the page as a draft, publish its revision, and return it as the database has it."""
    draft(parent, page, themes=themes, topics=topics, conditions=conditions)
    with disable_reference_index_auto_update():
        page.get_latest_revision().publish()
    ReferenceIndex.create_or_update_for_object(page)
    return type(page).objects.get(pk=page.pk)


def draft(
    parent: Page,
    page: AnyPage,
    *,
    themes: list[Theme] | None = None,
    topics: list[Topic] | None = None,
    conditions: list[Condition] | None = None,
) -> AnyPage:
    """Add the page with one revision, not live."""
    page.live = False
    page.slug = page.slug or slugify(page.title)[:60]
    page.page_themes.set([PageTheme(theme=row) for row in themes or []])
    page.page_conditions.set([PageCondition(condition=row) for row in conditions or []])
    if topics:
        page.topics.set(topics)
    with disable_reference_index_auto_update():
        Page.objects.get(pk=parent.pk).add_child(instance=page)
        page.save_revision()
    return page


def home_page(**values: Any) -> HomePage:
    """The default site's home page; made where a test has emptied the database."""
    if found := HomePage.objects.first():
        return found
    Locale.objects.get_or_create(language_code="en-gb")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    values = {
        "title": "Home",
        "slug": "mind-and-body",
        "summary": "Standards of care for mind and body, and the practice that meets them.",
        "strapline": "Care for the whole person",
        "introduction": "What good joined-up care looks like, and how services meet it.",
        **values,
    }
    home = publish(root, HomePage(**values))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home, "site_name": "Mind & Body QIN"}
    )
    Site.clear_site_root_paths_cache()
    root.get_children().exclude(pk=home.pk).filter(slug="home").delete()
    sync_roles()
    return HomePage.objects.get(pk=home.pk)


def content_page(parent: Page, title: str = "About the network", **values: Any) -> ContentPage:
    values = {"summary": "Who we are and what we do.", **values}
    page = ContentPage(title=title, **values)
    if not page.body:
        page.body = [("text", "<p>We are a network of services, patients and carers.</p>")]
    return publish(parent, page)


def framework(parent: Page, title: str = "The framework", **values: Any) -> FrameworkPage:
    """An edition, the current one unless `status` says otherwise."""
    values = {
        "summary": "What good care for mind and body looks like.",
        "version": "1.0",
        "effective_from": datetime.date(2026, 1, 1),
        **values,
    }
    return publish(parent, FrameworkPage(title=title, **values))


def theme_page(edition: FrameworkPage, number: int = 1, **values: Any) -> ThemePage:
    about = theme(number)
    values = {"title": about.name, "summary": about.summary, "theme": about, **values}
    return publish(edition, ThemePage(**values), themes=[about])


def standard(
    parent: ThemePage, code: str = "1.1", title: str = "Check physical health once a year", **values: Any
) -> StandardPage:
    tags = {name: values.pop(name) for name in ("themes", "topics", "conditions") if name in values}
    values = {
        "summary": "Everybody has a physical health check once a year.",
        "slug": slugify(f"{code.replace('.', '-')} {title}"),
        "statement": "The service checks the physical health of everybody it sees, at least once a year.",
        "expectation": Expectation.ESSENTIAL,
        "what_you_can_expect": "<p>You can expect to be asked about your weight, blood pressure and smoking.</p>",
        "questions_to_ask": "When is my next check?\nWho will tell my GP?",
        **values,
    }
    return publish(parent, StandardPage(code=code, title=title, **values), **tags)


def case_study_index(parent: Page, **values: Any) -> CaseStudyIndexPage:
    values = {"title": "Practice library", "slug": "practice", "summary": "Practice to copy.", **values}
    return publish(parent, CaseStudyIndexPage(**values))


def claim(met: StandardPage, **values: Any) -> StandardClaim:
    """An example of `met`, not saved: it belongs to the case study it is given to."""
    if "organisation" not in values:
        values.setdefault("service", service())
    values = {
        "how_met": "A nurse checks weight, blood pressure and smoking at every first visit.",
        "evidence": "An audit of 40 records in March 2026.",
        "extent": Extent.FULLY,
        "basis": Basis.REPORTED,
        **values,
    }
    return StandardClaim(standard=met, **values)


def case_study_draft(
    title: str = "A health check at the first visit", claims: list[StandardClaim] | None = None, **values: Any
) -> CaseStudyPage:
    """A case study that may be published, not yet in the tree."""
    services = values.pop("services", None) or [service()]
    values = {
        "summary": "A community team checks physical health at the first visit.",
        "result": Result.WORKED,
        "state": State.RUNNING,
        "started_on": datetime.date(2025, 4, 1),
        "what_they_did": "A nurse checks everybody at the first visit.",
        "result_summary": "Checks rose from 40 of 100 people to 85 of 100 within six months.",
        "certainty": "Counted by the team itself; there was no comparison group.",
        "effort": "One nurse, one day a week.",
        "evidence_type": EvidenceType.SERVICE_REPORTED,
        "permission": Permission.GIVEN,
        "identifiability": Identifiability.NOBODY,
        **values,
    }
    values.setdefault("contact", person())
    page = CaseStudyPage(title=title, **values)
    page.service_rows.set([CaseStudyService(service=row) for row in services])
    page.claims.set(claims or [])
    return page


def case_study(
    index: CaseStudyIndexPage,
    title: str = "A health check at the first visit",
    claims: list[StandardClaim] | None = None,
    **values: Any,
) -> CaseStudyPage:
    tags = {name: values.pop(name) for name in ("themes", "topics", "conditions") if name in values}
    return publish(index, case_study_draft(title, claims, **values), **tags)


def verification(of: StandardClaim, by: User | None = None, **values: Any) -> ClaimVerification:
    """The network team has checked a saved claim as it now reads."""
    values = {"claim_key": of.translation_key, "fingerprint": of.wording(), "verified_by": by, **values}
    return ClaimVerification.objects.create(**values)


def research_index(parent: Page, **values: Any) -> ResearchIndexPage:
    values = {"title": "Research", "slug": "research", "summary": "Research in plain words.", **values}
    return publish(parent, ResearchIndexPage(**values))


def research_summary(
    index: ResearchIndexPage,
    title: str = "Help to stop smoking works for people with severe mental illness",
    standards: list[StandardPage] | None = None,
    **values: Any,
) -> ResearchSummaryPage:
    tags = {name: values.pop(name) for name in ("themes", "topics", "conditions") if name in values}
    values = {
        "summary": "A trial of help to stop smoking that is made for people with severe mental illness.",
        "key_messages": "More people had stopped after a year.\nThe help was given by mental health staff.",
        "question": "Does help that is made for this group work better?",
        "design": "Randomised controlled trial",
        "findings": "<p>15 of 100 people had stopped after a year, against 10 of 100.</p>",
        "limits": "<p>The difference could be due to chance.</p>",
        "authors": "Gilbody and others",
        "journal": "The Lancet Psychiatry",
        "year": 2019,
        "doi": "10.1016/S2215-0366(19)30047-1",
        **values,
    }
    page = ResearchSummaryPage(title=title, **values)
    page.standards.set([ResearchStandard(standard=row) for row in standards or []])
    return publish(index, page, **tags)


def blog_index(parent: Page, **values: Any) -> BlogIndexPage:
    values = {"title": "Blog", "slug": "blog", "summary": "News from the network.", **values}
    return publish(parent, BlogIndexPage(**values))


def blog_post_draft(title: str = "What we learned at Riverside", **values: Any) -> BlogPostPage:
    """A post that may be published, not yet in the tree."""
    values = {
        "summary": "Three things that helped, and one that did not.",
        "date": timezone.localdate(),
        "author_role": "Network team",
        **values,
    }
    page = BlogPostPage(title=title, **values)
    if not page.body:
        page.body = [("text", "<p>We started small.</p>")]
    return page


def blog_post(index: BlogIndexPage, title: str = "What we learned at Riverside", **values: Any) -> BlogPostPage:
    tags = {name: values.pop(name) for name in ("themes", "topics", "conditions") if name in values}
    return publish(index, blog_post_draft(title, **values), **tags)


def coverage_page(parent: Page, **values: Any) -> CoveragePage:
    values = {"title": "Where we have examples", "summary": "Which standards have published examples.", **values}
    return publish(parent, CoveragePage(**values))


def training_index(parent: Page, **values: Any) -> TrainingIndexPage:
    values = {"title": "Training", "slug": "training", "summary": "Short modules.", **values}
    return publish(parent, TrainingIndexPage(**values))


def question(text: str, right: str, *wrong: str, kind: str = "single") -> tuple[str, dict[str, Any]]:
    """A block of a quiz; several right answers are given with a bar between them ("a|b")."""
    options = [(answer, True) for answer in right.split("|")] + [(answer, False) for answer in wrong]
    return "question", {
        "kind": kind,
        "text": text,
        "options": [{"text": answer, "correct": is_right, "feedback": "So it is."} for answer, is_right in options],
        "explanation": "Because.",
        "source_title": "A paper",
        "source_url": "",
        "lesson": None,
    }


def module_page(
    index: TrainingIndexPage, title: str = "Care for body and mind", *, lessons: int = 2, **values: Any
) -> ModulePage:
    """A published module with lessons and a quiz of two questions."""
    standards = values.pop("standards", [])
    values = {
        "summary": "Why both matter, and what to do on a shift.",
        "audience": "Everybody who gives care.",
        "outcomes": "explain why both matter",
        **values,
    }
    page = ModulePage(title=title, **values)
    page.standard_rows.set([ModuleStandard(standard=row) for row in standards])
    stream = ModulePage._meta.get_field("quiz").stream_block
    asked = [
        question("Is it body or mind?", "Both", "Body", "Mind"),
        question("Who helps?", "All|Some", "None", kind="multiple"),
    ]
    page.quiz = page.quiz or stream.normalize([(name, stream.child_blocks[name].normalize(one)) for name, one in asked])
    made: ModulePage = publish(index, page)
    for number in range(1, lessons + 1):
        lesson = LessonPage(
            title=f"Lesson {number} of {title}", summary="A short lesson.", body=[("text", "<p>Listen.</p>")]
        )
        publish(ModulePage.objects.get(pk=made.pk), lesson)
    return ModulePage.objects.get(pk=made.pk)


@dataclass(frozen=True, slots=True)
class SiteTree:
    """One page of every type. The case study shows `standard` being met (verified); `gap` has no example."""

    home: HomePage
    about: ContentPage
    framework: FrameworkPage
    theme_page: ThemePage
    standard: StandardPage
    gap: StandardPage
    library: CaseStudyIndexPage
    case_study: CaseStudyPage
    claim: StandardClaim
    research_index: ResearchIndexPage
    research: ResearchSummaryPage
    blog: BlogIndexPage
    post: BlogPostPage
    coverage: CoveragePage


def site_tree() -> SiteTree:
    home = home_page()
    edition = framework(home)
    first_theme = theme_page(edition)
    met = standard(first_theme, themes=[theme(1)], topics=[topic()])
    gap = standard(first_theme, "1.2", "Tell the GP within a week")
    library = case_study_index(home)
    practice = case_study(library, claims=[claim(met)], themes=[theme(1)], topics=[topic()], conditions=[condition()])
    example = practice.claims.get()
    verification(example)
    papers = research_index(home)
    blog = blog_index(home)
    return SiteTree(
        home=home,
        about=content_page(home),
        framework=edition,
        theme_page=first_theme,
        standard=met,
        gap=gap,
        library=library,
        case_study=practice,
        claim=example,
        research_index=papers,
        research=research_summary(papers, standards=[met], themes=[theme(1)], topics=[topic()]),
        blog=blog,
        post=blog_post(blog, themes=[theme(1)]),
        coverage=coverage_page(home),
    )


def load_site_tree() -> SiteTree:
    """The tree as `site_tree()` left it in the database; made anew where a test has emptied that."""
    if not HomePage.objects.exists():
        return site_tree()
    return SiteTree(
        home=HomePage.objects.get(),
        about=ContentPage.objects.get(),
        framework=FrameworkPage.objects.get(),
        theme_page=ThemePage.objects.get(),
        standard=StandardPage.objects.get(code="1.1"),
        gap=StandardPage.objects.get(code="1.2"),
        library=CaseStudyIndexPage.objects.get(),
        case_study=CaseStudyPage.objects.get(),
        claim=StandardClaim.objects.get(),
        research_index=ResearchIndexPage.objects.get(),
        research=ResearchSummaryPage.objects.get(),
        blog=BlogIndexPage.objects.get(),
        post=BlogPostPage.objects.get(),
        coverage=CoveragePage.objects.get(),
    )
