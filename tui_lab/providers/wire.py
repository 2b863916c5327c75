"""What the dialects and the network have in common: calls, requests, frames, answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Event, Failed, Finished
from tui_lab.core.messages import Message
from tui_lab.core.parameters import Parameters
from tui_lab.providers.accent import Accent


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked of a model, before a dialect gives it its form.

    `messages` are user and assistant turns; the system prompt stands apart. `headers` are extra
    ones that go out as they are; `accent` is what the provider of a dialect wants otherwise.
    """

    model: str
    messages: tuple[Message, ...]
    system: str | None = None
    parameters: Parameters = Parameters()
    stream: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    accent: Accent = Accent()


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request without its key: `path` is appended to the provider's base URL.

    `dropped` names each parameter that the dialect has no word for, and says why: such a one is
    not sent, and the person is told.
    """

    path: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    dropped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One event of a stream: its name (`message` where none was given), its data, its arrival."""

    data: str
    event: str = "message"
    last_event_id: str = ""
    at_ms: float = 0.0


class FrameDecoder(Protocol):
    """Bytes in, frames out; the same bytes in any pieces give the same frames.

    Raises `LabError` of kind `protocol` when a line or an event grows past its limit.
    """

    def feed(self, chunk: bytes, at_ms: float) -> list[Frame]: ...

    def close(self, at_ms: float) -> list[Frame]:
        """The end of the bytes: frames that only the end completes (NDJSON's last line)."""
        ...


def too_large(what: str, limit: int) -> LabError:
    """A stream that would fill the memory."""
    return LabError(
        ErrorKind.PROTOCOL,
        f"the stream holds {what} of more than {limit // 1024} KiB",
        "no provider sends that; check that base_url points at one",
    )


class AnswerDecoder(Protocol):
    """One answer in the words of one dialect. Text that it gives is always valid Unicode."""

    @property
    def served_model(self) -> str | None:
        """The provider's own name for the model, as soon as it was told."""
        ...

    @property
    def response_id(self) -> str | None:
        """What the provider calls this answer, for where no header tells its request."""
        ...

    @property
    def done(self) -> bool:
        """The dialect's terminator was seen: nothing of interest follows."""
        ...

    @property
    def complete(self) -> bool:
        """A finish reason or the terminator was seen: an end of the bytes is a proper end."""
        ...

    def frame(self, frame: Frame) -> list[Event]:
        """The events in one frame; never `Started`, `Finished` or, once it failed, anything.

        An error inside the stream is returned as `Failed`. Raises `LabError` of kind `protocol`
        for what cannot be read.
        """
        ...

    def whole(self, body: Mapping[str, Any]) -> list[Event]:
        """The events in a whole (unstreamed) answer: the same path as for frames.

        Raises `LabError` of kind `protocol` where the body holds no answer at all.
        """
        ...

    def end(self) -> Finished | Failed:
        """The end of the bytes: `Finished` if complete, else `Failed` of kind `protocol`."""
        ...


class Dialect(Protocol):
    """One way of talking: pure, a module for each."""

    id: str
    frames: type[FrameDecoder]
    """How the stream is cut into frames."""
    json_frames: type[FrameDecoder] | None
    """How a body is cut that calls itself JSON; None: it is one whole answer."""
    headers: Mapping[str, str]
    """They go with every request, unless the provider or the call says otherwise."""

    def request(self, call: Call) -> WireRequest:
        """Raises `LabError` of kind `usage` for a value that the provider would refuse."""
        ...

    def decoder(self) -> AnswerDecoder: ...

    def error(self, status: int, headers: Mapping[str, str], body: bytes) -> LabError:
        """What a failed response (or an error body behind a 200) means."""
        ...
