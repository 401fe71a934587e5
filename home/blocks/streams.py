"""Sets of blocks that page types share."""

from wagtail import blocks

from home.blocks.content import (
    RICH_TEXT,
    CalloutBlock,
    CardsBlock,
    ContactBlock,
    ExpanderBlock,
    FigureBlock,
    RichText,
    StepsBlock,
    VideoBlock,
)


def story_blocks() -> list[tuple[str, blocks.Block]]:
    """Blocks of a plain page or a post, in the order in which the editor offers them."""
    return [
        ("text", RichText(features=RICH_TEXT)),
        ("callout", CalloutBlock()),
        ("steps", StepsBlock()),
        ("cards", CardsBlock()),
        ("expander", ExpanderBlock()),
        ("image", FigureBlock()),
        ("video", VideoBlock()),
        ("contact", ContactBlock()),
    ]
