"""Blocks that pages of every kind are written with; a block's template lies in templates/blocks/."""

from home.blocks.content import (
    CalloutBlock,
    CardsBlock,
    ContactBlock,
    ExpanderBlock,
    FigureBlock,
    RichText,
    StepsBlock,
    VideoBlock,
)
from home.blocks.streams import story_blocks

__all__ = [
    "CalloutBlock",
    "CardsBlock",
    "ContactBlock",
    "ExpanderBlock",
    "FigureBlock",
    "RichText",
    "StepsBlock",
    "VideoBlock",
    "story_blocks",
]
