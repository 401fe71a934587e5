"""The hub's own user: known by e-mail address, no user name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates users from an e-mail address, which counts as confirmed; raises ValueError without one.

    For administrators and commands. People who sign up have to type in a code (`home.accounts`).
    """

    use_in_migrations = True

    def _create(self, email: str, password: str | None, **extra: Any) -> User:
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        if isinstance(user, User):  # and not a migration's idea of it
            user.confirm_address()
        return user

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self._create(email, password, **{"is_staff": False, "is_superuser": False, **extra})

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self._create(email, password, **{"is_staff": True, "is_superuser": True, **extra})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person who signs in: learner, editor or network team.

    People give their name in one piece, in any script. It is kept in the two fields that the admin sorts by.
    """

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    organisation = models.CharField(_("organisation"), max_length=150, blank=True)
    service = models.CharField(_("service or ward"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=150, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def name(self) -> str:
        return self.get_full_name()

    @name.setter
    def name(self, whole: str) -> None:
        first, _space, last = whole.rpartition(" ")
        self.first_name, self.last_name = (first, last) if first else (last, "")

    def confirm_address(self) -> None:
        """The address counts as confirmed: no code is asked for. Others that were there before are forgotten."""
        from allauth.account.models import EmailAddress

        EmailAddress.objects.filter(user=self).exclude(email__iexact=self.email).delete()
        EmailAddress.objects.update_or_create(
            user=self, email=self.email.lower(), defaults={"verified": True, "primary": True}
        )
