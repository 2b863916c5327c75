"""How an answer came, as a strip: a bar for each span of time, the higher the longer one waited.

Stalls are told by marks below their bars, never by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from textual.content import Content

from tui_lab.core.timeline import LatencyStrip, Stall, Timeline

BARS = "▁▂▃▄▅▆▇█"
STALL, HERE = "!", "▲"
SHORTEST_MS = 0.1
NARROWEST_SCALE = len(BARS)
"""How many times as long as the lowest bar the highest one is, at least."""

PLAYED, TO_COME, STALLED = "$primary", "$foreground-muted", "bold $error"


def strip_lines(told: Timeline, width: int, at_ms: float) -> list[Content]:
    """Bars, marks below them, and what they mean; nothing where the times are not known."""
    strip = told.latency_strip(width)
    if strip is None or width < 1:
        return []
    stalls = told.stalls()
    stalled = {column for stall in stalls for column in _columns(stall, strip)}
    here = min(width - 1, max(0, int((at_ms - strip.t_ms) / strip.span_ms)))
    bars = [_bar(value, strip) for value in strip.latency_ms]
    inks = [_ink(column, here, stalled) for column in range(width)]
    marks = "".join(STALL if column in stalled else " " for column in range(width))
    marks = marks[:here] + HERE + marks[here + 1 :]
    return [
        Content.assemble(*zip(bars, inks, strict=True)),
        Content.styled(marks, STALLED if stalled else PLAYED),
        Content.styled(_words(strip, stalls), "$foreground-muted").truncate(width, ellipsis=True),
    ]


def milliseconds(value: float) -> str:
    return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"


def _bar(value: float, strip: LatencyStrip) -> str:
    """By logarithm: a stall is a hundred times as long as what is usual."""
    least, most = _scale(strip)
    share = math.log(max(value, least) / least) / math.log(most / least)
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def _scale(strip: LatencyStrip) -> tuple[float, float]:
    """The least and the most that bars stand for: an answer that came evenly looks even."""
    least = max(min(strip.latency_ms), SHORTEST_MS)
    return least, max(*strip.latency_ms, least * NARROWEST_SCALE)


def _columns(stall: Stall, strip: LatencyStrip) -> Iterator[int]:
    """One at least."""
    first = int((stall.t_ms - strip.t_ms) / strip.span_ms)
    last = int((stall.t_ms + stall.length_ms - strip.t_ms) / strip.span_ms)
    yield from range(first, max(first + 1, min(last, len(strip.latency_ms))))


def _ink(column: int, here: int, stalled: set[int]) -> str:
    if column in stalled:
        return STALLED
    return PLAYED if column <= here else TO_COME


def _words(strip: LatencyStrip, stalls: tuple[Stall, ...]) -> str:
    least, most = _scale(strip)
    words = f"between pieces {BARS[0]} {milliseconds(least)} {BARS[-1]} {milliseconds(most)}"
    if not stalls:
        return f"no stalls · {words}"
    longest = milliseconds(max(stall.length_ms for stall in stalls))
    count = "1 stall" if len(stalls) == 1 else f"{len(stalls)} stalls"
    return f"{STALL} {count}, longest {longest} · {words}"
