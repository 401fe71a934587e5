"""The claim: "this case study shows this standard being met, about this service, like this, on these grounds".

And its verification, which is a record of its own that only the network team makes. It is bound to what the claim
said at the time: editing the claim makes the verification stale.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable, TranslatableMixin

from home.models import Organisation, Service
from home.visibility import listed_q
from practice_library.models.case_study import CaseStudyPage
from practice_library.models.framework import StandardPage


class Extent(models.TextChoices):
    FULLY = "fully", _("Shows the whole standard")
    PARTLY = "partly", _("Shows part of the standard")


class Basis(models.TextChoices):
    """Closed set: the grounds on which the claim rests, the weakest first."""

    MAPPED = "mapped-by-editors", _("Mapped by editors from published sources, not confirmed by the service")
    REPORTED = "reported-by-service", _("Reported by the service")
    EVIDENCE_SEEN = "evidence-seen", _("The network team has seen the evidence")
    PEER_REVIEWED = "peer-reviewed", _("Published in a peer-reviewed paper")


class StandardClaimQuerySet(models.QuerySet["StandardClaim"]):
    def listed(self) -> StandardClaimQuerySet:
        """Claims of case studies that the public may see and that are not archived; of public standards only."""
        return self.filter(listed_q("case_study__"), standard__isnull=False, standard__live=True)

    def checked(self) -> StandardClaimQuerySet:
        """Each with `verified_at`: when the present wording was verified, None if it was not."""
        return self.annotate(verified_at=models.Subquery(_verification().values("verified_at")[:1]))

    def best_first(self) -> StandardClaimQuerySet:
        """Verified first, then whole before part, then the newest."""
        verified = models.Exists(_verification())
        return self.order_by(verified.desc(), "extent", "-case_study__first_published_at", "-pk")

    def with_display(self) -> StandardClaimQuerySet:
        """With what an example card shows: one query for all."""
        return (
            self.checked()
            .select_related(
                "case_study__locale", "service__organisation", "organisation", "standard__edition", "standard__locale"
            )
            .defer("case_study__body")
        )


def _verification() -> ClaimVerificationQuerySet:
    """The verification in force of a claim's present wording, within a query on claims."""
    wording = {"claim_key": models.OuterRef("translation_key"), "fingerprint": models.OuterRef("fingerprint")}
    return ClaimVerification.objects.in_force().filter(**wording)


class StandardClaim(TranslatableMixin, Orderable):
    """One row of a case study: a standard it shows being met."""

    case_study = ParentalKey(CaseStudyPage, on_delete=models.CASCADE, related_name="claims")
    # Nullable, never PROTECT: a draft whose standard is gone must still open. Refusal to delete lives in the hooks.
    standard = models.ForeignKey(
        StandardPage, verbose_name=_("standard"), on_delete=models.SET_NULL, null=True, related_name="claims"
    )
    service = models.ForeignKey(
        Service,
        verbose_name=_("about which service"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="claims",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("or about a whole organisation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="claims",
    )
    how_met = models.TextField(
        _("how it is met"), help_text=_("What people do, so that somebody else can copy it: two or three sentences.")
    )
    evidence = models.TextField(
        _("how we know"), help_text=_("What shows it: an audit, a figure, a paper, a document.")
    )
    extent = models.CharField(_("how much of it"), max_length=10, choices=Extent, default=Extent.PARTLY)
    basis = models.CharField(_("on what grounds"), max_length=30, choices=Basis, default=Basis.REPORTED)
    source = models.CharField(_("source"), max_length=255, blank=True, help_text=_("Where a reader can check it."))
    fingerprint = models.CharField(max_length=64, editable=False, default="")

    #: Set by `StandardClaimQuerySet.checked`.
    verified_at: datetime.datetime | None

    panels = [
        FieldPanel("standard"),
        FieldRowPanel([FieldPanel("service"), FieldPanel("organisation")]),
        FieldPanel("how_met", attrs={"data-word-limit": 80}),
        FieldPanel("evidence", attrs={"data-word-limit": 60}),
        FieldRowPanel([FieldPanel("extent"), FieldPanel("basis")]),
        FieldPanel("source"),
    ]

    objects = StandardClaimQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("example of a standard being met")
        verbose_name_plural = _("examples of standards being met")
        unique_together = [("translation_key", "locale")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(service__isnull=True) | models.Q(organisation__isnull=True),
                name="claim_about_one",
                violation_error_message=_("Choose a service or a whole organisation, not both."),
            )
        ]
        indexes = [models.Index(fields=["standard", "extent"], name="claim_by_standard")]

    def __str__(self) -> str:
        return f"{self.standard} · {self.about}"

    @property
    def about(self) -> Service | Organisation | None:
        """The service or organisation this is about."""
        return self.service or self.organisation

    def clean(self) -> None:
        super().clean()
        if self.service_id and self.organisation_id:
            raise ValidationError(_("Choose a service or a whole organisation, not both."))

    def wording(self) -> str:
        """SHA-256 (64 hex digits) of everything a verification vouches for."""
        facts = (
            self.standard_id, self.service_id, self.organisation_id, self.how_met.strip(), self.evidence.strip(),
            self.extent, self.basis, self.source.strip(),
        )  # fmt: skip
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fingerprint = self.wording()
        super().save(*args, **kwargs)


class ClaimVerificationQuerySet(models.QuerySet["ClaimVerification"]):
    def in_force(self) -> ClaimVerificationQuerySet:
        """Not withdrawn. Whether the claim still says the same is a matter of its fingerprint."""
        return self.filter(withdrawn_at__isnull=True)


class ClaimVerification(models.Model):
    """A member of the network team checked a claim. Kept when the claim changes; it then no longer counts."""

    claim_key = models.UUIDField(_("claim"), db_index=True, help_text=_("The claim’s translation key."))
    fingerprint = models.CharField(max_length=64)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="claim_verifications"
    )
    verified_at = models.DateTimeField(_("checked at"), auto_now_add=True)
    note = models.TextField(_("what was checked"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ClaimVerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-verified_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim_key", "fingerprint"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="verification_once_per_wording",
            )
        ]

    def __str__(self) -> str:
        return f"{self.claim_key} {self.verified_at:%Y-%m-%d}"


def verifications_of(claims: Iterable[StandardClaim]) -> dict[int, ClaimVerification]:
    """The verification in force of each claim, by the claim's id: one query. Stale ones are left out."""
    claims = list(claims)
    found = ClaimVerification.objects.in_force().filter(claim_key__in=[claim.translation_key for claim in claims])
    by_wording = {(row.claim_key, row.fingerprint): row for row in found}
    matched = {claim.pk: by_wording.get((claim.translation_key, claim.wording())) for claim in claims}
    return {pk: row for pk, row in matched.items() if row}
