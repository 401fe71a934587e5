"""The hub's content blocks."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

RICH_TEXT = ["h2", "h3", "bold", "italic", "link", "document-link", "ol", "ul"]
SHORT_RICH_TEXT = ["bold", "italic", "link", "document-link", "ol", "ul"]


class RichText(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "blocks/text.html"
        description = _("Paragraphs, headings, lists and links.")
        preview_value = (
            "<h2>Start small</h2><p>Try it with one clinic for two weeks, then look at the numbers together.</p>"
        )


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("info", _("Good to know")), ("care", _("Take care")), ("urgent", _("Urgent help"))],
        default="info",
        label=_("Kind"),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(features=SHORT_RICH_TEXT, label=_("Text"))

    class Meta:
        icon = "warning"
        label = _("Callout")
        template = "blocks/callout.html"
        description = _("A box that stands out. Use “Urgent help” only for danger to life.")
        preview_value = {"kind": "info", "title": "No referral needed", "text": "<p>Anybody in the team can book.</p>"}


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.CharBlock(
        label=_("or address"),
        required=False,
        help_text=_("An address on this site (/framework/) or another (https://…)."),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        url = cleaned.get("url") or ""
        if url and not re.match(r"^(/(?!/)|https?://|mailto:)", url):
            raise blocks.StructBlockValidationError(
                block_errors={"url": ValidationError(_("Start the address with “/” or “https://”."))}
            )
        return cleaned

    class Meta:
        icon = "form"
        label = _("Card")


class CardsBlock(blocks.StructBlock):
    cards = blocks.ListBlock(CardBlock(), min_num=1, label=_("Cards"))

    class Meta:
        icon = "grip"
        label = _("Cards")
        template = "blocks/cards.html"
        description = _("Two or more ways onward, side by side.")
        preview_value = {"cards": [{"title": "Read the framework", "text": "Five themes.", "page": None, "url": "/"}]}


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(features=SHORT_RICH_TEXT, label=_("Text"))

    class Meta:
        icon = "arrow-right"
        label = _("Step")


class StepsBlock(blocks.StructBlock):
    steps = blocks.ListBlock(StepBlock(), min_num=1, label=_("Steps"))

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        template = "blocks/steps.html"
        description = _("Things to do one after the other, numbered.")
        preview_value = {"steps": [{"title": "Choose a standard", "text": "<p>One that matters to your team.</p>"}]}


class ExpanderBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.RichTextBlock(features=RICH_TEXT, label=_("Text"))

    class Meta:
        icon = "arrow-down"
        label = _("Expander")
        template = "blocks/expander.html"
        description = _("Detail that most readers can skip; it opens with a click and works without JavaScript.")
        preview_value = {"title": "How we worked it out", "text": "<p>We compared two months.</p>"}


class FigureBlock(blocks.StructBlock):
    image = ImageBlock(label=_("Image"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=255)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/figure.html"
        description = _(
            "An image with its caption. Say in the alternative text what it shows, or mark it as decoration."
        )


class VideoValue(blocks.StructValue):
    @property
    def youtube_id(self) -> str:
        """The video's id when the address is YouTube's, else an empty string."""
        match = re.search(r"(?:youtu\.be/|youtube\.com/(?:watch\?v=|embed/))([\w-]{11})", self.get("url") or "")
        return match.group(1) if match else ""


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    url = blocks.URLBlock(
        label=_("Address of the video"), help_text=_("YouTube; nothing is loaded until the reader asks.")
    )
    transcript = blocks.RichTextBlock(features=SHORT_RICH_TEXT, label=_("Transcript or summary in words"))

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"
        value_class = VideoValue
        description = _("A film that loads only when the reader chooses to, with its words beneath.")


class ContactBlock(blocks.StaticBlock):
    class Meta:
        icon = "mail"
        label = _("Network contact")
        template = "blocks/contact.html"
        admin_text = _("Shows how to reach the network team.")
        description = _("How to reach the network team.")
