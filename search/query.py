"""What a reader asked for: words turned into groups of alternatives, filters checked, synonyms applied."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from home.models import remembered
from search.models import SynonymGroup, SynonymKind
from search.text import language_of, meaningful, stem, stems, words

#: Longer questions are cut: nobody types them, and each word costs.
MOST_WORDS = 16
MOST_CHARACTERS = 300
#: A standard's code, with or without a word for it before.
CODE = re.compile(r"(?:\b(?:standards?|std)\b\.?\s*)?(?<![\w./])(\d{1,2}\.\d{1,2})(?![\w/]|\.\d)", re.IGNORECASE)
FACETS = ("kind", "theme", "setting", "condition", "topic", "organisation", "year")

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermGroup:
    """One thing asked for: what was typed, and other ways of saying it. Phrases are stems in order.

    `phrases` mean the same, the typed one first. `related` ones mean something wider or near ("clozapine" also finds
    "antipsychotic monitoring"). `apart` are the telling words of each phrase, which count a little where they do not
    stand together ("joined-up physical and mental care" for "joined-up care"). `is_exact`: it was in quotation marks.
    """

    typed: str
    phrases: tuple[Phrase, ...]
    related: tuple[Phrase, ...] = ()
    apart: tuple[Phrase, ...] = ()
    is_exact: bool = False

    @property
    def all_phrases(self) -> tuple[Phrase, ...]:
        return (*self.phrases, *self.related)


@dataclass(frozen=True, slots=True)
class Choice:
    """An ambiguous abbreviation: what the reader may have meant."""

    term: str
    label: str
    search: str


@dataclass(frozen=True, slots=True)
class Query:
    """A search as engines take it."""

    text: str
    locale: str
    groups: tuple[TermGroup, ...] = ()
    code: str = ""
    also: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    filters: dict[str, list[str]] = field(default_factory=dict)
    sort: str = "best"

    @property
    def language(self) -> str:
        return language_of(self.locale)

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.code


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The vocabulary of one language, by the stems of a term: what means the same, what is related, what is unclear."""

    same: dict[Phrase, list[str]]
    related: dict[Phrase, list[str]]
    choices: dict[Phrase, list[Choice]]
    longest: int


def _load(language: str) -> Synonyms:
    same: dict[Phrase, list[str]] = {}
    related: dict[Phrase, list[str]] = {}
    choices: dict[Phrase, list[Choice]] = {}
    for group in SynonymGroup.objects.filter(is_active=True, language=language):
        for term in group.term_list:
            key = tuple(stems(term, language))
            if group.kind == SynonymKind.ASK:
                choices[key] = [_choice(term, line) for line in group.also_list]
                continue
            if group.kind == SynonymKind.ONE_WAY:
                related.setdefault(key, []).extend(group.also_list)
            else:
                same.setdefault(key, []).extend(other for other in group.term_list if other != term)
    longest = max((len(key) for key in [*same, *related, *choices]), default=1)
    return Synonyms(same, related, choices, longest)


def _choice(term: str, line: str) -> Choice:
    label, _equals, search = line.partition("=")
    return Choice(term, label.strip(), (search or label).strip())


def synonyms(language: str) -> Synonyms:
    """The vocabulary in force; asked anew within seconds of a change, from every process."""
    return remembered(f"synonyms:{language}", lambda: _load(language))


def parse(text: str, locale: str, filters: dict[str, list[str]] | None = None, **options: Any) -> Query:
    """Read what was typed; `expand=False` leaves synonyms out. Quotes keep words together; nothing else is special."""
    expand = options.pop("expand", True)
    text = text.replace("\x00", " ").strip()[:MOST_CHARACTERS]
    language = language_of(locale)
    code = CODE.search(text)
    vocabulary = synonyms(language) if expand else Synonyms({}, {}, {}, 1)
    groups: list[TermGroup] = []
    also: list[str] = []
    choices: list[Choice] = []
    for quoted, part in _parts(CODE.sub(r" \1 ", text)):
        found = words(part)[:MOST_WORDS]
        if quoted and found:
            groups.append(TermGroup(part, (tuple(stem(word, language) for word in found),), is_exact=True))
        elif found:
            _group(found, language, vocabulary, groups, also, choices)
    return Query(
        text=text,
        locale=locale,
        groups=tuple(groups[:MOST_WORDS]),
        code=code.group(1) if code else "",
        also=tuple(dict.fromkeys(also)),
        choices=tuple(choices),
        filters=filters or {},
        **options,
    )


def _parts(text: str) -> list[tuple[bool, str]]:
    """[(quoted, text)]; an unclosed quotation mark is only a sign."""
    pieces = re.split(r'"([^"]*)"', text)
    return [(index % 2 == 1, piece) for index, piece in enumerate(pieces) if piece.strip()]


def _group(
    found: list[str],
    language: str,
    vocabulary: Synonyms,
    groups: list[TermGroup],
    also: list[str],
    choices: list[Choice],
) -> None:
    """Cut words into groups: the longest known term first, then single meaningful words."""
    kept = set(meaningful(found, language))
    position = 0
    while position < len(found):
        for length in range(min(vocabulary.longest, len(found) - position), 0, -1):
            span = found[position : position + length]
            key = tuple(stem(word, language) for word in span)
            if key in vocabulary.choices:
                choices.extend(vocabulary.choices[key])
            if key in vocabulary.same or key in vocabulary.related:
                group, added = _known_term(span, key, vocabulary, language)
                groups.append(group)
                also.extend(added)
                position += length
                break
        else:
            word = found[position]
            if word in kept:
                groups.append(TermGroup(word, ((stem(word, language),),)))
            position += 1


def _known_term(span: list[str], key: Phrase, vocabulary: Synonyms, language: str) -> tuple[TermGroup, list[str]]:
    """(the group of a term of the vocabulary, what was added to it). A part of the term ("bloods" of "blood test") adds
    nothing but noise and is left out."""
    typed = f" {' '.join(key)} "

    def phrases(terms: list[str]) -> dict[Phrase, str]:
        found = {tuple(stems(term, language)): term for term in terms}
        return {phrase: term for phrase, term in found.items() if phrase and f" {' '.join(phrase)} " not in typed}

    same, related = phrases(vocabulary.same.get(key, [])), phrases(vocabulary.related.get(key, []))
    related = {phrase: term for phrase, term in related.items() if phrase not in same}
    telling = [meaningful(words_, language) for words_ in (span, *map(words, same.values()))]
    apart = [tuple(dict.fromkeys(stem(word, language) for word in found)) for found in telling if len(found) > 1]
    group = TermGroup(" ".join(span), (key, *same), tuple(related), tuple(dict.fromkeys(apart)))
    return group, [*same.values(), *related.values()]
