"""What pages are sorted by: themes, conditions (snippets) and topics (tags)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.models import TagBase
from wagtail.admin.panels import FieldPanel
from wagtail.models import TranslatableMixin


class Theme(TranslatableMixin, models.Model):
    """One of the framework's five themes. Its number also fixes its colour and motif (`.theme-1` … `.theme-5`)."""

    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1), MaxValueValidator(5)], help_text=_("1 to 5.")
    )
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80)
    summary = models.TextField(_("summary"), blank=True, help_text=_("One or two plain sentences."))

    panels = [FieldPanel("number"), FieldPanel("name"), FieldPanel("slug"), FieldPanel("summary")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["number"]
        unique_together = [("translation_key", "locale")]
        constraints = [
            models.UniqueConstraint(fields=["number", "locale"], name="theme_number_unique_per_language"),
            models.UniqueConstraint(fields=["slug", "locale"], name="theme_slug_unique_per_language"),
            models.CheckConstraint(condition=models.Q(number__gte=1, number__lte=5), name="theme_number_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ConditionKind(models.TextChoices):
    MENTAL = "mental", _("Mental health")
    PHYSICAL = "physical", _("Physical health")


class Condition(TranslatableMixin, models.Model):
    """A mental or physical health condition that an example or a piece of research is about."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=ConditionKind)

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("kind")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["kind", "name"]
        unique_together = [("translation_key", "locale")]
        constraints = [models.UniqueConstraint(fields=["slug", "locale"], name="condition_slug_unique_per_language")]

    def __str__(self) -> str:
        return self.name


class Topic(TagBase):
    """A topic: chosen from a list that the network team keeps, never made up while typing."""

    free_tagging = False

    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])
