"""Organisations, their services, and the people readers may write to."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import TranslatableMixin

SAMPLE_HELP = _("Tick for made-up content. Its name must then contain “(sample)”.")


class OrganisationKind(models.TextChoices):
    NHS_TRUST = "nhs-trust", _("NHS trust")
    UNIVERSITY = "university", _("University")
    CHARITY = "charity", _("Charity or community organisation")
    NETWORK = "network", _("Network or partnership")
    RESEARCH = "research-unit", _("Research group")
    SAMPLE = "sample", _("Sample organisation")


class Setting(models.TextChoices):
    """Closed set: where care is given. The columns of “Where we have examples”."""

    COMMUNITY_MENTAL_HEALTH = "community-mental-health", _("Community mental health team")
    MENTAL_HEALTH_WARD = "mental-health-ward", _("Mental health ward")
    GENERAL_HOSPITAL_WARD = "general-hospital-ward", _("General hospital ward")
    OUTPATIENT_CLINIC = "outpatient-clinic", _("Hospital outpatient clinic")
    EMERGENCY_DEPARTMENT = "emergency-department", _("Emergency department")
    PRIMARY_CARE = "primary-care", _("GP practice or primary care")
    VOLUNTARY_SECTOR = "voluntary-sector", _("Charity or community group")
    STAFF_SUPPORT = "staff-support", _("Staff support service")


class Region(models.TextChoices):
    LONDON = "london", _("London")
    SOUTH_EAST = "south-east", _("South East")
    SOUTH_WEST = "south-west", _("South West")
    MIDLANDS = "midlands", _("Midlands")
    EAST = "east", _("East of England")
    NORTH_WEST = "north-west", _("North West")
    NORTH_EAST_YORKSHIRE = "north-east-yorkshire", _("North East and Yorkshire")
    OUTSIDE_ENGLAND = "outside-england", _("Outside England")


def _sample_named(name: str) -> models.CheckConstraint:
    """What is fictional is visibly so: a sample's name says it."""
    return models.CheckConstraint(
        condition=models.Q(is_sample=False) | models.Q(name__icontains="(sample)"),
        name=name,
        violation_error_message=_("A sample’s name must contain “(sample)”, so that nobody takes it for a real one."),
    )


class Organisation(TranslatableMixin, models.Model):
    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=40, blank=True, help_text=_("For example “SLaM”."))
    slug = models.SlugField(_("slug"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    website = models.URLField(_("website"), blank=True)
    summary = models.TextField(_("summary"), blank=True, help_text=_("One or two plain sentences."))
    is_sample = models.BooleanField(_("sample"), default=False, help_text=SAMPLE_HELP)

    panels = [
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("slug"),
        FieldPanel("kind"),
        FieldPanel("summary"),
        FieldPanel("website"),
        FieldPanel("is_sample"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        unique_together = [("translation_key", "locale")]
        constraints = [
            models.UniqueConstraint(fields=["slug", "locale"], name="organisation_slug_unique_per_language"),
            _sample_named("organisation_sample_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.slug])


class Service(TranslatableMixin, models.Model):
    """A team, ward, clinic or programme that an example is about."""

    name = models.CharField(_("name"), max_length=160)
    slug = models.SlugField(_("slug"), max_length=80)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="services"
    )
    setting = models.CharField(_("setting"), max_length=40, choices=Setting)
    region = models.CharField(_("region"), max_length=40, choices=Region, blank=True)
    population_served = models.CharField(_("who it serves"), max_length=255, blank=True)
    summary = models.TextField(_("summary"), blank=True, help_text=_("Two or three plain sentences."))
    is_sample = models.BooleanField(_("sample"), default=False, help_text=SAMPLE_HELP)

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("organisation")], heading=_("What it is")),
        MultiFieldPanel(
            [FieldPanel("setting"), FieldPanel("region"), FieldPanel("population_served")],
            heading=_("Where and for whom"),
        ),
        FieldPanel("summary"),
        FieldPanel("is_sample"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]
        unique_together = [("translation_key", "locale")]
        constraints = [
            models.UniqueConstraint(fields=["slug", "locale"], name="service_slug_unique_per_language"),
            _sample_named("service_sample_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation.short_name or self.organisation.name}"

    def get_absolute_url(self) -> str:
        return reverse("service", args=[self.slug])


class Person(TranslatableMixin, models.Model):
    """Somebody readers may write to: a published role and a shared mailbox, nothing personal beyond it."""

    role = models.CharField(_("role"), max_length=160, help_text=_("For example “Physical health lead, COAST”."))
    name = models.CharField(
        _("name"), max_length=160, blank=True, help_text=_("Only with the person’s agreement; the role is enough.")
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="people",
    )
    email = models.EmailField(_("shared mailbox"), help_text=_("A team’s mailbox, not a personal address."))
    slug = models.SlugField(_("slug"), max_length=80)

    panels = [
        FieldPanel("role"),
        FieldPanel("slug"),
        FieldPanel("name"),
        FieldPanel("organisation"),
        FieldPanel("email"),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["role"]
        unique_together = [("translation_key", "locale")]
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="person_slug_unique_per_language")]

    def __str__(self) -> str:
        return self.role
