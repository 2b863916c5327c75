"""An answer as it came: its pieces with their times of arrival, for replay and to see stalls.

Providers send pieces, not tokens: the latency here is that between pieces. Every moment between
the first and the last of them lies in one gap, from one arrival to the next. The latency of a span
of time is the length of the gaps in it, weighted by how much of the span each takes. So a stall is
as wide as it was long, and a burst of pieces in one packet weighs nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tui_lab.core.deltas import PieceKind, decode_deltas
from tui_lab.core.record import RunRecord

SHORTEST_STALL_MS = 500.0
STALL_FACTOR = 5
"""A gap is a stall from so many times the median gap on, and never below the shortest."""


@dataclass(frozen=True, slots=True)
class TimedText:
    """A piece of an answer; `t_ms` since the run began."""

    t_ms: float
    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing came for `length_ms`, from `t_ms` since the run began."""

    t_ms: float
    length_ms: float


@dataclass(frozen=True, slots=True)
class LatencyStrip:
    """Milliseconds between pieces in each of equal spans of time, the first from `t_ms` on."""

    t_ms: float
    span_ms: float
    latency_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """`end_ms` is when the run was over. `is_whole`: it is known when each piece came; where it is
    not, the rest of the answer stands at the end."""

    pieces: tuple[TimedText, ...]
    end_ms: float
    is_whole: bool

    def arrived(self, t_ms: float) -> int:
        """How many pieces there were at this time."""
        return bisect_right(self.pieces, t_ms, key=lambda piece: piece.t_ms)

    def latency_strip(self, spans: int) -> LatencyStrip | None:
        """None where fewer than two moments of arrival are known."""
        gaps = list(self._gaps())
        if not gaps or spans < 1:
            return None
        begin = gaps[0].t_ms
        span = (gaps[-1].t_ms + gaps[-1].length_ms - begin) / spans
        sums = [0.0] * spans
        for gap in gaps:
            first, last = (gap.t_ms - begin) / span, (gap.t_ms + gap.length_ms - begin) / span
            for index in range(int(first), min(int(last) + 1, spans)):
                sums[index] += gap.length_ms * (min(last, index + 1) - max(first, index))
        return LatencyStrip(begin, span, tuple(max(value, 0.0) for value in sums))

    def stalls(self) -> tuple[Stall, ...]:
        """The gaps that are long, and much longer than is usual for this answer."""
        gaps = list(self._gaps())
        if not gaps:
            return ()
        usual = median(gap.length_ms for gap in gaps)
        limit = max(SHORTEST_STALL_MS, STALL_FACTOR * usual)
        return tuple(gap for gap in gaps if gap.length_ms >= limit)

    def _gaps(self) -> Iterator[Stall]:
        """Between arrivals that are known; those at the same moment have none."""
        for one, other in pairwise(self.pieces):
            if other.t_ms > one.t_ms and (self.is_whole or other.t_ms < self.end_ms):
                yield Stall(one.t_ms, other.t_ms - one.t_ms)


def timeline(record: RunRecord, deltas: bytes | None) -> Timeline:
    """The answer of a run that is over cut into its pieces, as its deltas tell.

    An answer that did not stream, or whose deltas are gone or not its own, has its text at the end.
    """
    pieces, rest = _cut(record, deltas or b"")
    latency = record.timing.latency_ms or 0.0
    end = max(latency, pieces[-1].t_ms if pieces else 0.0)
    late = [TimedText(end, kind, text) for kind, text in rest.items() if text]
    return Timeline((*pieces, *late), end, is_whole=not late)


def _cut(record: RunRecord, deltas: bytes) -> tuple[list[TimedText], dict[PieceKind, str]]:
    """The pieces, and what no delta accounts for."""
    texts = {
        PieceKind.REASONING: record.reasoning or "",
        PieceKind.TEXT: record.text,
        PieceKind.REFUSAL: record.refusal or "",
    }
    places = dict.fromkeys(texts, 0)
    pieces: list[TimedText] = []
    try:
        for piece in decode_deltas(deltas):
            begin, end = places[piece.kind], places[piece.kind] + piece.length
            if text := texts[piece.kind][begin:end]:
                pieces.append(TimedText(piece.t_ms, piece.kind, text))
            places[piece.kind] = end
    except ValueError:
        pass  # what could be read stays
    return pieces, {kind: text[places[kind] :] for kind, text in texts.items()}
