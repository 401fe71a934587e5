"""Blocks of lessons and of the quiz. Questions and answers are known by their blocks' ids, which edits keep."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.models import Page

from home.blocks import CalloutBlock, FigureBlock, RichText, VideoBlock
from home.blocks.content import RICH_TEXT
from home.visibility import listed_q


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("One right answer")
    MULTIPLE = "multiple", _("Several right answers")
    TRUE_FALSE = "true_false", _("True or false")


class PageLinkBlock(blocks.StructBlock):
    """A page of the hub and why a learner should look at it."""

    page = blocks.PageChooserBlock(label=_("Page"))
    why = blocks.CharBlock(label=_("Why to look at it"), max_length=255, required=False)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """With `shown`: the page, when anybody may see it."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = value["page"]
        public = Page.objects.filter(listed_q(), pk=page.pk if page else None).select_related("locale")
        return {**context, "shown": public.first()}


class ExampleLinkBlock(PageLinkBlock):
    page = blocks.PageChooserBlock(page_type="practice_library.CaseStudyPage", label=_("Case study"))

    class Meta:
        icon = "link"
        label = _("Example")
        template = "training/blocks/page_link.html"
        description = _("A case study that shows what the lesson is about.")


class StandardLinkBlock(PageLinkBlock):
    page = blocks.PageChooserBlock(page_type="practice_library.StandardPage", label=_("Standard"))

    class Meta:
        icon = "list-ul"
        label = _("Standard")
        template = "training/blocks/page_link.html"
        description = _("The standard that the lesson helps to meet.")


class DownloadBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("File"))
    why = blocks.CharBlock(label=_("What it is for"), max_length=255, required=False)

    class Meta:
        icon = "download"
        label = _("Download")
        template = "training/blocks/download.html"
        description = _("A file to keep.")


class ReflectionBlock(blocks.StructBlock):
    prompt = blocks.TextBlock(label=_("Something to think about"))

    class Meta:
        icon = "edit"
        label = _("Reflection")
        template = "training/blocks/reflection.html"
        description = _("A question to think about. Nothing is typed in or stored.")
        preview_value = {"prompt": "Think of one person in your care. Who looks after their physical health?"}


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    correct = blocks.BooleanBlock(label=_("This is right"), required=False)
    feedback = blocks.CharBlock(
        label=_("Feedback"), max_length=500, help_text=_("Why it is right or wrong: kind, and useful on its own.")
    )

    class Meta:
        icon = "check"
        label = _("Answer")


class AskingBlock(blocks.StructBlock):
    """What the quiz and "check yourself" have in common."""

    text = blocks.TextBlock(label=_("Question"))
    options = blocks.ListBlock(OptionBlock(), label=_("Answers"), min_num=2, max_num=8)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        right = sum(bool(option["correct"]) for option in cleaned["options"])
        if error := self.wrong_number(cleaned, right):
            raise blocks.StructBlockValidationError(non_block_errors=[ValidationError(error)])
        return cleaned

    def wrong_number(self, value: Any, right: int) -> Any:
        """What to do about too few or too many right answers; nothing when they are as they should be."""
        return None if right == 1 else _("Tick one answer as right.")


class CheckYourselfBlock(AskingBlock):
    class Meta:
        icon = "help"
        label = _("Check yourself")
        template = "training/blocks/check_yourself.html"
        description = _("A question within the lesson. It is not counted and nothing is stored.")


class QuestionBlock(AskingBlock):
    kind = blocks.ChoiceBlock(choices=QuestionKind.choices, default=QuestionKind.SINGLE, label=_("Kind"))
    explanation = blocks.TextBlock(label=_("Explanation"), help_text=_("Shown to everybody after the quiz."))
    source_title = blocks.CharBlock(label=_("Source"), max_length=255)
    source_url = blocks.URLBlock(label=_("Address of the source"), required=False)
    lesson = blocks.PageChooserBlock(page_type="training.LessonPage", required=False, label=_("Lesson that teaches it"))

    def wrong_number(self, value: Any, right: int) -> Any:
        if value["kind"] == QuestionKind.MULTIPLE:
            return None if right >= 2 else _("Tick two or more answers as right, or choose “One right answer”.")
        if value["kind"] == QuestionKind.TRUE_FALSE and len(value["options"]) != 2:
            return _("Give two answers: true and false.")
        return super().wrong_number(value, right)

    class Meta:
        icon = "help"
        label = _("Question")
        form_layout = ["kind", "text", "options", "explanation", "source_title", "source_url", "lesson"]


def lesson_blocks() -> list[tuple[str, blocks.Block]]:
    """Blocks of a lesson, in the order in which the editor offers them."""
    return [
        ("text", RichText(features=RICH_TEXT)),
        ("callout", CalloutBlock()),
        ("example", ExampleLinkBlock()),
        ("standard", StandardLinkBlock()),
        ("image", FigureBlock()),
        ("video", VideoBlock()),
        ("download", DownloadBlock()),
        ("reflection", ReflectionBlock()),
        ("check", CheckYourselfBlock()),
    ]
