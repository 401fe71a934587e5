"""What learners do beside reading: enrol, finish lessons, take the quiz, look at their learning and certificates.

Other people's attempts and certificates do not exist (404). Everything works without JavaScript; with it, answers are
saved as they are given (`static/js/quiz.js`).
"""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from home.accounts.names import NameForm
from home.errors import shows_again
from home.spreadsheets import plain_cell
from training import learning, quiz
from training.models import Attempt, Certificate, LessonPage, ModulePage, ReviewPolicy, TrainingIndexPage
from training.pdf import NoPdfError
from training.pdf import certificate_pdf as certificate_pdf_of
from training.record import DatesForm, Passed, record_of, usual_dates
from training.standing import Standing, certificates_of, learned_by

#: Where an answer waits that was given after the login had ended.
HELD = "held_answer"
#: Largest sequence that the database keeps.
LARGEST_SEQUENCE = 2**62
#: Codes that do not exist, from one address; who asks for real ones is never counted.
WRONG_CODES = "30/10m/ip"


def _module_page(pk: int) -> ModulePage:
    return get_object_or_404(ModulePage.objects.listed().select_related("locale", "module"), pk=pk)


def _page_of(attempt: Attempt) -> ModulePage | None:
    """The public page of the attempt's module, in the learner's language when there is one."""
    pages = ModulePage.objects.listed().filter(module_id=attempt.enrolment.module_id).select_related("locale", "module")
    found = {page.locale.language_code: page for page in pages}
    return found.get(attempt.snapshot.language) or next(iter(found.values()), None)


def _own_attempt(request: HttpRequest, attempt_id: UUID) -> Attempt:
    return get_object_or_404(
        Attempt.objects.select_related("snapshot", "enrolment__module"), pk=attempt_id, enrolment__user=request.user.pk
    )


def _turned_back(request: HttpRequest, page: Page) -> HttpResponse | None:
    """To the page with the button, for who comes by a link or has to sign in first; None for who pressed it."""
    if not request.user.is_authenticated:
        return redirect_to_login(page.get_url(request))
    return None if request.method == "POST" else redirect(page.get_url(request))


def _go_on(request: HttpRequest, page: ModulePage) -> HttpResponse:
    """To the next lesson, or back to the module when all are done."""
    following = learning.outline(page, request.user).next_lesson
    return redirect((following or page).get_url(request))


# Lessons


def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Enrol, and go on where the learner was."""
    page = _module_page(pk)
    if back := _turned_back(request, page):
        return back
    learning.enrol(request.user, page.module)  # type: ignore[arg-type]
    return _go_on(request, page)


def due(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the day by which the learner wants to be done; an empty one takes it away."""
    page = _module_page(pk)
    if back := _turned_back(request, page):
        return back
    typed = request.POST.get("due_on", "").strip()
    try:
        day = parse_date(typed) if typed else None
        if typed and day is None:
            raise ValueError
        learning.set_due(learning.enrol(request.user, page.module), day)  # type: ignore[arg-type]
    except ValueError:
        messages.error(request, _("We did not recognise that day. Write it like 2027-03-31."))
    except learning.LearningError as error:
        messages.error(request, error.said)
    return redirect(page.get_url(request))


def finish_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a lesson as done and go to the next one."""
    lesson = get_object_or_404(LessonPage.objects.for_members(), pk=pk)
    if back := _turned_back(request, lesson):
        return back
    page = lesson.module_page
    if page is None:
        raise Http404
    learning.finish_lesson(learning.enrol(request.user, page.module), lesson)  # type: ignore[arg-type]
    return _go_on(request, page)


# The quiz


def start_quiz(request: HttpRequest, pk: int) -> HttpResponse:
    page = _module_page(pk)
    if back := _turned_back(request, page):
        return back
    enrolment = learning.enrol(request.user, page.module)  # type: ignore[arg-type]
    try:
        attempt = learning.start_attempt(enrolment, page)
    except learning.LearningError as error:
        messages.error(request, error.said)
        return redirect(page.get_url(request))
    return redirect(attempt)


def _answer_again(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """The answer that came with an old form, chosen but not saved: it is the learner's to press the button again."""
    if not request.user.is_authenticated or request.method != "POST":
        raise Http404
    attempt = _own_attempt(request, attempt_id)
    questions = quiz.in_order(attempt.snapshot.content, attempt.seed)
    asked, chosen, _sequence = _posted(request)
    here = next((number for number, one in enumerate(questions, 1) if one["id"] == asked), None)
    if attempt.is_finished or here is None or _wants_json(request):
        raise Http404
    said = _("You signed in again meanwhile. Your answer is shown as you chose it, but not saved yet: save it now.")
    return _question_page(request, attempt, questions, here, error=said, chosen=chosen, status=403)


@shows_again(_answer_again)
@never_cache
def take_quiz(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """One question a page. A save answers with the next question, or as JSON to the script that saves on the way."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    if not request.user.is_authenticated:
        return _hold(request, attempt_id)
    attempt = _own_attempt(request, attempt_id)
    _replay(request, attempt)
    if attempt.is_finished:
        return _finished(request, attempt)
    questions = quiz.in_order(attempt.snapshot.content, attempt.seed)
    if not questions:
        raise Http404
    if request.method == "POST":
        return _save(request, attempt, questions)
    return _question_page(request, attempt, questions, _number_in(request.GET.get("question"), len(questions)))


def _number_in(text: str | None, last: int) -> int:
    """The number of a question, 1 for what is none."""
    return min(max(int(text), 1), last) if text and text.isdecimal() and len(text) < 6 else 1


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _finished(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"finished": True, "address": attempt.get_absolute_url()}, status=409)
    return redirect(attempt)


def _posted(request: HttpRequest) -> tuple[str, list[str], int]:
    """(question id, ids of the chosen answers, sequence) as they were sent."""
    sequence = request.POST.get("sequence", "")
    number = int(sequence) if sequence.isdecimal() and len(sequence) < 20 else 0
    return request.POST.get("question", ""), request.POST.getlist("chosen"), min(number, LARGEST_SEQUENCE)


def _save(request: HttpRequest, attempt: Attempt, questions: list[dict[str, Any]]) -> HttpResponse:
    question, chosen, sequence = _posted(request)
    try:
        answer = learning.save_answer(attempt.pk, question, chosen, sequence)
    except learning.FinishedError:
        attempt.refresh_from_db()
        return _finished(request, attempt)
    except learning.LearningError as error:
        if _wants_json(request):
            return JsonResponse({"error": error.said}, status=400)
        return _question_page(request, attempt, questions, 1, error=error.said, status=400)
    if _wants_json(request):
        return JsonResponse({"question": answer.question, "chosen": answer.chosen, "sequence": answer.sequence})
    here = next(number for number, one in enumerate(questions, 1) if one["id"] == question)
    if set(answer.chosen) != set(chosen):
        said = _("You answered this question in another window meanwhile. Save again if this is your answer now.")
        return _question_page(request, attempt, questions, here, error=said, chosen=chosen, status=409)
    if not chosen and "later" not in request.POST:
        said = _("Choose an answer, or leave it for later.")
        return _question_page(request, attempt, questions, here, error=said, status=400)
    following = here % len(questions) + 1
    if here == len(questions) or "check" in request.POST:
        return redirect("training_quiz_check", attempt.pk)
    return redirect(f"{reverse('training_quiz', args=[attempt.pk])}?question={following}")


def _question_page(
    request: HttpRequest,
    attempt: Attempt,
    questions: list[dict[str, Any]],
    number: int,
    error: str = "",
    chosen: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`chosen` is shown in place of what is saved."""
    saved = {answer.question: answer for answer in attempt.answers.all()}
    question = questions[number - 1]
    answer = saved.get(question["id"])
    context = {
        "attempt": attempt,
        "module": attempt.enrolment.module,
        "page_of_module": _page_of(attempt),
        "question": question,
        "number": number,
        "count": len(questions),
        "chosen": chosen if chosen is not None else answer.chosen if answer else [],
        "is_saved": chosen is None and bool(answer and answer.chosen),
        "sequence": (answer.sequence if answer else 0) + 1,
        "error": error,
        "answered_count": sum(bool(one.chosen) for one in saved.values()),
    }
    return render(request, "training/question.html", context, status=status)


def _hold(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """The login has ended: keep what was just answered until the same person is back."""
    if request.method == "POST":
        question, chosen, sequence = _posted(request)
        request.session[HELD] = [str(attempt_id), question[:36], [one[:36] for one in chosen[:8]], sequence]
    if _wants_json(request):
        login = f"{reverse('account_login')}?next={request.path}"
        return JsonResponse(
            {"error": _("You are signed out. Sign in again: nothing is lost."), "address": login}, status=401
        )
    return redirect_to_login(request.get_full_path())


def _replay(request: HttpRequest, attempt: Attempt) -> None:
    """Save what was answered while nobody was signed in, if it belongs to this learner's attempt."""
    held = request.session.pop(HELD, None)
    if not held or held[0] != str(attempt.pk):
        return
    try:
        learning.save_answer(attempt.pk, held[1], held[2], held[3])
        messages.success(request, _("Your last answer was kept and is saved now."))
    except learning.LearningError:
        return


@never_cache
@login_required
def check_quiz(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Before handing in: which questions are answered, and a name where there is none yet. A POST hands in."""
    attempt = _own_attempt(request, attempt_id)
    if attempt.is_finished:
        return redirect(attempt)
    has_name = learning.name_for_certificate(request.user)  # type: ignore[arg-type]
    form = None if has_name else NameForm(request.POST or None)
    if request.method == "POST" and (form is None or form.is_valid()):
        if form:
            form.signup(request, request.user)  # type: ignore[arg-type]
        learning.finish(attempt.pk)
        return redirect("training_result", attempt.pk)
    answers = learning.answers_of(attempt)
    questions = quiz.in_order(attempt.snapshot.content, attempt.seed)
    rows = [(number, one["text"], bool(answers.get(one["id"]))) for number, one in enumerate(questions, 1)]
    context = {
        "attempt": attempt,
        "module": attempt.enrolment.module,
        "page_of_module": _page_of(attempt),
        "rows": rows,
        "open_count": sum(not answered for _number, _text, answered in rows),
        "form": form,
    }
    return render(request, "training/check.html", context, status=400 if form and form.errors else 200)


@never_cache
@require_safe
@login_required
def result(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """How it went, with the feedback on every question and the way back to the lesson that teaches it."""
    attempt = _own_attempt(request, attempt_id)
    if not attempt.is_finished:
        return redirect(attempt)
    page, answers = _page_of(attempt), learning.answers_of(attempt)
    lessons = {str(lesson.translation_key): lesson for lesson in page.lessons} if page else {}
    reviewed = []
    for question in quiz.in_order(attempt.snapshot.content, attempt.seed):
        chosen = answers.get(question["id"], [])
        options = [{**option, "chosen": option["id"] in chosen} for option in question["options"]]
        lesson = lessons.get(question["lesson"] or "")
        reviewed.append({**question, "options": options, "is_right": quiz.is_right(question, chosen), "lesson": lesson})
    context = {
        "attempt": attempt,
        "module": attempt.enrolment.module,
        "page_of_module": page,
        "reviewed": reviewed,
        "right_count": sum(one["is_right"] for one in reviewed),
        "pass_mark": attempt.snapshot.content["pass_mark"],
        "certificate": Certificate.objects.filter(attempt=attempt).first(),
        **(_another_try(attempt, page, reviewed) if page and not attempt.passed else {}),
        "may_review": learning.may_review(attempt, page),
    }
    return render(request, "training/result.html", context)


def _another_try(attempt: Attempt, page: ModulePage, reviewed: list[dict[str, Any]]) -> dict[str, Any]:
    """The lessons behind the questions that were not right, each once, and why no attempt may be started now."""
    lessons = {one["lesson"].pk: one["lesson"] for one in reviewed if one["lesson"] and not one["is_right"]}
    return {
        "again": [] if page.review_policy == ReviewPolicy.NEVER else list(lessons.values()),
        "not_yet": learning.why_not_yet(attempt.enrolment, page),
    }


# My learning


@never_cache
@require_safe
@login_required
def my_learning(request: HttpRequest) -> HttpResponse:
    """In progress, done, due again, certificates: a fixed number of queries."""
    certificates = certificates_of(request.user)
    rows = learned_by(request.user, certificates)  # type: ignore[arg-type]
    catalogue = TrainingIndexPage.objects.listed().select_related("locale").first()
    context = {
        "in_progress": [row for row in rows if row.standing == Standing.IN_PROGRESS],
        "due_again": [row for row in rows if row.standing == Standing.DUE_AGAIN],
        "done": [row for row in rows if row.standing == Standing.DONE],
        "certificates": certificates,
        "catalogue_url": catalogue.get_url(request) if catalogue else "",
    }
    return render(request, "training/my_learning.html", context)


@never_cache
@require_safe
@login_required
def record(request: HttpRequest) -> HttpResponse:
    """The learning record between two days, with what a nurse's revalidation asks for; `format=csv` downloads it."""
    usual = usual_dates()
    form = DatesForm({**usual, **{name: request.GET[name] for name in usual if request.GET.get(name)}})
    form.is_valid()
    since, until = (form.cleaned_data.get(name) or usual[name] for name in usual)
    rows = [] if form.errors else record_of(request.user, since, until)  # type: ignore[arg-type]
    if request.GET.get("format") == "csv" and not form.errors:
        return _record_as_csv(rows)
    context = {
        "form": form,
        "rows": rows,
        "since": since,
        "until": until,
        "hours": sum(row.certificate.hours for row in rows),
        "participatory_hours": sum(row.certificate.hours for row in rows if row.is_participatory),
        "address": f"{settings.SITE_URL}{request.path}",
    }
    return render(request, "training/record.html", context, status=400 if form.errors else 200)


def _record_as_csv(rows: list[Passed]) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="learning-record.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [_("Date"), _("Topic"), _("Method"), _("Hours"), _("Participatory"), _("How it relates to the Code")]
    )
    for row in rows:
        writer.writerow(
            [
                row.certificate.issued_on.isoformat(),
                plain_cell(row.certificate.module_title),
                _("Online module with a quiz"),
                row.certificate.hours,
                _("yes") if row.is_participatory else _("no"),
                plain_cell(row.code_of_conduct),
            ]
        )
    return response


# Certificates


def _own_certificate(request: HttpRequest, certificate_id: UUID) -> Certificate:
    own = Certificate.objects.filter(attempt__enrolment__user=request.user.pk).select_related("attempt__enrolment")
    return get_object_or_404(own, pk=certificate_id)


def _check_address(certificate: Certificate) -> str:
    return f"{settings.SITE_URL}{reverse('training_verify_code', args=[certificate.code])}"


@never_cache
@require_safe
@login_required
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """A learner's own certificate, to read, print and show."""
    found = _own_certificate(request, certificate_id)
    context = {"certificate": found, "verify_url": _check_address(found)}
    return render(request, "training/certificate.html", context)


@never_cache
@require_safe
@login_required
def certificate_pdf(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """The same as a PDF; back to the page, with the reason, when there is none."""
    found = _own_certificate(request, certificate_id)
    try:
        if found.revoked_at:
            raise NoPdfError
        content = certificate_pdf_of(found, _check_address(found))
    except NoPdfError:
        if not found.revoked_at:
            messages.info(request, _("We cannot make a PDF with this name in it. Please print this page instead."))
        return redirect(found)
    name = f'attachment; filename="certificate-{found.code[:8]}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


def _guesses_too_much(request: HttpRequest, *, missed: bool) -> bool:
    """Whether this address has asked for too many codes that do not exist; `missed` counts one more."""
    limits = {"app": "training", "action": "check_certificate", "config": {"check_certificate": WRONG_CODES}}
    return not ratelimit.consume(request, **limits, limit_get=True, dry_run=not missed)


@never_cache
@require_safe
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a certificate is genuine, for an employer: name, module, dates and state, nothing else."""
    typed = (code or request.GET.get("code", "")).upper()
    cleaned = "".join(character for character in typed if character.isascii() and character.isalnum())[:64]
    if cleaned and _guesses_too_much(request, missed=False):
        return render(request, "training/verify.html", {"too_many": True, "code": cleaned}, status=429)
    found = Certificate.objects.filter(code=cleaned).first() if cleaned else None
    if cleaned and found is None:
        _guesses_too_much(request, missed=True)
    status = 404 if cleaned and found is None else 200
    return render(request, "training/verify.html", {"certificate": found, "code": cleaned}, status=status)
