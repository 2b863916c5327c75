"""A run in one line: how it ended, how fast it was, what it took and cost."""

from __future__ import annotations

from tui_lab.core.money import cost_words
from tui_lab.core.record import RunRecord, Status

GLYPHS = {
    Status.RUNNING: "◐",
    Status.OK: "✓",
    Status.REFUSED: "⊘",
    Status.BLOCKED: "■",
    Status.ERROR: "✗",
    Status.CANCELLED: "◌",
    Status.INTERRUPTED: "↯",
}


def summary(record: RunRecord) -> str:
    """`✓ stop · sandbox/markdown · ttft 412 ms · 86 tok/s · ↑14 ↓150 · $0 (simulated)`."""
    parts = [f"{GLYPHS[record.status]} {outcome(record)}", record.answered_by or record.model]
    if record.timing.ttft_ms is not None:
        parts.append(f"ttft {record.timing.ttft_ms:.0f} ms")
    if speed := record.timing.tokens_per_second:
        parts.append(f"{speed:.0f} tok/s")
    if record.usage.output_tokens is not None or record.usage.input_tokens is not None:
        parts.append(tokens(record))
    parts.append(cost_words(record) + (" (simulated)" if record.simulated else ""))
    return " · ".join(parts)


def outcome(record: RunRecord) -> str:
    if record.error is not None and record.status is not Status.CANCELLED:
        return f"{record.error.kind.replace('_', ' ')}: {record.error.message}"
    if record.status is Status.OK:
        return record.finish_reason.value if record.finish_reason else "ok"
    return record.status.value


def tokens(record: RunRecord) -> str:
    """`↑14 ↓150`, with `~` behind where the counts are our own estimate, `?` where unknown."""

    def count(value: int | None) -> str:
        return "?" if value is None else str(value)

    mark = "~" if record.usage.estimated else ""
    return f"↑{count(record.usage.input_tokens)} ↓{count(record.usage.output_tokens)}{mark}"
