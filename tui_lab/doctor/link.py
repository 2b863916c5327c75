"""What lies between the lab and the person: tmux, screen, mosh, the speed of the way."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tui_lab.doctor.check import Check
from tui_lab.doctor.measuring import PAINT_SECONDS, PAINTED_BYTES, Measured
from tui_lab.doctor.surroundings import Surroundings

LONG_ESCAPE_MS = 100
"""tmux keeps an esc back for this time; 500 ms was its default before 3.5."""
SLOW_ROUND_TRIP_MS = 300
SLOW_BYTES_PER_S = 100_000
"""One stream, painted at full rate, takes 60 to 80 kB a second."""

LOW_BANDWIDTH = "tui-lab --low-bandwidth"


def check_multiplexer(around: Surroundings) -> Iterator[Check]:
    """tmux, screen and mosh, and what they do to the lab."""
    if around.is_in_tmux:
        yield _tmux(around)
    elif around.is_in_screen:
        yield _screen(around)
    else:
        yield Check("multiplexer", "ok", "none")
    if around.is_in_mosh:
        words = "mosh answers for the terminal and paints by itself; 16 million colours from 1.4 on"
        yield Check("mosh", "ok", words)


def _tmux(around: Surroundings) -> Check:
    tmux = around.tmux
    if tmux is None:
        return Check("tmux", "ok", "it does not tell its settings")
    if tmux.escape_ms is not None and tmux.escape_ms > LONG_ESCAPE_MS:
        words = f"{tmux.version} keeps every esc back for {tmux.escape_ms} ms"
        return Check("tmux", "warning", words, "tmux set -s escape-time 20")
    return Check("tmux", "ok", tmux.version)


def _screen(around: Surroundings) -> Check:
    measured = around.measured
    if isinstance(measured, Measured) and measured.is_synchronised:
        words = "screen claims synchronised painting, but spoils it"
        return Check("screen", "warning", words, "use tmux")
    return Check("screen", "ok", "GNU screen, without synchronised painting: it may flicker")


def check_speed(around: Surroundings) -> Iterator[Check]:
    """Round trips and throughput, and where to they were measured."""
    measured = around.measured
    if isinstance(measured, str):
        yield Check("round trip", "ok", f"not measured: {measured}")
        return
    if not measured.round_trips_ms:
        words = "the terminal does not answer: neither speed nor abilities can be measured"
        yield Check("round trip", "warning", words, "take a terminal that answers `CSI 6 n`")
        return
    yield _round_trip(around, measured)
    yield _throughput(around, measured)


def _round_trip(around: Surroundings, measured: Measured) -> Check:
    times = sorted(measured.round_trips_ms)
    p50 = statistics.median(times)
    p95 = times[min(len(times) - 1, round(0.95 * (len(times) - 1)))]
    told = f"p50 {_ms(p50)}, p95 {_ms(p95)}{_as_far_as(around)}"
    delay = around.environ.get("ESCDELAY", "")
    if delay.isdigit() and int(delay) < p95:
        words = f"{told}; ESCDELAY is {delay} ms: arrow keys may arrive as esc"
        return Check("round trip", "warning", words, f"export ESCDELAY={round(2 * p95)}")
    if p50 > SLOW_ROUND_TRIP_MS:
        return Check("round trip", "warning", f"{told}: keys show late", LOW_BANDWIDTH)
    return Check("round trip", "ok", told)


def _throughput(around: Surroundings, measured: Measured) -> Check:
    painted = f"{PAINTED_BYTES // 1024} KiB"
    if measured.bytes_per_s is None:
        words = f"{painted} were not painted within {PAINT_SECONDS:g} s"
        return Check("painting", "warning", words, LOW_BANDWIDTH)
    rate = measured.bytes_per_s / 1000
    told = f"{rate / 1000:.1f} MB/s" if rate >= 1000 else f"{rate:.0f} kB/s"
    synchronised = "synchronised" if measured.is_synchronised else "not synchronised"
    told = f"{told} ({painted}), {synchronised}{_as_far_as(around)}"
    if measured.bytes_per_s < SLOW_BYTES_PER_S:
        return Check("painting", "warning", f"{told}: streams lag", LOW_BANDWIDTH)
    return Check("painting", "ok", told)


def _ms(value: float) -> str:
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def _as_far_as(around: Surroundings) -> str:
    """Who answers in place of the terminal; the way beyond is not measured."""
    for there, name in (
        (around.is_in_tmux or around.is_from_tmux, "tmux"),
        (around.is_in_screen, "screen"),
        (around.is_in_mosh, "mosh"),
    ):
        if there:
            return f", as far as {name} and not beyond"
    return ""
