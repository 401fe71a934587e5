"""Geometry of a run chart: measurements in order of time, with their median.

Pure: no database, no settings. The template `components/run_chart.html` draws what this returns.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640.0
HEIGHT = 320.0
LEFT = 64.0
RIGHT = 24.0
TOP = 28.0
BOTTOM = 44.0
MOST_LABELS = 8
ROUGH_TICKS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """One measurement: its place in user units, and what it says."""

    x: float
    y: float
    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis and its place along that axis, in user units."""

    position: float
    text: str


@dataclass(frozen=True, slots=True)
class RunChart:
    """A drawing of `width` × `height` user units; the plot lies within `left`, `right`, `top`, `bottom` (coordinates).

    `line` is the `d` attribute of the path through all marks ("" with fewer than two). `median` is None with no marks.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    unit: str
    marks: tuple[Mark, ...]
    line: str
    median: float | None
    median_text: str
    median_y: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def _format(value: float) -> str:
    """Shortest plain writing of a figure, to four significant digits: "12", "3.5", "12,000"; with a true minus sign."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace("-", "−")


def _scale(lowest: float, highest: float) -> tuple[float, float, float]:
    """First tick, last tick and step: round figures (1, 2, 2.5 or 5 times a power of ten) around the values.

    The axis starts at zero unless a value lies below it: a cut axis exaggerates an improvement.
    """
    lowest, highest = min(lowest, 0.0), max(highest, 0.0)
    if lowest == highest:
        highest = lowest + 1.0
    rough = (highest - lowest) / ROUGH_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough * 0.999)
    return math.floor(lowest / step) * step, math.ceil(highest / step) * step, step


def run_chart(series: Sequence[tuple[str, float]], unit: str) -> RunChart:
    """Lay out `series`, pairs of (label, value) in order of time, evenly spaced.

    Values that are not finite are left out. A single mark stands in the middle; an empty series gives axes only.
    Of many labels only every n-th is written, the last one always. All coordinates are SVG user units.
    """
    values = [(label, value) for label, value in series if math.isfinite(value)]
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    first, last, step = _scale(min((v for _, v in values), default=0.0), max((v for _, v in values), default=0.0))

    def y_of(value: float) -> float:
        return round(bottom - (value - first) / (last - first) * (bottom - TOP), 2)

    def x_of(index: int) -> float:
        if len(values) == 1:
            return (LEFT + right) / 2
        return round(LEFT + 12 + index / (len(values) - 1) * (right - LEFT - 24), 2)

    marks = tuple(
        Mark(x=x_of(index), y=y_of(value), label=label, value=value, text=_format(value))
        for index, (label, value) in enumerate(values)
    )
    every = math.ceil(len(marks) / MOST_LABELS) or 1
    median = statistics.median(value for _, value in values) if values else None
    return RunChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=right,
        top=TOP,
        bottom=bottom,
        unit=unit,
        marks=marks,
        line="M" + " L".join(f"{mark.x} {mark.y}" for mark in marks) if len(marks) > 1 else "",
        median=median,
        median_text="" if median is None else _format(median),
        median_y=0.0 if median is None else y_of(median),
        x_ticks=tuple(
            Tick(mark.x, mark.label) for index, mark in enumerate(marks) if (len(marks) - 1 - index) % every == 0
        ),
        y_ticks=tuple(
            Tick(y_of(first + step * index), _format(first + step * index))
            for index in range(round((last - first) / step) + 1)
        ),
    )
