"""The text form of a run chart's series, as editors type it."""


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
            points.append((label.strip(), float(number.strip().rstrip("%"))))
        except ValueError as error:
            raise ValueError(line.strip()) from error
    return points
