"""A series as editors type it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from practice_library.models import CaseStudyMeasure
from practice_library.series import parse_series


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("", []),
        ("\n  \n\t\n", []),
        ("Jan 2026, 42", [("Jan 2026", 42)]),
        ("Jan, 42%\nFeb, 43.5 %", [("Jan", 42), ("Feb", 43.5)]),
        ("  Jan ,  -3 ", [("Jan", -3)]),
        ("1 April 2025, week 1, 7", [("1 April 2025, week 1", 7)]),
        ("Jan, 1\r\nFeb, 2\r\n", [("Jan", 1), ("Feb", 2)]),
    ],
)
def test_lines_become_points(text: str, points: list[tuple[str, float]]) -> None:
    assert parse_series(text) == points


@pytest.mark.parametrize(
    "line", ["Jan 2026", ", 42", "Jan,", "Jan, many", "Jan; 42", "Jan, 4 2", "Jan, nan", "Jan, inf", "Jan, 1e999"]
)
def test_a_line_that_is_no_point_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="^" + line.replace("(", "\\(") + "$"):
        parse_series(f"Dec, 1\n{line}\nFeb, 2")


def test_the_editor_is_told_which_line_to_look_at() -> None:
    measure = CaseStudyMeasure(name="Weighed", series="Jan, 1\nFeb, lots\nMar, 3")
    with pytest.raises(ValidationError, match="Look at: Feb, lots"):
        measure.clean()


def test_a_preview_bears_a_series_that_is_half_written() -> None:
    measure = CaseStudyMeasure(name="Weighed", series="Jan, 1\nFeb")
    assert measure.points == []
    assert measure.chart is None


@pytest.mark.parametrize(("series", "drawn"), [("", False), ("a, 1\nb, 2", False), ("a, 1\nb, 2\nc, 3", True)])
def test_two_points_make_no_chart(series: str, drawn: bool) -> None:
    assert bool(CaseStudyMeasure(series=series).chart) is drawn
