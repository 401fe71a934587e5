"""Learners of the demonstration, signed in, and what they have learned."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from home.models import User
from training import learning, quiz
from training.models import Attempt, Certificate, ModulePage

LEARNER = "learner@example.org"
PASSWORD = "for-the-browser-tests"
MODULE = "physical-health-in-severe-mental-illness"
HARD_MODULE = "talking-about-suicide-safely"  # with support on every page
OTHER_MODULE = "mind-and-body-foundations"


def learner() -> User:
    return User.objects.get(email=LEARNER)


def module(slug: str = MODULE) -> ModulePage:
    return ModulePage.objects.get(slug=slug)


def sign_in(page: Page, site_url: str, user: User) -> None:
    """By the session alone; how people sign in is tested elsewhere."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site_url}])


def give_password(user: User) -> None:
    """One that can be typed: tests know no hasher but a fast one."""
    user.set_password(PASSWORD)
    user.save()


def begin_quiz(user: User, page: ModulePage) -> Attempt:
    return learning.start_attempt(learning.enrol(user, page.module), page)


def pass_quiz(user: User, page: ModulePage) -> Certificate:
    attempt = begin_quiz(user, page)
    for question in attempt.snapshot.content["questions"]:
        learning.save_answer(attempt.pk, question["id"], sorted(quiz.right_options(question)), 1)
    return Certificate.objects.get(attempt=learning.finish(attempt.pk))


def fail_quiz(user: User, page: ModulePage) -> Attempt:
    return learning.finish(begin_quiz(user, page).pk)
