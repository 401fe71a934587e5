"""Training modules with their lessons and quizzes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from wagtail.models import Page

from home.models import HomePage
from hub.demo.reading import content, existing, plain, publish, tag
from hub.demo.site import stream
from practice_library.models import CaseStudyPage, ResearchSummaryPage, StandardPage
from training.models import (
    LessonPage,
    ModuleCaseStudy,
    ModulePage,
    ModulePrerequisite,
    ModuleResearch,
    ModuleStandard,
    TrainingIndexPage,
)

MODULE_VALUES = (
    "title", "slug", "level", "minutes", "cpd_hours", "pass_mark", "validity_months", "is_clinical",
)  # fmt: skip


def load_training(home: HomePage) -> None:
    """Modules that await sign-off are published in demonstration mode alone; elsewhere they are left out."""
    index = existing(home, "training") or publish(
        home,
        TrainingIndexPage(
            title="Training",
            slug="training",
            summary="Short modules on care for body and mind. Read them freely; sign in to keep your progress.",
            show_in_menus=True,
        ),
    )
    for entry in content("training")["modules"]:
        if not existing(index, entry["slug"]) and (settings.DEMO_MODE or not entry["is_clinical"]):
            _load_module(index, entry)
        index = TrainingIndexPage.objects.get(pk=index.pk)


def _load_module(index: Page, entry: dict[str, Any]) -> None:
    page = ModulePage(
        summary=plain(entry["summary"]),
        audience=plain(entry["audience"]),
        outcomes="\n".join(plain(outcome).removeprefix("After it you can ") for outcome in entry["outcomes"]),
        code_of_conduct=plain(entry["code_of_conduct"]),
        attempts_allowed=entry["attempts"],
        waiting_hours=entry["wait_hours"],
        support=plain(entry["support"]),
        owner_role="Network editor",
        **{name: entry[name] for name in MODULE_VALUES},
    )
    codes = {standard.code: standard for standard in StandardPage.objects.filter(code__in=entry["standards"])}
    page.standard_rows.set([ModuleStandard(standard=codes[code]) for code in entry["standards"]])
    _choose(page, entry)
    tag(page, entry)
    index.add_child(instance=page)  # the quiz points to the lessons, which lie below
    lessons = {lesson["slug"]: _load_lesson(ModulePage.objects.get(pk=page.pk), lesson) for lesson in entry["lessons"]}
    page = ModulePage.objects.get(pk=page.pk)
    page.quiz = stream(
        ModulePage._meta.get_field("quiz"), [("question", _question(one, lessons)) for one in entry["questions"]]
    )
    page.save_revision().publish()


def _choose(page: ModulePage, entry: dict[str, Any]) -> None:
    """What to do first, practice and research, in the entry's order; what is not loaded here is left out."""

    def named(model: type[Page], name: str) -> list[Any]:
        found = {one.slug: one for one in model.objects.filter(slug__in=entry[name])}
        return [found[slug] for slug in entry[name] if slug in found]

    page.prerequisite_rows.set([ModulePrerequisite(prerequisite=one) for one in named(ModulePage, "prerequisites")])
    page.case_study_rows.set([ModuleCaseStudy(case_study=one) for one in named(CaseStudyPage, "case_studies")])
    page.research_rows.set([ModuleResearch(research=one) for one in named(ResearchSummaryPage, "research")])


def _load_lesson(module_page: ModulePage, entry: dict[str, Any]) -> LessonPage:
    words = next(plain(block["html"]) for block in entry["blocks"] if block["type"] == "text")
    lesson = LessonPage(
        title=entry["title"], slug=entry["slug"], minutes=entry["minutes"], summary=_first_sentence(words)
    )
    lesson.body = stream(LessonPage._meta.get_field("body"), [_block(block) for block in entry["blocks"]])
    published: LessonPage = publish(module_page, lesson)
    return published


def _first_sentence(html: str) -> str:
    """The first sentence of the first paragraph, for lists."""
    paragraph = strip_tags(html.partition("<p>")[2].partition("</p>")[0])
    return " ".join(paragraph.split()[:40]).partition(". ")[0].rstrip(".") + "."


def _block(entry: dict[str, Any]) -> tuple[str, Any]:
    kind = entry["type"]
    if kind == "text":
        return kind, plain(entry["html"])
    if kind == "callout":
        return kind, {"kind": entry["kind"], "title": entry["title"], "text": plain(entry["html"])}
    if kind == "example":
        return kind, {"page": CaseStudyPage.objects.get(slug=entry["case_study"]), "why": entry["why"]}
    if kind == "standard":
        return kind, {"page": StandardPage.objects.get(code=entry["code"]), "why": entry["why"]}
    if kind == "reflection":
        return kind, {"prompt": plain(entry["prompt"])}
    return kind, {"text": plain(entry["question"]), "options": _options(entry)}


def _options(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"text": str(option["text"]), "correct": option["correct"], "feedback": plain(option["feedback"])}
        for option in entry["options"]
    ]


def _question(entry: dict[str, Any], lessons: dict[str, LessonPage]) -> dict[str, Any]:
    return {
        "kind": entry["kind"],
        "text": plain(entry["text"]),
        "options": _options(entry),
        "explanation": plain(entry["explanation"]),
        "source_title": plain(entry["source"]["title"]),
        "source_url": entry["source"]["url"],
        "lesson": lessons[entry["lesson"]],
    }
