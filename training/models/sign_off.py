"""A clinician's word that a module is right, bound to what the module and its lessons then said."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.models.records import Module


class SignOffQuerySet(models.QuerySet["SignOff"]):
    def in_force(self) -> SignOffQuerySet:
        """Not taken back. Whether the module still says the same is a matter of its fingerprint."""
        return self.filter(withdrawn_at__isnull=True)


class SignOff(models.Model):
    """A clinician read a module, its lessons and its quiz, and stands by them. Kept when they change."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="sign_offs")
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of what was signed off, in hex."))
    revisions = models.JSONField(default=dict, help_text=_("{id of the page: id of the revision that was read}"))
    role = models.CharField(_("role"), max_length=120, help_text=_("Readers see it. A role, not a name."))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="clinical_sign_offs"
    )
    signed_at = models.DateTimeField(_("signed off at"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("clinical sign-off")
        verbose_name_plural = _("clinical sign-offs")
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "fingerprint"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="signed_off_once_per_wording",
            )
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.signed_at:%Y-%m-%d}"


def signed_pages() -> Any:
    """The sign-off in force of a module page as it is published, within a query on module pages."""
    return SignOff.objects.in_force().filter(
        module=models.OuterRef("module"), fingerprint=models.OuterRef("fingerprint")
    )
