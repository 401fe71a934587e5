"""From what people write to the terms that are indexed and looked up: the same for every engine.

Words are folded (case, accents), standard codes ("1.3") stay whole, and words are stemmed by Snowball's stemmer of the
language (https://snowballstem.org). SQLite's own stemmer knows English only, so stemming happens here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import Stemmer

from search.spellings import KEPT, plain

#: Snowball algorithm by language.
ALGORITHMS = {"en": "english", "es": "spanish", "pt": "portuguese", "ar": "arabic"}

_DOI = r"(?:(?:https?://)?(?:dx\.)?doi\.org/|\bdoi:?\s*)?\b10\.\d{4,9}/[^\s<>\"',;]+"
_WORD = r"\d+(?:\.\d+)+|[^\W_]+(?:['’][^\W_]+)*"
_WORDS, _WORDS_AND_DOIS = re.compile(_WORD), re.compile(f"{_DOI}|{_WORD}")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
#: Signs that combine with the letter before them (accents) go, control characters become spaces.
_PLAIN = _CONTROLS | {sign: None for sign in range(0x300, 0x1F000) if unicodedata.combining(chr(sign))}
_APOSTROPHE_S = re.compile(r"['’]s$|['’]")

_ENGLISH_STOP_WORDS = """
a about am an and are as at be been but by can could did do does for from get had has have having how i if in into
is it its me my of on or our should so some than that the their them then there these they this to us was we were what
when where which who why will with would you your s t
"""
#: Words of questions and glue that find nothing by themselves, by language.
STOP_WORDS = {"en": frozenset(_ENGLISH_STOP_WORDS.split())}


def language_of(locale: str) -> str:
    """ "en" of "en-gb"."""
    return locale.split("-")[0].lower()


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    algorithm = ALGORITHMS.get(language)
    return Stemmer.Stemmer(algorithm) if algorithm else None


def fold(text: str) -> str:
    """Lower case without accents; NUL and other control characters become spaces."""
    if text.isascii():
        return text.lower().translate(_CONTROLS)
    return unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)


def words(text: str) -> list[str]:
    """The folded words of a text, in order; "co-production" gives two, a DOI however it is written gives one."""
    folded = fold(text)
    pattern = _WORDS_AND_DOIS if "10." in folded else _WORDS  # looking for DOIs costs
    return [_as_word(token) for token in pattern.findall(folded)]


def _as_word(token: str) -> str:
    if "/" in token:  # only a DOI has one
        return "doi" + "".join(sign for sign in token[token.index("10.") :] if sign.isalnum())
    return token if token.isalnum() else _APOSTROPHE_S.sub("", token)


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """The word's stem; numbers, codes and languages without a stemmer stay as they are."""
    stemmer = _stemmer(language)
    if stemmer is None or word[0].isdigit():
        return word
    found = plain(word) if language == "en" else word
    return found if found in KEPT else str(stemmer.stemWord(found))


def stems(text: str, language: str) -> list[str]:
    """The stemmed words of a text, in order."""
    return [stem(word, language) for word in words(text)]


def meaningful(found: list[str], language: str) -> list[str]:
    """The words without stop words; all of them when nothing else is left ("who are we")."""
    kept = [word for word in found if word not in STOP_WORDS.get(language, frozenset())]
    return kept or found
