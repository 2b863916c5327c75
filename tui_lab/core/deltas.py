"""When each piece of an answer came and how long it was, in a few bytes a piece.

For replay, and for seeing where a stream stalled. The form: for each piece three unsigned LEB128
numbers: 0.1 ms since the piece before, kind (0 text, 1 reasoning, 2 refusal), length in characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from tui_lab.core.events import ReasoningDelta, RefusalDelta, Stamped, TextDelta


class PieceKind(IntEnum):
    TEXT = 0
    REASONING = 1
    REFUSAL = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """`t_ms` since the run began, to 0.1 ms."""

    t_ms: float
    kind: PieceKind
    length: int


class DeltaLog:
    """Gathers the pieces of one run."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._last_tick = 0

    def add(self, stamped: Stamped) -> None:
        """Notes a delta; any other event is passed over."""
        match stamped.event:
            case TextDelta(text):
                kind = PieceKind.TEXT
            case ReasoningDelta(text):
                kind = PieceKind.REASONING
            case RefusalDelta(text):
                kind = PieceKind.REFUSAL
            case _:
                return
        tick = max(self._last_tick, round(stamped.t_ms * 10))
        for number in (tick - self._last_tick, kind, len(text)):
            _append_leb128(self._data, number)
        self._last_tick = tick

    def encode(self) -> bytes:
        return bytes(self._data)


def decode_deltas(data: bytes) -> Iterator[Piece]:
    """The pieces again; raises `ValueError` when the bytes are cut short."""
    numbers = _leb128_numbers(data)
    tick = 0
    for step in numbers:
        try:
            kind, length = next(numbers), next(numbers)
        except StopIteration:
            raise ValueError("the list of deltas is cut short") from None
        tick += step
        yield Piece(tick / 10, PieceKind(kind), length)


def _append_leb128(data: bytearray, number: int) -> None:
    while number > 0x7F:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)


def _leb128_numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield number
            number = shift = 0
    if shift:
        raise ValueError("the list of deltas is cut short")
