"""What a terminal is able to do and how fast it is, as it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from tui_lab.doctor.conversation import ANSWER_SECONDS, Conversation

PAINTED_BYTES = 32_768
PAINT_SECONDS = 5.0
_ROUND_TRIPS = 20
_ROUND_TRIP_SECONDS = 2.0
"""Not one more after this time."""

CELLS: Mapping[str, int] = {"é": 1, "e\u0301": 1, "─": 1, "✓": 1, "…": 1, "漢": 2, "😀": 2}
"""Texts, and the cells that the lab counts for each. (What terminals dispute, joined emoji and
flags, is drawn so that it does not matter.)"""

_ATTRIBUTES = b"\x1b[c"
_CLIPBOARD_ATTRIBUTE = b"52"
"""Among the attributes of a terminal that takes copies, as foot, Ghostty, kitty and others say."""
_COLOURED = b"\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m"
"""Sets a colour of 24 bits and asks for the colours that are set (DECRQSS)."""
_SYNCHRONISED = b"\x1b[?2026$p"
_NAME = b"\x1b[>0q"
"""XTVERSION."""
_CLIPBOARD = b"\x1b]52;c;?\x07"
_ASK_THE_PERSON = ("kitty", "ghostty", "iterm", "contour", "wezterm")
"""They would ask the person whether the clipboard may be read."""


@dataclass(frozen=True, slots=True)
class Measured:
    """None stands for what the terminal does not tell.

    `round_trips_ms` from a question to its answer; `cells` that it uses for each of `CELLS`;
    `bytes_per_s` that it paints, None also where `PAINTED_BYTES` took more than `PAINT_SECONDS`;
    `is_silent` where it stopped answering, or never did.
    """

    round_trips_ms: tuple[float, ...] = ()
    name: str | None = None
    has_true_colour: bool | None = None
    is_synchronised: bool | None = None
    takes_copies: bool | None = None
    cells: Mapping[str, int] = field(default_factory=dict)
    bytes_per_s: float | None = None
    is_silent: bool = False


def measure(path: str, *, answer_s: float = ANSWER_SECONDS) -> Measured:
    """Asks the terminal with this device; takes some seconds at most. Raises OSError."""
    measured = Measured()
    try:
        with Conversation(path, answer_s) as terminal:
            for part in (_round_trips, _abilities, _cells, _speed, _clipboard):
                measured = part(terminal, measured)
    except TimeoutError:
        return replace(measured, is_silent=True)
    return measured


def _round_trips(terminal: Conversation, measured: Measured) -> Measured:
    begun, times = monotonic(), list[float]()
    while len(times) < _ROUND_TRIPS and monotonic() - begun < _ROUND_TRIP_SECONDS:
        asked = monotonic()
        terminal.ask()
        times.append((monotonic() - asked) * 1000)
    return replace(measured, round_trips_ms=tuple(times))


def _abilities(terminal: Conversation, measured: Measured) -> Measured:
    name = re.search(rb"\x1bP>\|([^\x1b]*)\x1b", terminal.ask(_NAME).data)
    attributes = re.search(rb"\x1b\[\?([\d;]*)c", terminal.ask(_ATTRIBUTES).data)
    colours = re.search(rb"\x1bP1\$r([^\x1b]*)m\x1b", terminal.ask(_COLOURED).data)
    painting = re.search(rb"\x1b\[\?2026;(\d)\$y", terminal.ask(_SYNCHRONISED).data)
    return replace(
        measured,
        name=name[1].decode("ascii", "replace") if name else None,
        takes_copies=True
        if attributes and _CLIPBOARD_ATTRIBUTE in attributes[1].split(b";")
        else None,
        has_true_colour=re.search(rb"48[:;]2[:;].*1[:;]2[:;]3", colours[1]) is not None
        if colours
        else None,
        is_synchronised=painting[1] in b"123" if painting else None,
    )


def _cells(terminal: Conversation, measured: Measured) -> Measured:
    cells = {text: terminal.ask(b"\r" + text.encode()).column - 1 for text in CELLS}
    return replace(measured, cells=cells)


def _speed(terminal: Conversation, measured: Measured) -> Measured:
    row = bytes(range(0x21, 0x7F)).ljust(126, b".")
    frame = b"\x1b[?2026h\x1b[H" + row[:63] + b"\r\n" + row[63:] + b"\x1b[?2026l"
    data = (frame * (PAINTED_BYTES // len(frame) + 1))[:PAINTED_BYTES]
    begun = monotonic()
    try:
        terminal.ask(data + b"\x1b[?2026l", PAINT_SECONDS)
    except TimeoutError:
        return replace(measured, is_silent=True)
    way = sorted(measured.round_trips_ms)[0] / 1000
    return replace(measured, bytes_per_s=PAINTED_BYTES / max(monotonic() - begun - way, 1e-4))


def _clipboard(terminal: Conversation, measured: Measured) -> Measured:
    """What the clipboard holds is not kept; where it may be read it may be written."""
    known = measured.takes_copies is not None or measured.is_silent
    if known or (measured.name or "").lower().startswith(_ASK_THE_PERSON):
        return measured
    answered = b"\x1b]52;" in terminal.ask(_CLIPBOARD).data
    return replace(measured, takes_copies=True if answered else None)
