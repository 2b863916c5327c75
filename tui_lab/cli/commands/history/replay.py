"""`tui-lab history replay`: an answer once more, at the speed at which it came."""

from __future__ import annotations

import argparse
import math
import time
from typing import TYPE_CHECKING, Any

from tui_lab.cli.commands.history.references import add_run_argument, find_run
from tui_lab.cli.output import narrate, print_json, print_text, write_text
from tui_lab.core.deltas import PieceKind
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.sanitise import Sanitiser
from tui_lab.core.timeline import TimedText, Timeline

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "show an answer at the speed at which it came"
SPANS = 60
"""Spans of time in the latency strip of `--json`."""

_TITLES = {
    PieceKind.TEXT: "answer",
    PieceKind.REASONING: "reasoning",
    PieceKind.REFUSAL: "refusal",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_run_argument(parser)
    parser.add_argument(
        "--speed", default="1", metavar="N", help="N times as fast; 0: without waiting (1)"
    )
    parser.add_argument("--json", action="store_true", help="print when each piece came")


def run(args: argparse.Namespace, lab: Lab) -> int:
    speed = _speed(args.speed)
    record = find_run(args.run, args, lab)
    told = lab.history.timeline(record).result()
    if args.json:
        print_json({"run": record.id} | _to_json(told))
        return 0
    narrate(_words(told))
    _play(told, speed)
    return 0


def _speed(word: str) -> float:
    try:
        speed = float(word)
    except ValueError:
        speed = math.nan
    if not 0 <= speed < math.inf:
        raise LabError(
            ErrorKind.USAGE, f"the speed cannot be {word!r}", "a number: 1, 2.5; 0: do not wait"
        )
    return speed


def _words(told: Timeline) -> str:
    if not told.is_whole:
        return "when all the pieces of this answer came is not known"
    words = f"{len(told.pieces):,} pieces in {told.end_ms / 1000:.1f} s"
    if stalls := told.stalls():
        longest = max(stall.length_ms for stall in stalls) / 1000
        times = "once" if len(stalls) == 1 else f"{len(stalls)} times"
        words += f", stalled {times}, for {longest:.1f} s at most"
    return words


def _play(told: Timeline, speed: float) -> None:
    began = time.monotonic()
    kinds = {piece.kind for piece in told.pieces}
    shown = _Shown(titled=kinds != {PieceKind.TEXT})
    for piece in told.pieces:
        if speed:
            due = began + piece.t_ms / 1000 / speed
            time.sleep(max(due - time.monotonic(), 0))
        shown.add(piece)
    shown.end()


class _Shown:
    """What is on standard output; titles where there is more than an answer."""

    def __init__(self, *, titled: bool) -> None:
        self._titled = titled
        self._kind: PieceKind | None = None
        self._sanitiser = Sanitiser()
        self._at_line_start = True

    def add(self, piece: TimedText) -> None:
        if piece.kind is not self._kind:
            self.end()
            if self._titled:
                print_text(f"── {_TITLES[piece.kind]}")
            self._kind, self._sanitiser = piece.kind, Sanitiser()
        self._write(self._sanitiser.feed(piece.text))

    def end(self) -> None:
        self._write(self._sanitiser.end())
        if not self._at_line_start:
            self._write("\n")

    def _write(self, safe: str) -> None:
        if safe:
            write_text(safe)
            self._at_line_start = safe.endswith("\n")


def _to_json(told: Timeline) -> dict[str, Any]:
    """Times to 0.1 ms: they are known no better."""
    strip = told.latency_strip(SPANS)
    return {
        "end_ms": told.end_ms,
        "is_whole": told.is_whole,
        "pieces": [
            {"t_ms": piece.t_ms, "kind": piece.kind.name.lower(), "text": piece.text}
            for piece in told.pieces
        ],
        "stalls": [
            {"t_ms": stall.t_ms, "length_ms": round(stall.length_ms, 1)} for stall in told.stalls()
        ],
        "latency": strip
        and {
            "t_ms": strip.t_ms,
            "span_ms": round(strip.span_ms, 1),
            "latency_ms": [round(latency, 1) for latency in strip.latency_ms],
        },
    }
