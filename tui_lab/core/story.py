"""How a run came by its answer, told as it happens: who failed, who waits, who answered instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui_lab.core.errors import LabError
from tui_lab.core.events import (
    AttemptFailed,
    Failed,
    Finished,
    Planned,
    ReasoningDelta,
    RefusalDelta,
    Routed,
    Stamped,
    TextDelta,
    ToolCallDelta,
    Waiting,
)
from tui_lab.core.record import RunRecord

_ANSWER = TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta | Finished


class Story:
    """Feed it every event of one run; where a model was asked and answered it says nothing."""

    def __init__(self) -> None:
        self._failed: list[str] = []
        self._routed: Routed | None = None
        self._strategy: str | None = None
        self._first_ms = self._routed_ms = 0.0
        self.outcome = ""
        """`groq 429 → together ok, +310 ms`, once another attempt than the first has answered."""

    def feed(self, stamped: Stamped) -> Iterator[str]:
        match stamped.event:
            case Planned(route):
                self._strategy = route["strategy"]
            case Routed() as routed:
                if self._routed is None:
                    self._first_ms = stamped.t_ms
                    if self._strategy is not None:
                        yield f"{self._strategy}: {routed.model} is asked"
                elif self._routed.model != routed.model:
                    yield f"{routed.model} is asked instead"
                self._routed, self._routed_ms = routed, stamped.t_ms
            case AttemptFailed(error):
                assert self._routed is not None
                self._failed.append(f"{self._routed.model.provider} {reason_words(error)}")
                yield f"{self._routed.model}: {reason_words(error)}: {error.message}"
            case Waiting(seconds, why):
                yield f"waits {seconds:g} s: {why}"
            case Failed():
                self._failed.clear()
            case event if isinstance(event, _ANSWER) and self._failed and self._routed:
                lost_ms = self._routed_ms - self._first_ms
                self.outcome = f"{self._chain}{self._routed.model.provider} ok, +{lost_ms:,.0f} ms"
                yield self.outcome
                self._failed.clear()

    @property
    def _chain(self) -> str:
        return _chain(self._failed)


def outcome_of(record: RunRecord) -> str:
    """`groq 429 → together ok` of a recorded run; empty where the first attempt was the last."""
    *failed, last = record.attempts or (None,)
    if not failed or last is None or last.error is not None:
        return ""
    each = [
        f"{one.model.provider} {reason_words(one.error)}" for one in failed if one and one.error
    ]
    return f"{_chain(each)}{last.model.provider} ok"


def _chain(failed: Iterable[str]) -> str:
    """`groq 429 → `, each failure in a row once."""
    return "".join(f"{words} → " for words in dict.fromkeys(failed))


def reason_words(error: LabError) -> str:
    """`429`, or the kind of the error where the provider gave no status."""
    return str(error.status) if error.status is not None else error.kind.replace("_", " ")
