"""What the demonstration's learner has learned: "My learning" has something to show."""

from __future__ import annotations

from home.models import User
from training import learning, quiz
from training.models import Enrolment, ModulePage

PASSED = "mind-and-body-foundations"
BEGUN = "physical-health-in-severe-mental-illness"
LESSONS_DONE = 2


def load_learning(learner: User) -> None:
    """One module passed, another begun; nothing when the learner has begun any."""
    if Enrolment.objects.filter(user=learner).exists():
        return
    pages = {page.slug: page for page in ModulePage.objects.filter(slug__in=[PASSED, BEGUN]).select_related("locale")}
    for slug, page in pages.items():
        enrolment = learning.enrol(learner, page.module)
        for lesson in page.lessons[: LESSONS_DONE if slug == BEGUN else None]:
            learning.finish_lesson(enrolment, lesson)
        if slug == PASSED:
            attempt = learning.start_attempt(enrolment, page)
            for question in attempt.snapshot.content["questions"]:
                learning.save_answer(attempt.pk, question["id"], sorted(quiz.right_options(question)), 1)
            learning.finish(attempt.pk)
