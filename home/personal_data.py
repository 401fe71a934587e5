"""What the hub keeps about a person: one table, from which everything can be given to them and taken away.

Every model that points to a user, and every model that points to one of those, has its line: here for the hub's lower
layer and its packages, in the other apps' `AppConfig.ready` for theirs. A test finds those without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from home.models import User

WORK = _("Pages and files you worked on, their versions and history: they are the network’s. Your name is taken off.")


@dataclass(frozen=True, slots=True)
class Personal:
    """Rows of one model that are about a person.

    `owner` leads from the row to the user ("enrolment__user"), or says which rows are meant when no foreign key does.
    They go with the account; where `kept_because` gives a reason they stay, without the person, `and_then` changed too.
    `left_out` are fields that an export does not show: secrets, and contents that are not the person's.
    """

    model: str
    owner: str | Callable[[User], models.Q]
    kept_because: Any = ""
    left_out: tuple[str, ...] = ()
    and_then: dict[str, Any] = field(default_factory=dict)

    def rows(self, user: User) -> Any:
        condition = models.Q(**{self.owner: user}) if isinstance(self.owner, str) else self.owner(user)
        return apps.get_model(self.model)._base_manager.filter(condition)


_table: list[Personal] = []


def register(*lines: Personal) -> None:
    """Add an app's models; those that depend on others come first."""
    _table.extend(lines)


def table() -> tuple[Personal, ...]:
    return tuple(_table)


def kept() -> list[Any]:
    """What stays when an account is deleted, in the words of the table."""
    return list(dict.fromkeys(str(line.kept_because) for line in _table if line.kept_because))


def export(user: User) -> dict[str, Any]:
    """Everything about a person, by model, ready for JSON."""
    found: dict[str, Any] = {"exported_at": timezone.now(), "account": _as_dict(user, ("password",))}
    for line in _table:
        rows = [_as_dict(row, line.left_out) for row in line.rows(user).order_by("pk")]
        if rows:
            found.setdefault(line.model, []).extend(rows)
    return found


def _as_dict(row: models.Model, left_out: tuple[str, ...]) -> dict[str, Any]:
    return {one.name: _plain(row, one) for one in row._meta.concrete_fields if one.name not in left_out}


def _plain(row: models.Model, one: Any) -> Any:
    """A file as its name, and what others own as its title: the export can be read without the database."""
    value = one.value_from_object(row)
    if isinstance(one, models.FileField):
        return value.name
    if one.is_relation and value is not None and one.related_model._meta.label not in _labels():
        return str(getattr(row, one.name, None) or value)
    return value


def _labels() -> set[str]:
    return {User._meta.label, *(line.model for line in _table)}


def take_away(user: User) -> None:
    """Delete what is the person's own, and take the person off the rest. Runs whenever an account is deleted."""
    for line in _table:
        rows = line.rows(user)
        if line.kept_because:
            rows.update(**{str(line.owner): None}, **line.and_then)
        else:
            for storage, name in list(_files(line, rows)):
                transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))
            rows.delete()


def _files(line: Personal, rows: Any) -> Iterator[tuple[Any, str]]:
    for one in apps.get_model(line.model)._meta.concrete_fields:
        if isinstance(one, models.FileField):
            yield from ((one.storage, name) for name in rows.values_list(one.name, flat=True) if name)


def _addresses(user: User) -> set[str]:
    return {user.email, *EmailAddress.objects.filter(user=user.pk).values_list("email", flat=True)}


def _sent_to(prefix: str = "") -> Callable[[User], models.Q]:
    """E-mails to one of the person's addresses alone."""

    def condition(user: User) -> models.Q:
        found = models.Q()
        for address in _addresses(user):
            found |= models.Q(**{f"{prefix}to__iexact": address})
        return found

    return condition


def _about(user: User) -> models.Q:
    """Entries of the log that say what was done to the account: they hold the name."""
    return models.Q(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))


register(
    # E-mail and the account's own rows
    Personal("post_office.Log", _sent_to("email__")),
    Personal("post_office.Email", _sent_to(), left_out=("message", "html_message", "context", "headers")),
    Personal("account.EmailConfirmation", "email_address__user", left_out=("key",)),
    Personal("account.EmailAddress", "user"),
    Personal("mfa.Authenticator", "user", left_out=("data",)),
    Personal("socialaccount.SocialToken", "account__user", left_out=("token", "token_secret")),
    Personal("socialaccount.SocialAccount", "user"),
    Personal("home.User_groups", "user"),
    Personal("home.User_user_permissions", "user"),
    Personal("wagtailusers.UserProfile", "user"),
    Personal("wagtailcore.APIToken", "user", left_out=("key_hash",)),
    # What editors leave behind
    Personal("wagtailadmin.EditingSession", "user"),
    Personal("wagtailadmin.FormState", "user", left_out=("data",)),
    Personal("wagtailcore.PageSubscription", "user"),
    Personal("wagtailcore.UploadedFile", "uploaded_by_user"),
    Personal("wagtailcore.CommentReply", "user"),
    Personal("wagtailcore.Comment", "user"),
    Personal("wagtailcore.ModelLogEntry", _about),
    Personal("wagtailcore.Comment", "resolved_by", WORK),
    Personal("wagtailcore.ModelLogEntry", "user", WORK),
    Personal("wagtailcore.PageLogEntry", "user", WORK),
    Personal("wagtailcore.Revision", "user", WORK, left_out=("content",)),
    Personal("wagtailcore.WorkflowState", "requested_by", WORK),
    Personal("wagtailcore.TaskState", "finished_by", WORK),
    Personal("wagtailcore.Page", "owner", WORK),
    Personal("wagtailcore.Page", "locked_by", WORK, and_then={"locked": False, "locked_at": None}),
    Personal("home.CustomImage", "uploaded_by_user", WORK),
    Personal("home.CustomDocument", "uploaded_by_user", WORK),
    Personal("wagtailimages.Image", "uploaded_by_user", WORK),
    Personal("wagtaildocs.Document", "uploaded_by_user", WORK),
    Personal("wagtail_localize.StringTranslation", "last_translated_by", WORK),
    Personal("wagtail_localize.SegmentOverride", "last_translated_by", WORK),
)
