"""An answer on its way: pieces as a model would send them, until something ends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

_PIECE = re.compile(r" ?\w{1,9}| ?[^\w\s]{1,3}\n{0,2}|\n+|[^\S\n]+(?= \w)|[^\S\n]+")


class Kind(Enum):
    TEXT = auto()
    REASONING = auto()
    REFUSAL = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """What one token, or one event of a stream, carries."""

    kind: Kind
    text: str


class Ending(Enum):
    COMPLETE = auto()
    MAX_TOKENS = auto()
    STOP_SEQUENCE = auto()
    REFUSED = auto()
    LOST = auto()
    """The connection goes down."""
    SILENT = auto()
    """Nothing comes any more, and the connection stays."""
    CUT = auto()
    """Nothing comes any more, as if all had been said."""
    FAILED = auto()
    """An error comes instead of the rest."""


@dataclass(frozen=True, slots=True)
class End:
    """How it ended, after how many tokens (`output_tokens` includes the reasoning)."""

    ending: Ending
    output_tokens: int
    reasoning_tokens: int
    stop_sequence: str | None = None


def pieces_of(text: str) -> list[str]:
    """The text cut as tokenizers cut: words with the space before them, long words in parts."""
    return _PIECE.findall(text)


def delivered(
    pieces: Iterable[Piece], ending: Ending, *, max_tokens: int | None, stop: tuple[str, ...]
) -> Iterator[Piece | End]:
    """The pieces as far as the limits let them through, then the end."""
    output = reasoning = 0
    held, kind = "", Kind.TEXT
    for piece in pieces:
        if output == max_tokens:
            ending = Ending.MAX_TOKENS
            break
        output += 1
        if piece.kind is Kind.REASONING:
            reasoning += 1
            yield piece
            continue
        held, kind = held + piece.text, piece.kind
        found = _earliest(held, stop)
        if found is not None:
            at, sequence = found
            if at:
                yield Piece(kind, held[:at])
            yield End(Ending.STOP_SEQUENCE, output, reasoning, sequence)
            return
        ready = len(held) - _may_begin(held, stop)
        if ready:
            yield Piece(kind, held[:ready])
        held = held[ready:]
    if held:
        yield Piece(kind, held)
    yield End(ending, output, reasoning)


def _earliest(text: str, stop: tuple[str, ...]) -> tuple[int, str] | None:
    found = [(text.index(sequence), sequence) for sequence in stop if sequence in text]
    return min(found, default=None)


def _may_begin(text: str, stop: tuple[str, ...]) -> int:
    """How many characters at the end may be the beginning of a stop sequence."""
    return max(
        (
            length
            for sequence in stop
            for length in range(1, min(len(sequence), len(text) + 1))
            if text.endswith(sequence[:length])
        ),
        default=0,
    )
