"""The geometry of the framework's wheel, at the edges too."""

from __future__ import annotations

import itertools
import math

import pytest

from practice_library.wheel import RING_RADIUS, SIZE, Point, WheelTheme, wheel


def theme(number: int, standards: int, examples: int = 0) -> WheelTheme:
    return {
        "number": number,
        "name": f"Theme {number}",
        "url": f"/{number}/",
        "standards": [
            {"code": f"{number}.{count}", "title": "A standard", "url": "/", "example_count": int(count <= examples)}
            for count in range(1, standards + 1)
        ],
    }


def distance(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def test_without_themes_there_is_nothing_to_draw() -> None:
    assert wheel([]).petals == ()


SHAPES = [[1], [0], [27], [200], [0, 0, 0, 0, 0], [1, 1], [7, 5, 5, 5, 5], [1, 20, 0, 3, 2], [40, 40, 40, 40, 40]]


@pytest.mark.parametrize("standards", SHAPES, ids=str)
def test_standards_lie_on_the_ring_and_never_overlap(standards: list[int]) -> None:
    drawn = wheel([theme(number, count) for number, count in enumerate(standards, start=1)])
    cells = [cell for petal in drawn.petals for cell in petal.cells]
    assert len(cells) == sum(standards)
    middle = Point(drawn.centre, drawn.centre)
    for cell in cells:
        assert distance(cell.centre, middle) == pytest.approx(RING_RADIUS, abs=0.02)
        assert drawn.cell_radius <= cell.centre.x <= SIZE - drawn.cell_radius
        assert drawn.cell_radius <= cell.centre.y <= SIZE - drawn.cell_radius
    gaps = [distance(one.centre, other.centre) for one, other in itertools.combinations(cells, 2)]
    assert min(gaps, default=SIZE) >= 2 * drawn.cell_radius
    assert drawn.cell_radius > 0


def test_the_first_theme_points_up_and_the_next_follows_clockwise() -> None:
    first, second, *_rest = wheel([theme(number, 5) for number in range(1, 6)]).petals
    assert first.centre.x == pytest.approx(SIZE / 2)
    assert first.centre.y < SIZE / 2
    assert second.centre.x > SIZE / 2


def test_a_theme_without_standards_is_still_seen() -> None:
    drawn = wheel([theme(1, 3), theme(2, 0), theme(3, 3)])
    assert [petal.standard_count for petal in drawn.petals] == [3, 0, 3]
    assert len({(petal.centre.x, petal.centre.y) for petal in drawn.petals}) == 3


def test_it_counts_the_standards_with_examples() -> None:
    [petal] = wheel([theme(1, 5, examples=2)]).petals
    assert (petal.standard_count, petal.covered_count) == (5, 2)


def test_standards_keep_their_order() -> None:
    [petal] = wheel([theme(1, 3)]).petals
    assert [cell.code for cell in petal.cells] == ["1.1", "1.2", "1.3"]
    assert petal.cells[0].centre.x < petal.cells[-1].centre.x
