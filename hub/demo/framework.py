"""The illustrative edition of the framework."""

from __future__ import annotations

from django.utils.text import slugify
from wagtail.models import Page

from home.models import HomePage, Theme
from home.models.base import BasePage
from hub.demo.reading import content, existing, plain, publish, tag
from practice_library.models import FrameworkPage, SourceGuidance, StandardMeasure, StandardPage, ThemePage

OWNER = "Network manager"


def load_framework(home: HomePage) -> None:
    data = content("framework")
    edition = existing(home, "framework") or publish(
        home,
        FrameworkPage(
            title="The framework",
            slug="framework",
            show_in_menus=True,
            summary=plain(data["edition"]["summary"]),
            version=data["edition"]["version"],
            effective_from=data["edition"]["effective_from"],
            introduction=data["edition"]["introduction"],
            is_illustrative=True,
            owner_role=OWNER,
        ),
        first_published=data["edition"]["effective_from"],
    )
    themes = {theme.number: theme for theme in Theme.objects.all()}
    for entry in data["themes"]:
        edition = FrameworkPage.objects.get(pk=edition.pk)
        theme_page = existing(edition, entry["slug"]) or publish(
            edition,
            ThemePage(
                title=entry["name"],
                slug=entry["slug"],
                summary=plain(entry["summary"]),
                theme=themes[entry["number"]],
                introduction=entry["introduction"],
                why_it_matters=plain(entry["why_it_matters"]),
                owner_role=OWNER,
            ),
        )
        _load_standards(theme_page, str(entry["number"]))


def _load_standards(theme_page: Page, number: str) -> None:
    for entry in content("framework")["standards"]:
        if not entry["code"].startswith(f"{number}."):
            continue
        slug = slugify(f"{entry['code'].replace('.', '-')} {entry['title']}")
        if existing(theme_page, slug):
            continue
        theme_page = ThemePage.objects.get(pk=theme_page.pk)
        publish(theme_page, _standard(entry, slug, int(number)))


def _standard(entry: dict, slug: str, theme_number: int) -> BasePage:  # type: ignore[type-arg]
    texts = ("what_you_can_expect", "rationale", "what_good_looks_like")
    lines = ("summary", "statement", "means_for_staff", "means_for_service", "means_for_organisation")
    standard = StandardPage(
        title=entry["title"],
        slug=slug,
        code=entry["code"],
        expectation=entry["expectation"],
        level=entry["level"],
        settings=entry["settings"],
        questions_to_ask="\n".join(entry["questions_to_ask"]),
        is_clinical=entry["clinical"],
        owner_role=OWNER,
        **{name: entry[name] for name in texts},
        **{name: plain(entry[name]) for name in lines},
    )
    standard.measures.set([StandardMeasure(name=row["name"], how=plain(row["how"])) for row in entry["measures"]])
    standard.guidance.set([SourceGuidance(**row) for row in entry["guidance"]])
    tag(standard, {"topics": entry["topics"], "themes": [theme_number]})
    return standard
