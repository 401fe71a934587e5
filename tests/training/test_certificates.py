"""Certificates: as a PDF, checked by anybody but not guessed, withdrawn with a reason."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from home.models import User
from tests.training.conftest import answer_rightly
from training import learning, pdf
from training.models import Attempt, Certificate, ModulePage


@pytest.fixture
def certificate(attempt: Attempt) -> Certificate:
    answer_rightly(attempt)
    learning.finish(attempt.pk)
    return Certificate.objects.get()


def pdf_at(client: Client, certificate: Certificate) -> pypdfium2.PdfDocument:
    response = client.get(reverse("training_certificate_pdf", args=[certificate.pk]))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return pypdfium2.PdfDocument(response.content)


def words_of(document: pypdfium2.PdfDocument) -> str:
    return " ".join(document[0].get_textpage().get_text_bounded().split())


def ink_at_the_edge(document: pypdfium2.PdfDocument) -> bool:
    """Whether anything is printed in the outermost five millimetres of the page."""
    picture = document[0].render(scale=1).to_pil().convert("L")
    width, height = picture.size
    inside = picture.copy()
    inside.paste(255, (14, 14, width - 14, height - 14))
    return bool(inside.getextrema()[0] < 250)


LONG = " ".join(["Wilhelmina-Bartholomea"] * 11)


@pytest.mark.parametrize(
    "name", ["Ada Sample", "Łukasz Żółć", "Ελένη Παπαδοπούλου", "Олена Шевченко", "أحمد", LONG, "#let x = <b>*_@$"]
)
def test_the_pdf_says_what_the_page_says_whatever_the_name(
    nurse_client: Client, certificate: Certificate, name: str
) -> None:
    Certificate.objects.update(name=name)
    document = pdf_at(nurse_client, certificate)
    words = words_of(document)
    assert name in words.replace("\ufffe", "-")
    assert certificate.module_title in words
    assert certificate.code in words.replace(" ", "")
    assert "Sample: not valid as proof" in words
    assert len(document) == 1
    assert not ink_at_the_edge(document)


def test_the_pdf_is_tagged_and_names_its_language(certificate: Certificate) -> None:
    made = pdf.certificate_pdf(certificate, "https://hub.example.org/certificates/x/")
    assert b"/StructTreeRoot" in made
    assert b"/Lang" in made
    assert b"pdfuaid" in made


def test_a_name_that_the_font_lacks_leads_back_to_the_page(nurse_client: Client, certificate: Certificate) -> None:
    Certificate.objects.update(name="王小明")
    response = nurse_client.get(reverse("training_certificate_pdf", args=[certificate.pk]), follow=True)
    assert response.redirect_chain[-1][0] == certificate.get_absolute_url()
    shown = response.content.decode()
    assert "王小明" in shown
    assert "print this page instead" in shown


def test_a_withdrawn_certificate_is_no_file_any_more(nurse_client: Client, certificate: Certificate) -> None:
    certificate.revoke("Issued by mistake.")
    response = nurse_client.get(reverse("training_certificate_pdf", args=[certificate.pk]), follow=True)
    assert "Issued by mistake." in response.content.decode()


def test_a_pdf_is_its_learners_own(editor_client: Client, client: Client, certificate: Certificate) -> None:
    address = reverse("training_certificate_pdf", args=[certificate.pk])
    assert editor_client.get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_every_pass_brings_a_certificate_of_its_own(
    certificate: Certificate, attempt: Attempt, module: ModulePage
) -> None:
    again = learning.start_attempt(attempt.enrolment, module)
    answer_rightly(again)
    learning.finish(again.pk)
    learning.finish(again.pk)
    assert [one.attempt.number for one in Certificate.objects.order_by("attempt__number")] == [1, 2]
    assert len({one.code for one in Certificate.objects.all()}) == 2


def test_a_certificate_says_what_the_module_promised_when_it_was_begun(attempt: Attempt, module: ModulePage) -> None:
    page = ModulePage.objects.get(pk=module.pk)
    page.title, page.cpd_hours, page.validity_months = "Renamed", 9, None
    page.save_revision().publish()
    answer_rightly(attempt)
    learning.finish(attempt.pk)
    kept = Certificate.objects.get()
    assert (kept.module_title, str(kept.hours), kept.expires_on is None) == (module.title, "0.50", False)


# Checking


def check(client: Client, code: str, address: str = "10.0.0.1") -> int:
    return client.get(reverse("training_verify"), {"code": code}, REMOTE_ADDR=address).status_code


def test_codes_cannot_be_guessed_by_the_thousand(client: Client, certificate: Certificate) -> None:
    statuses = [check(client, f"WRONG{number}") for number in range(32)]
    assert statuses == [404] * 30 + [429] * 2
    response = client.get(reverse("training_verify_code", args=[certificate.code]), REMOTE_ADDR="10.0.0.1")
    assert response.status_code == 429
    assert "Wait ten minutes" in response.content.decode()
    assert certificate.name not in response.content.decode()
    assert check(client, certificate.code, "10.0.0.2") == 200, "others check as before"
    assert client.get(reverse("training_verify"), REMOTE_ADDR="10.0.0.1").status_code == 200


def test_a_personnel_office_checks_as_many_as_it_has(client: Client, certificate: Certificate) -> None:
    assert {check(client, certificate.code) for _time in range(40)} == {200}


# Withdrawing


def test_the_network_team_withdraws_with_a_reason(
    network_client: Client, nurse_client: Client, client: Client, certificate: Certificate
) -> None:
    Certificate.objects.update(is_sample=False)
    address = reverse("training_certificates")
    assert certificate.name not in network_client.get(address).content.decode()
    found = network_client.get(address, {"q": f"{certificate.code[:8]} {certificate.code[8:]}"}).content.decode()
    assert certificate.name in found
    assert f"{certificate.score}%" not in found
    network_client.post(address, {"certificate": certificate.pk, "reason": "  "})
    assert Certificate.objects.get().revoked_at is None
    network_client.post(address, {"certificate": certificate.pk, "reason": "Issued by mistake."})
    network_client.post(address, {"certificate": certificate.pk, "reason": "Twice."})
    assert Certificate.objects.get().revoked_because == "Issued by mistake."
    entry = ModelLogEntry.objects.get(action="training.withdraw_certificate")
    assert certificate.name not in f"{entry.label} {entry.data}"
    public = client.get(reverse("training_verify_code", args=[certificate.code])).content.decode()
    assert "This certificate was withdrawn" in public
    assert "Issued by mistake." not in public
    assert "Issued by mistake." in nurse_client.get(certificate.get_absolute_url()).content.decode()


def test_nobody_else_finds_or_withdraws(
    editor_client: Client, nurse_client: Client, client: Client, certificate: Certificate, nurse: User
) -> None:
    address = reverse("training_certificates")
    for one in (editor_client, nurse_client, client):
        assert one.get(address, {"q": certificate.code}).status_code == 302
        one.post(address, {"certificate": certificate.pk, "reason": "Out of spite."})
    assert Certificate.objects.get().revoked_at is None


@pytest.mark.parametrize("data", [{}, {"certificate": "x"}, {"certificate": "0" * 32, "reason": "No such one."}])
def test_odd_posts_withdraw_nothing(network_client: Client, certificate: Certificate, data: dict[str, Any]) -> None:
    assert network_client.post(reverse("training_certificates"), data).status_code in (302, 404)
    assert Certificate.objects.get().revoked_at is None
