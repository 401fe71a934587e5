"""The geometry of run charts, at the edges too."""

from __future__ import annotations

import math

import pytest

from practice_library.run_chart import MOST_LABELS, RunChart, run_chart


def points(*values: float) -> list[tuple[str, float]]:
    return [(f"Week {number}", value) for number, value in enumerate(values, start=1)]


def lies_within(chart: RunChart) -> bool:
    return all(chart.left <= mark.x <= chart.right and chart.top <= mark.y <= chart.bottom for mark in chart.marks)


def test_no_points_give_axes_and_nothing_else() -> None:
    chart = run_chart([], "%")
    assert (chart.marks, chart.line, chart.median, chart.median_text) == ((), "", None, "")
    assert len(chart.y_ticks) >= 2


def test_one_point_stands_in_the_middle_without_a_line() -> None:
    chart = run_chart(points(42), "%")
    [mark] = chart.marks
    assert mark.x == (chart.left + chart.right) / 2
    assert chart.line == ""
    assert chart.median == 42


def test_marks_are_evenly_spaced_in_order_of_time() -> None:
    chart = run_chart(points(10, 20, 30, 40), "%")
    steps = {round(right.x - left.x, 1) for left, right in zip(chart.marks, chart.marks[1:], strict=False)}
    assert len(steps) == 1
    assert chart.line == "M" + " L".join(f"{mark.x} {mark.y}" for mark in chart.marks)


def test_a_higher_value_stands_higher() -> None:
    low, high = run_chart(points(10, 90), "%").marks
    assert high.y < low.y


@pytest.mark.parametrize(
    "values",
    [(0, 0, 0), (5, 5, 5), (-3, -2, -1), (-5, 0, 5), (0.0001, 0.0002), (1e12, 2e12, 3e12), (99.9, 100, 100.1), (1e-300, 2e-300)],
)  # fmt: skip
def test_every_mark_lies_within_the_axes(values: tuple[float, ...]) -> None:
    chart = run_chart(points(*values), "")
    assert lies_within(chart)
    assert chart.top <= chart.median_y <= chart.bottom
    assert len(chart.y_ticks) < 12


@pytest.mark.parametrize("values", [(60, 70, 80), (1, 2, 3), (0.5, 0.6)])
def test_the_axis_starts_at_zero(values: tuple[float, ...]) -> None:
    """A cut axis exaggerates an improvement."""
    chart = run_chart(points(*values), "%")
    assert (chart.y_ticks[0].text, chart.y_ticks[0].position) == ("0", chart.bottom)


def test_the_axis_goes_below_zero_for_values_below_it() -> None:
    chart = run_chart(points(-10, 5), "")
    assert chart.y_ticks[0].text.startswith("−"), "a true minus sign"
    assert "0" in [tick.text for tick in chart.y_ticks]


@pytest.mark.parametrize(("values", "median"), [((1, 9, 2), 2), ((1, 2, 3, 4), 2.5), ((7,), 7), ((5, 5), 5)])
def test_the_median(values: tuple[float, ...], median: float) -> None:
    assert run_chart(points(*values), "").median == median


def test_values_that_are_no_numbers_are_left_out() -> None:
    chart = run_chart(points(1, math.nan, 2, math.inf, -math.inf, 3), "")
    assert [mark.value for mark in chart.marks] == [1, 2, 3]
    assert run_chart(points(math.nan), "").marks == ()


@pytest.mark.parametrize("number", [1, 2, 3, 8, 9, 16, 17, 60, 365])
def test_of_many_labels_some_are_written_the_last_one_always(number: int) -> None:
    chart = run_chart(points(*range(number)), "")
    assert 1 <= len(chart.x_ticks) <= MOST_LABELS
    assert chart.x_ticks[-1].text == f"Week {number}"


@pytest.mark.parametrize(
    ("value", "text"), [(12.0, "12"), (3.5, "3.5"), (12000, "12,000"), (0.12345, "0.1235"), (-2.5, "−2.5"), (0, "0")]
)
def test_figures_are_written_plainly(value: float, text: str) -> None:
    assert run_chart(points(value), "").marks[0].text == text
