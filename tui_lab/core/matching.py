"""Where a text has what a search asks for: by the same rules as the full-text index."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from tui_lab.core.query import Query, Term
from tui_lab.core.words import LETTER, MARK, fold, fold_word, index_words

Span = tuple[int, int]
"""From this character on, to before that one."""

Finder = Callable[[str], Sequence[Span]]
"""Gives what it finds in a text, in order, without overlaps."""

# Marks without a letter before them do not make a word; of those behind one, two are enough.
_NOT_INSIDE_A_WORD = f"(?<!{LETTER})(?<!{LETTER}{MARK})(?<!{LETTER}{MARK}{MARK})"
_AT_ITS_END = f"(?!{LETTER}|{MARK})"


@dataclass(frozen=True, slots=True)
class TermMatcher:
    """One term, ready to be looked for."""

    term: Term
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, term: Term) -> TermMatcher:
        words = [fold_word(word) for word in index_words(term.text)]
        if not words:
            return cls(term, re.compile(re.escape(fold(term.text))))
        spelt = [f"{MARK}*".join(map(re.escape, word)) + f"{MARK}*" for word in words]
        end = "" if term.prefix else _AT_ITS_END
        return cls(term, re.compile(_NOT_INSIDE_A_WORD + r"[\W_]+".join(spelt) + end))

    def is_in(self, texts: Sequence[str | None]) -> bool:
        """Whether one of these texts has it."""
        return any(text and self.pattern.search(fold(text)) for text in texts)


def finder(query: Query) -> Finder | None:
    """Finds what the search asks for in one text after the other; None: it asks for no words."""
    patterns = [TermMatcher.of(term).pattern for term in query.terms if not term.negated]
    return partial(_found, patterns) if patterns else None


def highlights(query: Query, text: str) -> list[Span]:
    """What of the text the search asks for, in order, without overlaps."""
    return _found([TermMatcher.of(term).pattern for term in query.terms if not term.negated], text)


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> list[Span]:
    folded = fold(text)
    found = sorted(match.span() for pattern in patterns for match in pattern.finditer(folded))
    spans: list[Span] = []
    for begin, end in found:
        if spans and begin <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        elif begin < end:
            spans.append((begin, end))
    return spans


def excerpt(query: Query, texts: Sequence[str], width: int) -> str:
    """The line with the first match in these texts, at most `width` characters of it from a little
    before the match on; without a match the first line that is not empty."""
    for text in texts:
        if spans := highlights(query, text):
            begin = spans[0][0]
            line = text.rfind("\n", 0, begin) + 1
            cut = max(line, begin - width // 3) if begin - line > width // 2 else line
            return ("…" if cut > line else "") + text[cut : cut + width].split("\n")[0]
    lines = (line for text in texts for line in text.splitlines() if line.strip())
    return next(lines, "")[:width]
