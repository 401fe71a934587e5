"""Show the reader why a page was found: its words, marked in title and snippet. The same for every engine."""

from __future__ import annotations

import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.models import SearchDocument
from search.query import Query
from search.text import STOP_WORDS, stem, words

SNIPPET_WORDS = 34


def _wanted(query: Query) -> set[str]:
    """Stems to mark. The glue of a phrase ("weight gain *on* antipsychotics") is not marked all over the text."""
    glue = {stem(word, query.language) for word in STOP_WORDS.get(query.language, ())}
    found = {stem_ for group in query.groups for phrase in group.all_phrases for stem_ in phrase}
    return found - glue or found


def _is_found(piece: str, wanted: set[str], language: str) -> bool:
    return any(stem(word, language) in wanted for word in words(piece))


def _is_sign(character: str) -> bool:
    return unicodedata.category(character)[0] in "PSZ"


def _marked_piece(piece: str) -> str:
    """The piece in <mark>, its brackets and full stops outside."""
    start, end = 0, len(piece)
    while start < end and _is_sign(piece[start]):
        start += 1
    while end > start and _is_sign(piece[end - 1]):
        end -= 1
    return f"{escape(piece[:start])}<mark>{escape(piece[start:end])}</mark>{escape(piece[end:])}"


def marked(text: str, query: Query) -> SafeString:
    """The text as safe HTML, every word asked for in <mark>."""
    wanted = _wanted(query)
    pieces = [
        _marked_piece(piece) if _is_found(piece, wanted, query.language) else escape(piece) for piece in text.split()
    ]
    return mark_safe(" ".join(pieces))  # noqa: S308  (every piece escaped)


def snippet(document: SearchDocument, query: Query) -> SafeString:
    """The stretch of summary or body with most of the words asked for; the summary when none has any."""
    wanted = _wanted(query)
    summary = document.summary.split()
    if any(_is_found(piece, wanted, query.language) for piece in summary):
        return marked(document.summary, query)
    pieces = document.body.split()[:4000]
    places = [index for index, piece in enumerate(pieces) if _is_found(piece, wanted, query.language)]
    if not places:
        return marked(document.summary, query)
    best = max(places, key=lambda place: sum(place <= other < place + SNIPPET_WORDS for other in places))
    start = max(0, best - 6)
    text = " ".join(pieces[start : start + SNIPPET_WORDS])
    return mark_safe(f"{'… ' if start else ''}{marked(text, query)} …")  # noqa: S308  (marked() is safe)
