"""What can be made to go wrong, by name, whichever model is asked in whichever dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import partial
from itertools import islice, repeat
from typing import Any

from tui_lab.sandbox.asked import RequestError
from tui_lab.sandbox.speech import End, Ending, Piece
from tui_lab.sandbox.wire import OUT_OF_CREDIT, Dialect, Envelope


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error instead of an answer."""

    error: Callable[[Dialect, Envelope], RequestError]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A success with this body instead of an answer, under the same headers but for these."""

    body: Iterable[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alteration:
    """An answer whose pieces, or whose bytes, are not as they were; garbling keeps the length."""

    pieces: Callable[[Iterator[Piece | End]], Iterator[Piece | End]] = iter
    garble: Callable[[bytes], bytes] = bytes


Fault = Refusal | Replacement | Alteration

_PIECES = 4
_WAIT_S = 7
_LIMITED = "Rate limit reached."
_NO_CREDIT = "Your credit balance is too low. Please go to Plans & Billing to purchase credits."
_PAGE = b"<!doctype html>\n<html><head><title>Please sign in</title></head><body></body></html>\n"
_MARK = "\x7f"

overloaded = partial(RequestError, "The server is overloaded or not ready yet.", status=503)


def _refusal(status: int, message: str, **more: Any) -> Refusal:
    return Refusal(lambda dialect, envelope: RequestError(message, status=status, **more))


def _limited_until(dialect: Dialect, envelope: Envelope) -> RequestError:
    """Tells the moment to come again, and its own time with it: clocks differ."""
    now, then = (formatdate(envelope.created + s, usegmt=True) for s in (0, _WAIT_S))
    return RequestError(_LIMITED, status=429, hints={"date": now, "retry-after": then})


def _broken_off(ending: Ending, pieces: Iterator[Piece | End]) -> Iterator[Piece | End]:
    """The beginning of an answer, and another end."""
    said = [piece for piece in islice(pieces, _PIECES) if isinstance(piece, Piece)]
    return iter([*said, End(ending, len(said), 0)])


def _marked(pieces: Iterator[Piece | End]) -> Iterator[Piece | End]:
    """A mark after each piece, of one byte that can be told in its encoding."""
    for piece in pieces:
        yield replace(piece, text=piece.text + _MARK) if isinstance(piece, Piece) else piece


FAULTS: dict[str, Fault] = {
    "429": _refusal(429, _LIMITED, wait_s=1),  # with the dialect's customary hint
    "429-seconds": _refusal(429, _LIMITED, hints={"retry-after": str(_WAIT_S)}),
    "429-date": Refusal(_limited_until),
    # Azure's way: the finer hint is the one meant.
    "429-ms": _refusal(429, _LIMITED, hints={"retry-after-ms": "1500", "retry-after": "2"}),
    "429-body": _refusal(429, _LIMITED, wait_s=_WAIT_S, hints={}),
    "429-none": _refusal(429, _LIMITED, hints={}),
    "429-quota": _refusal(429, _NO_CREDIT, code=OUT_OF_CREDIT, hints={}),
    "401": _refusal(401, "Incorrect API key provided."),
    "402": _refusal(402, "Insufficient Balance"),
    "403": _refusal(403, "You have insufficient permissions for this operation."),
    "404": Refusal(lambda dialect, envelope: dialect.unknown_model(envelope.model)),
    "413": _refusal(413, "Request exceeds the maximum size."),
    "500": _refusal(500, "Internal server error"),
    "503": Refusal(lambda dialect, envelope: overloaded()),
    "529": _refusal(529, "Overloaded"),
    "context": Refusal(lambda dialect, envelope: dialect.too_long(envelope.input_tokens)),
    "json-error": Refusal(lambda dialect, envelope: overloaded(sent_as=200)),
    "empty": Replacement(()),
    "html": Replacement((_PAGE,), {"content-type": "text/html; charset=utf-8"}),
    "drip": Replacement(repeat(b"\n")),  # which says nothing in any of the formats
    "error-in-stream": Alteration(partial(_broken_off, Ending.FAILED)),
    "cut": Alteration(partial(_broken_off, Ending.CUT)),
    "stall": Alteration(partial(_broken_off, Ending.SILENT)),
    "garbage": Alteration(garble=lambda data: data.replace(b"{", b"<")),
    "bad-utf8": Alteration(_marked, lambda data: data.replace(_MARK.encode(), b"\xff")),
}


def find_fault(name: str | None) -> Fault:
    """The fault of this name, None: an alteration of nothing; raises `RequestError`."""
    if name is None:
        return Alteration()
    if name not in FAULTS:
        raise RequestError(
            f"x-sandbox-fault cannot be {name!r}; there are {', '.join(FAULTS)}",
            param="x-sandbox-fault",
            code="invalid_value",
        )
    return FAULTS[name]
