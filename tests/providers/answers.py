"""An answer's bytes through a dialect's own decoders, and what they told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from tui_lab.core.cost import Cost
from tui_lab.core.errors import LabError
from tui_lab.core.events import (
    Event,
    Failed,
    Finished,
    Note,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from tui_lab.core.usage import Usage
from tui_lab.providers.payload import parse_object
from tui_lab.providers.wire import Dialect


@dataclass
class Told:
    """The events of one answer, put together."""

    events: list[Event] = field(default_factory=list)
    end: Finished | Failed | None = None
    served_model: str | None = None

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TextDelta))

    @property
    def reasoning(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, ReasoningDelta))

    @property
    def refusal(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, RefusalDelta))

    @property
    def logprobs(self) -> list[Any]:
        return [item for e in self.events if isinstance(e, TextDelta) for item in e.logprobs]

    @property
    def notes(self) -> list[str]:
        return [e.text for e in self.events if isinstance(e, Note)]

    @property
    def reports(self) -> list[UsageReport]:
        return [e for e in self.events if isinstance(e, UsageReport)]

    @property
    def usage(self) -> Usage:
        return self.reports[-1].usage

    @property
    def billed(self) -> Cost | None:
        return self.reports[-1].billed if self.reports else None

    @property
    def calls(self) -> list[tuple[str | None, str | None, str]]:
        """Id, name and arguments of each tool call."""
        calls: dict[int, tuple[str | None, str | None, str]] = {}
        for e in self.events:
            if isinstance(e, ToolCallDelta):
                id_, name, arguments = calls.get(e.index, (None, None, ""))
                calls[e.index] = (e.id or id_, e.name or name, arguments + e.arguments)
        return [calls[index] for index in sorted(calls)]

    @property
    def finished(self) -> Finished:
        assert isinstance(self.end, Finished), self.end
        return self.end

    @property
    def error(self) -> LabError:
        assert isinstance(self.end, Failed), self.end
        return self.end.error


def stream(
    dialect: Dialect, body: bytes, cuts: Iterable[int] = (), *, as_json: bool = False
) -> Told:
    """The answer in these bytes, which arrive in pieces cut at these places."""
    cutter = dialect.json_frames if as_json else dialect.frames
    assert cutter is not None
    frames, decoder, told = cutter(), dialect.decoder(), Told()
    places = [0, *sorted(cuts), len(body)]
    for start, stop in pairwise(places):
        for frame in frames.feed(body[start:stop], 0.0):
            told.events += decoder.frame(frame)
    for frame in frames.close(0.0):
        told.events += decoder.frame(frame)
    told.end, told.served_model = decoder.end(), decoder.served_model
    return told


def whole(dialect: Dialect, body: str) -> Told:
    """The answer in an unstreamed body."""
    decoder, told = dialect.decoder(), Told()
    told.events = decoder.whole(parse_object(body))
    told.end, told.served_model = decoder.end(), decoder.served_model
    return told


def sse(*payloads: Any) -> bytes:
    """An event stream; a string stands as it is, anything else as JSON under its `type`."""
    return "".join(map(_event, payloads)).encode("utf-8")


def _event(payload: Any) -> str:
    if isinstance(payload, str):
        return f"data: {payload}\n\n"
    name = payload.get("type") if isinstance(payload, dict) else None
    head = f"event: {name}\n" if isinstance(name, str) else ""
    return f"{head}data: {json.dumps(payload)}\n\n"


def random_cuts(body: bytes, seed: int, count: int = 40) -> list[int]:
    random = Random(seed)
    return [random.randrange(len(body) + 1) for _ in range(count)]
