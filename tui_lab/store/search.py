"""What a person typed, as conditions of SQL: any text is a valid search."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui_lab.store.rows import storable

_LONGEST = 1000
_SPACES = re.compile(r"[\s\x00]+")
# Thai, Lao, Burmese, Khmer, Chinese, Japanese: without spaces a sentence is one token of the index.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
ANYWHERE = (
    "(instr(runs.prompt, ?{n}) OR instr(runs.system, ?{n})"
    " OR instr(runs.text, ?{n}) OR instr(runs.reasoning, ?{n}))"
)
"""The condition of SQL for one literal, the parameter number `n`."""


@dataclass(frozen=True, slots=True)
class Search:
    """`match` is a query of the full-text index; each of `literals` must occur as it stands."""

    match: str | None
    literals: tuple[str, ...]

    @classmethod
    def parse(cls, words: str) -> Search:
        """All words must match, in any case and with any accents; `word*` matches a beginning.

        Words that the index does not have (punctuation, emoji, scripts without spaces) are looked
        for as they stand, which is slower. Only the first 1,000 characters count.
        """
        terms: list[str] = []
        literals: list[str] = []
        for word in _SPACES.split(storable(words[:_LONGEST])):
            if _UNSPACED.search(word):
                literals.append(word.rstrip("*"))
            elif any(char.isalnum() for char in word):
                terms.append(_term(word))
            elif word:
                literals.append(word)
        return cls(" ".join(terms) or None, tuple(dict.fromkeys(literals)))


def _term(word: str) -> str:
    """A string of FTS5: nothing in it is syntax. A star after it makes it a prefix."""
    quoted = '"' + word.replace('"', '""') + '"'
    return quoted + "*" if word.endswith("*") else quoted
