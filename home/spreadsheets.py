"""Texts for files that people open with a spreadsheet."""


def plain_cell(text: str) -> str:
    """A text that a spreadsheet will not run as a formula, the wide signs of Asian keyboards included."""
    return f"'{text}" if text.lstrip()[:1] in {*"=+-@＝＋－＠"} else text
