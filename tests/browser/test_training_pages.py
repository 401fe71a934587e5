"""Pages of training as the learner sees them: for everybody, within the budget, and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from tests.browser.conftest import DESKTOP, PHONE, PageAt
from tests.browser.learners import (
    HARD_MODULE,
    MODULE,
    OTHER_MODULE,
    begin_quiz,
    fail_quiz,
    learner,
    module,
    pass_quiz,
    sign_in,
)
from tests.browser.test_accessibility import OVERFLOWING, SMALL_TARGETS, SMALLEST, TARGET, open_all_details, violations
from tests.browser.test_budgets import BUDGETS, REQUESTS, load, sizes
from tests.browser.test_crawl import local, visit
from tests.browser.test_print import sides
from training import learning
from training.models import Enrolment

NAMES = [
    "catalogue", "module", "module with support", "lesson", "question", "check", "result", "my learning", "record",
    "certificate", "its check",
]  # fmt: skip
SUPPORTED = ["module with support", "lesson", "question", "check"]


@pytest.fixture(scope="module")
def addresses(site_url: str) -> Iterator[dict[str, str]]:
    """{name: address} of a learner who has passed one module, failed another and is in the middle of a third."""
    Enrolment.objects.all().delete()
    user, hard = learner(), module(HARD_MODULE)
    enrolment = learning.enrol(user, hard.module)
    learning.finish_lesson(enrolment, hard.lessons[0])
    attempt, certificate = begin_quiz(user, hard), pass_quiz(user, module(OTHER_MODULE))
    yield {
        "catalogue": "/training/",
        "module": module(OTHER_MODULE).get_url(),
        "module with support": hard.get_url(),
        "lesson": hard.lessons[1].get_url(),
        "question": f"{attempt.get_absolute_url()}?question=2",
        "check": f"{attempt.get_absolute_url()}check/",
        "result": fail_quiz(user, module(MODULE)).get_absolute_url(),
        "my learning": "/learning/",
        "record": "/learning/record/",
        "certificate": certificate.get_absolute_url(),
        "its check": f"/certificates/{certificate.code}/",
    }
    Enrolment.objects.all().delete()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_training_works_for_everybody(
    page_at: PageAt, site_url: str, addresses: dict[str, str], name: str
) -> None:
    page = page_at(SMALLEST, height=800)
    sign_in(page, site_url, learner())
    responses = load(page, addresses[name])
    open_all_details(page)
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(SMALL_TARGETS, TARGET) == []
    assert violations(page) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOWING) == [], f"text of twice the size, {width} pixels"
    assert len(responses) <= REQUESTS
    assert {kind: size for kind, size in sizes(responses).items() if size > BUDGETS[kind]} == {}


@pytest.mark.parametrize("name", SUPPORTED)
def test_support_stands_on_every_page_of_a_hard_subject(
    page_at: PageAt, site_url: str, addresses: dict[str, str], name: str
) -> None:
    page = page_at(PHONE)
    sign_in(page, site_url, learner())
    page.goto(addresses[name])
    page.get_by_role("link", name="If this touches you").click()
    for number in ("999", "111", "116 123"):
        assert page.locator("#support").get_by_text(number).first.is_visible()


def test_what_to_do_next_is_on_the_first_phone_screen(
    page_at: PageAt, site_url: str, addresses: dict[str, str]
) -> None:
    page = page_at(PHONE, height=700)
    sign_in(page, site_url, learner())
    page.goto(addresses["module with support"])
    box = page.get_by_role("button", name="Continue the quiz").bounding_box()
    assert box
    assert box["y"] + box["height"] < 700


@pytest.mark.parametrize(
    ("name", "most"), [("certificate", 1), ("record", 1), ("result", 3), ("lesson", 3), ("module", 3)]
)
def test_training_on_paper(page_at: PageAt, site_url: str, addresses: dict[str, str], name: str, most: int) -> None:
    page = page_at()
    sign_in(page, site_url, learner())
    page.goto(addresses[name])
    assert sides(page) <= most


def test_no_link_of_a_learners_pages_is_broken(site_url: str, addresses: dict[str, str]) -> None:
    client = Client(HTTP_HOST="localhost")
    client.force_login(learner(), backend=settings.AUTHENTICATION_BACKENDS[0])
    links = {link for address in addresses.values() for link in visit(client, address).links}
    targets = {target for target in map(local, links) if target and not target.startswith(("/static/", "/accounts/"))}
    found = {target: visit(client, target) for target in targets}
    assert {target: page.status for target, page in found.items() if page.status != 200} == {}
    assert {target: page.inline for target, page in found.items() if page.inline} == {}
