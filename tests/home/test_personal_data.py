"""Everything about a person can be given to them and taken away: nothing is forgotten when a model is added."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from post_office.models import Email
from wagtail.admin.models import EditingSession
from wagtail.log_actions import log
from wagtail.models import (
    Comment,
    CommentReply,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.users.models import UserProfile

from home import personal_data
from home.models import CustomDocument, User
from practice_library.models import ClaimVerification
from tests import factories
from tests.factories import PASSWORD, SiteTree
from tests.home.test_second_factor import SECRET, code_now
from training import learning
from training.models import Answer, Certificate, Enrolment

DATA, ERASE, LOGIN = "/accounts/data/my-data.json", "/accounts/erase/", "/accounts/login/"


@pytest.fixture(autouse=True)
def site(site_tree: SiteTree) -> SiteTree:
    return site_tree


def relations() -> list[tuple[str, str, Any]]:
    """(model, field, field object) of every foreign key of every model, inherited ones once."""
    every = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    return [
        (model._meta.label, field.name, field)
        for model in every
        for field in model._meta.local_fields
        if field.is_relation and isinstance(field.related_model, type)
    ]


def test_every_model_that_points_to_a_person_is_in_the_table() -> None:
    declared = {(line.model, line.owner) for line in personal_data.table()}
    found = {(label, name) for label, name, field in relations() if field.related_model is User}
    assert found - declared == set(), "say in `home.personal_data.register` what happens to them"
    assert len(found) > 25


def test_every_model_that_hangs_on_something_personal_is_in_the_table() -> None:
    """An answer belongs to an attempt, which belongs to an enrolment, which is a person's."""
    erased = {line.model for line in personal_data.table() if not line.kept_because}
    known = {line.model for line in personal_data.table()}
    hanging = {label for label, _name, field in relations() if field.related_model._meta.label in erased}
    assert hanging - known == {"post_office.Attachment_emails"}, "no e-mail of the hub has an attachment"


def test_the_table_names_what_exists_and_can_be_taken_off() -> None:
    for line in personal_data.table():
        model = apps.get_model(line.model)
        assert set(line.left_out) <= {field.name for field in model._meta.get_fields()}, line
        assert not line.kept_because or model._meta.get_field(str(line.owner)).null, line


def a_learner() -> User:
    user = factories.user("amara@example.org", first_name="Amara", last_name="Nwosu")
    page = factories.module_page(factories.training_index(factories.HomePage.objects.get()))
    enrolment = learning.enrol(user, page.module)
    learning.finish_lesson(enrolment, page.lessons[0])
    attempt = learning.start_attempt(enrolment, page)
    for question in attempt.snapshot.content["questions"]:
        right = [option["id"] for option in question["options"] if option["correct"]]
        learning.save_answer(attempt.pk, question["id"], right, 1)
    learning.finish(attempt.pk)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    Email.objects.create(from_email="a@example.org", to=[user.email], subject="123456 is your code", message="123456")
    return user


def an_editor(site: SiteTree) -> User:
    """With everything that an editor can leave behind."""
    user = factories.network_member("nadia@example.org")
    page = site.case_study
    page.owner = page.locked_by = user
    page.locked, page.locked_at = True, timezone.now()
    page.save()
    revision = page.save_revision(user=user, log_action=True)
    workflow = page.get_workflow()
    assert workflow
    state = workflow.start(page, user)
    TaskState.objects.filter(workflow_state=state).update(finished_by=user)
    comment = Comment.objects.create(page=page, user=user, text="Is this so?", contentpath="title")
    CommentReply.objects.create(comment=comment, user=user, text="It is.")
    Comment.objects.create(
        page=page,
        user=factories.editor(),
        text="Done?",
        contentpath="title",
        resolved_by=user,
        resolved_at=timezone.now(),
    )
    PageSubscription.objects.create(page=page, user=user, comment_notifications=True)
    EditingSession.objects.create(
        user=user, content_type=ContentType.objects.get_for_model(page), object_id=page.pk, last_seen_at=timezone.now()
    )
    profile = UserProfile.get_for_user(user)
    profile.avatar = ContentFile(b"a face", "face.png")
    profile.save()
    UploadedFile.objects.create(uploaded_by_user=user, file=ContentFile(b"half", "half.pdf"))
    CustomDocument.objects.create(title="Leaflet", uploaded_by_user=user, file=ContentFile(b"text", "leaflet.txt"))
    ClaimVerification.objects.update(verified_by=user)
    log(instance=user, action="wagtail.edit", user=factories.admin("ada@example.org"))
    assert revision.user == user
    return user


def rows_naming(words: str) -> list[str]:
    """Tables where a text holds these words, whatever the column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            names = [connection.ops.quote_name(column.name) for column in columns]
            tests = " OR ".join(f"CAST({name} AS text) LIKE %s" for name in names)
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {quoted} WHERE {tests}", [f"%{words}%"] * len(names))  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(table)
    return [table for table in found if not table.startswith(("search_document_words", "django_session"))]


def signed_in(user: User) -> Client:
    """As people with an app are who have just shown a code again."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/2fa/reauthenticate/", {"code": code_now()})
    return client


def test_a_learner_gets_everything_in_one_file_and_nobody_elses() -> None:
    user, other = a_learner(), factories.user("other@example.org", first_name="Ola")
    learning.enrol(other, Enrolment.objects.get(user=user).module)
    answer = signed_in(user).get(DATA)
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(answer.content)
    assert data["account"]["email"] == user.email
    assert {len(data[f"training.{name}"]) for name in ("Enrolment", "Attempt", "Certificate", "LessonDone")} == {1}
    assert len(data["training.Answer"]) == Answer.objects.count() == 2
    assert data["training.Enrolment"][0]["module"] == "Care for body and mind"
    text = answer.content.decode()
    for secret in (user.password, SECRET, "other@example.org", "Ola"):
        assert secret not in text


@pytest.mark.parametrize("address", [DATA, ERASE])
def test_the_password_is_asked_for_first(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith(LOGIN)
    user = factories.user("amara@example.org")
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")
    assert client.post(ERASE, {"sure": "on"}).status_code == 302
    assert User.objects.filter(pk=user.pk).exists()


def test_a_learner_goes_without_a_trace() -> None:
    user = a_learner()
    code = Certificate.objects.get().code
    client = signed_in(user)
    assert "Nothing was deleted" in client.post(ERASE).content.decode()
    assert User.objects.filter(pk=user.pk).exists()
    page = client.post(ERASE, {"sure": "on"}).content.decode()
    assert "Your account is deleted" in page
    assert "_auth_user_id" not in client.session
    assert not Enrolment.objects.exists()
    assert Client().get(f"/certificates/{code}/").status_code == 404
    assert rows_naming("amara@example.org") == []
    assert rows_naming("Nwosu") == []


def test_an_editor_goes_and_the_work_stays(site: SiteTree, django_capture_on_commit_callbacks: Any) -> None:
    user = an_editor(site)
    other = factories.user("other@example.org")
    revisions, entries = Revision.objects.count(), PageLogEntry.objects.count()
    avatar = UserProfile.get_for_user(user).avatar
    with django_capture_on_commit_callbacks(execute=True):
        user.delete()
    site.case_study.refresh_from_db()
    assert (site.case_study.live, site.case_study.owner, site.case_study.locked) == (True, None, False)
    assert (Revision.objects.count(), PageLogEntry.objects.count()) == (revisions, entries)
    assert ClaimVerification.objects.get().verified_by is None
    assert WorkflowState.objects.get().requested_by is None
    assert CustomDocument.objects.get().uploaded_by_user is None
    assert not avatar.storage.exists(avatar.name)
    assert rows_naming("nadia@example.org") == []
    assert rows_naming("Rahman") == []
    assert User.objects.filter(pk=other.pk).exists()
    assert EmailAddress.objects.filter(user=other).exists()


def test_an_administrator_takes_as_much_away_and_the_pages_can_be_edited(site: SiteTree, admin_client: Client) -> None:
    assert admin_client.post(f"/cms/users/delete/{an_editor(site).pk}/").status_code == 302
    assert rows_naming("nadia@example.org") == []
    assert rows_naming("Rahman") == []
    for address in ("edit/", "history/", "revisions/{revision}/view/"):
        address = address.format(revision=site.case_study.latest_revision_id)
        assert admin_client.get(f"/cms/pages/{site.case_study.pk}/{address}").status_code == 200, address
    assert admin_client.get("/cms/reports/site-history/").status_code == 200
    assert Client().get(site.case_study.get_url()).status_code == 200
