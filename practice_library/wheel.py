"""Geometry of the framework wheel: a rosette of theme circles inside a ring of standards.

Pure: no database, no settings. The template `components/framework_wheel.html` draws what this returns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

SIZE = 480.0
RING_RADIUS = 210.0
LARGEST_CELL = 23.0
CELL_SPACING = 3.0
SEGMENT_GAP = math.radians(3)
PETAL_RADIUS = 84.0
PETAL_DISTANCE = 82.0
PETAL_LABEL_DISTANCE = 122.0


class WheelStandard(TypedDict):
    """One standard as the wheel needs it."""

    code: str
    title: str
    url: str
    example_count: int


class WheelTheme(TypedDict):
    """One theme with its standards, in the order in which they are drawn."""

    number: int
    name: str
    url: str
    standards: Sequence[WheelStandard]


@dataclass(frozen=True, slots=True)
class Point:
    """A place in SVG user units; y grows downwards."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One standard: a circle of `Wheel.cell_radius` on the ring, its code written at the centre."""

    code: str
    title: str
    url: str
    example_count: int
    centre: Point


@dataclass(frozen=True, slots=True)
class Petal:
    """One theme: a circle of `Wheel.petal_radius`; `label` lies where no neighbour overlaps it."""

    number: int
    name: str
    url: str
    centre: Point
    label: Point
    cells: tuple[Cell, ...]

    @property
    def standard_count(self) -> int:
        """How many standards the theme has."""
        return len(self.cells)

    @property
    def covered_count(self) -> int:
        """How many of them have at least one published example."""
        return sum(cell.example_count > 0 for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A square drawing of `size` × `size` user units, whose centre is (`centre`, `centre`)."""

    size: float
    centre: float
    cell_radius: float
    code_size: float
    petal_radius: float
    petals: tuple[Petal, ...]


def _at(angle: float, distance: float) -> Point:
    """A point at `distance` from the middle; angle 0 points up and angles grow clockwise (radians)."""
    middle = SIZE / 2
    return Point(round(middle + distance * math.sin(angle), 2), round(middle - distance * math.cos(angle), 2))


def _share(theme: WheelTheme) -> int:
    """Slots the theme takes on the ring: a theme without standards still gets one, so that it can be seen."""
    return max(1, len(theme["standards"]))


def wheel(themes: Sequence[WheelTheme]) -> Wheel:
    """Lay out `themes` clockwise, the middle of the first one pointing up.

    Every standard gets the same angle, so a theme's part of the ring is as wide as its number of standards; between two
    themes lies `SEGMENT_GAP`. Cells shrink when they would touch. All lengths are SVG user units. No themes: no petals.
    """
    slots = sum(_share(theme) for theme in themes)
    gap = SEGMENT_GAP if len(themes) > 1 else 0.0
    step = (math.tau - gap * len(themes)) / slots if slots else math.tau
    chord = 2 * RING_RADIUS * math.sin(min(step, math.pi) / 2)
    radius = round(min(LARGEST_CELL, (chord - CELL_SPACING) / 2), 2)

    petals: list[Petal] = []
    start = -step * _share(themes[0]) / 2 if themes else 0.0
    for theme in themes:
        middle = start + step * _share(theme) / 2
        cells = tuple(
            Cell(
                code=standard["code"],
                title=standard["title"],
                url=standard["url"],
                example_count=standard["example_count"],
                centre=_at(start + step * (index + 0.5), RING_RADIUS),
            )
            for index, standard in enumerate(theme["standards"])
        )
        petals.append(
            Petal(
                number=theme["number"],
                name=theme["name"],
                url=theme["url"],
                centre=_at(middle, PETAL_DISTANCE),
                label=_at(middle, PETAL_LABEL_DISTANCE),
                cells=cells,
            )
        )
        start += step * _share(theme) + gap

    return Wheel(
        size=SIZE,
        centre=SIZE / 2,
        cell_radius=radius,
        code_size=round(radius * 0.82, 2),
        petal_radius=PETAL_RADIUS,
        petals=tuple(petals),
    )
