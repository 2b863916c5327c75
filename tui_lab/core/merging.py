"""Adjacent deltas of one kind as one: for the journal, and for a screen that paints more slowly."""

from __future__ import annotations

from dataclasses import replace

from tui_lab.core.events import ReasoningDelta, RefusalDelta, Stamped, TextDelta


def append_merged(pending: list[Stamped], stamped: Stamped) -> None:
    """Adds an event to those pending, joining it to the last one where both are alike."""
    if not pending:
        pending.append(stamped)
        return
    last = pending[-1]
    match last.event, stamped.event:
        case TextDelta(text, logprobs), TextDelta(more, further):
            event: TextDelta | ReasoningDelta | RefusalDelta = TextDelta(
                text + more, logprobs + further
            )
        case ReasoningDelta(text), ReasoningDelta(more):
            event = ReasoningDelta(text + more)
        case RefusalDelta(text), RefusalDelta(more):
            event = RefusalDelta(text + more)
        case _:
            pending.append(stamped)
            return
    pending[-1] = replace(
        last, event=event, last_ms=stamped.until_ms, pieces=last.pieces + stamped.pieces
    )
