"""The text form of a run chart's series, as editors type it."""

import math


def parse_series(text: str) -> list[tuple[str, float]]:
    """Read "label, number" lines into (label, value) pairs; empty text gives an empty list.

    Raises ValueError with the offending line.
    """
    points = []
    for line in text.splitlines():
        if not line.strip():
            continue
        label, comma, number = line.rpartition(",")
        if not comma or not label.strip():
            raise ValueError(line.strip())
        try:
            value = float(number.strip().rstrip("%"))
        except ValueError as error:
            raise ValueError(line.strip()) from error
        if not math.isfinite(value):  # float() reads "nan" and "inf" too
            raise ValueError(line.strip())
        points.append((label.strip(), value))
    return points
