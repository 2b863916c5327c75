"""The last line of a lane: its truth, in glyph and word, times, tokens and cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from tui_lab.core.money import cost_words
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.summary import GLYPHS, outcome, tokens

SEPARATOR = " · "
SIMULATED = "simulated"

SILENT_S = 3.0
"""Seconds without anything new after which a stream is said to be silent."""

LOW = 0.1
"""The part of a rate limit from which on what remains is worth a word."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody is asked until then, by the clock of the lane."""

    until: float
    why: str

    def words(self, now: float) -> str:
        """`waits 12 s: rate limit (groq)`."""
        return f"waits {max(ceil(self.until - now), 0)} s: {self.why}"


def status_parts(
    record: RunRecord,
    *,
    elapsed_s: float,
    waits_for: str | None = None,
    silent_s: float = 0,
    wait: str | None = None,
) -> tuple[str, ...]:
    """What is known of a run now.

    `waits_for` says what a running one is waiting for, `silent_s` how long nothing has come of it,
    `wait` how long nobody is asked.
    """
    glyph = GLYPHS[record.status]
    if record.status is Status.RUNNING and wait is not None:
        parts = [f"{glyph} {wait}", f"{elapsed_s:.1f} s"]
    elif record.status is Status.RUNNING:
        parts = [f"{glyph} {elapsed_s:.1f} s"]
        if waits_for:
            parts.append(waits_for)
        if record.timing.ttft_ms is not None and silent_s >= SILENT_S:
            parts.append(f"silent for {silent_s:.0f} s")
    else:
        parts = [f"{glyph} {_end(record)}"]
    timing = record.timing
    if timing.ttft_ms is not None:
        parts.append(f"ttft {timing.ttft_ms:.0f} ms")
    if timing.tokens_per_second:
        parts.append(f"{timing.tokens_per_second:.0f} tok/s")
    if record.usage.output_tokens is not None or record.usage.input_tokens is not None:
        parts.append(tokens(record))
    if record.attempts:
        parts.append(SIMULATED if record.simulated else cost_words(record))
    if record.attempts:
        parts += _running_low(record.attempts[-1].rate_limits)
    return tuple(parts)


def _running_low(limits: Mapping[str, float]) -> Iterator[str]:
    """What the provider will soon let no more of through."""
    for what in ("requests", "tokens"):
        remaining, limit = limits.get(f"{what}_remaining"), limits.get(f"{what}_limit")
        if remaining is not None and limit and remaining <= limit * LOW:
            yield f"{remaining:,.0f} of {limit:,.0f} {what} left"


def _end(record: RunRecord) -> str:
    """One word or two: the whole story of a failure stands in the lane itself."""
    if record.error is not None and record.status in (Status.ERROR, Status.BLOCKED):
        return f"{record.status}: {record.error.kind.replace('_', ' ')}"
    return outcome(record) if record.status is Status.OK else record.status.value


def status_line(parts: tuple[str, ...], width: int) -> str:
    """The parts that fit, the first always; long ones lose their labels before they are dropped."""
    line = sanitise_line(SEPARATOR.join(parts))
    if len(line) <= width:
        return line
    # The title says it, too.
    parts = tuple(part for part in parts if part != SIMULATED)
    short = [part.replace(" tok/s", "/s") for part in parts]
    if len(SEPARATOR.join(short)) > width:
        short = [part.removeprefix("ttft ") for part in short]
    while len(short) > 1 and len(SEPARATOR.join(short)) > width:
        # Times go before tokens and cost, which go before the outcome.
        short.pop(1 if len(short) > 3 else -1)
    return sanitise_line(SEPARATOR.join(short))[:width]
