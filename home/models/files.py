"""Images and documents with the credit, licence and consent that publishing them needs."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class Licence(models.TextChoices):
    """Closed set: what a reader may do with a file."""

    OGL = "ogl", _("Open Government Licence v3.0")
    CC_BY = "cc-by", _("Creative Commons Attribution 4.0")
    CC_BY_NC = "cc-by-nc", _("Creative Commons Attribution-NonCommercial 4.0")
    OWNER = "owner", _("Used with the owner’s permission: ask before you reuse it")
    SAMPLE = "sample", _("Sample, free to reuse")


class PeopleShown(models.TextChoices):
    """Closed set: whether an image shows people who can be recognised, and whether they agreed."""

    NOBODY = "nobody", _("Nobody can be recognised")
    CONSENTED = "consented", _("Everybody who can be recognised has agreed in writing")
    UNKNOWN = "unknown", _("Not checked yet")


class CustomImage(AbstractImage):
    """An image; `description` is its default alternative text."""

    credit = models.CharField(_("credit"), max_length=255, blank=True, help_text=_("Who made it."))
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.OWNER)
    people_shown = models.CharField(_("people shown"), max_length=20, choices=PeopleShown, default=PeopleShown.UNKNOWN)
    consent_reference = models.CharField(
        _("consent reference"),
        max_length=255,
        blank=True,
        help_text=_("Where the signed consent is kept (a reference, never a name)."),
    )

    admin_form_fields = (
        *(field for field in WagtailImage.admin_form_fields),
        "credit",
        "licence",
        "people_shown",
        "consent_reference",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


class CustomRendition(AbstractRendition):
    image = models.ForeignKey(CustomImage, related_name="renditions", on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_unique")
        ]


class CustomDocument(AbstractDocument):
    """A file to take away. It can be downloaded while a public page uses it (see `home.visibility`)."""

    credit = models.CharField(_("credit"), max_length=255, blank=True, help_text=_("Who made it."))
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, default=Licence.OWNER)

    admin_form_fields = (*WagtailDocument.admin_form_fields, "credit", "licence")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
