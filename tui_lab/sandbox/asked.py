"""What a request asks for, whichever dialect it came in."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tui_lab.core.messages import Message, Role

T = TypeVar("T", int, float)

LONGEST_ANSWER = 1_000_000
"""Tokens; more are refused."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, understood. `logprobs` is the number of alternatives for each token (0: the
    token alone, None: not asked for). `as_array`: the stream is one JSON array."""

    model: str
    messages: tuple[Message, ...]
    system: str | None
    stream: bool
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    seed: int | None = None
    include_usage: bool = False
    logprobs: int | None = None
    as_array: bool = False

    @property
    def prompt(self) -> str:
        """The last thing that the user said."""
        said = (message.text for message in reversed(self.messages) if message.role == "user")
        return next(said, "")


@dataclass(frozen=True, slots=True)
class Options:
    """What a `x-sandbox-…` header may set: tokens a second (0: no waiting), length, seed, and the
    name of what is to go wrong."""

    pace: float | None = None
    tokens: int | None = None
    seed: int | None = None
    fault: str | None = None


class RequestError(Exception):
    """Why a request is refused; the provider's own words for it are its dialect's matter.

    `wait_s`: the body tells how many seconds to wait. `sent_as`: the status of the response, where
    that is not the status of the error. `hints`: headers that tell when to come again, in place of
    those with which the dialect tells it of its own accord.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        param: str | None = None,
        code: str | None = None,
        wait_s: int | None = None,
        sent_as: int | None = None,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        wait = "" if wait_s is None else f" Please try again in {wait_s}s."
        super().__init__(message + wait)
        self.message = message + wait
        self.status = status
        self.param = param
        self.code = code
        self.wait_s = wait_s
        self.sent_as = sent_as or status
        self.hints = hints


def read_options(headers: Mapping[str, str]) -> Options:
    """The options in the headers; raises `RequestError`."""
    tokens = _number(headers, "x-sandbox-tokens", int, 1)
    if tokens is not None and tokens > LONGEST_ANSWER:
        raise RequestError(f"x-sandbox-tokens can be {LONGEST_ANSWER} at most")
    return Options(
        pace=_number(headers, "x-sandbox-pace", float, 0),
        tokens=tokens,
        seed=_number(headers, "x-sandbox-seed", int, -math.inf),
        fault=headers.get("x-sandbox-fault"),
    )


def read_object(body: bytes) -> Mapping[str, Any]:
    """The JSON object that a body is; raises `RequestError`."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise RequestError("the body of the request is not JSON") from None
    if not isinstance(value, dict):
        raise RequestError("the body of the request is not a JSON object")
    return value


def message_of(role: Role, content: object) -> Message:
    """A message whose content is a text or a list of parts; parts that are not text say nothing."""
    parts = content if isinstance(content, list) else [{"text": content}]
    return Message.of(role, "\n\n".join(_texts(parts)))


def _texts(parts: Iterable[object]) -> Iterable[str]:
    for part in parts:
        text = part.get("text") if isinstance(part, dict) else None
        if isinstance(text, str):
            yield text


def positive(given: Mapping[str, Any], name: str) -> int | None:
    """A whole number, 1 or more, if it is there; raises `RequestError`."""
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise RequestError(
            f"Invalid '{name}': expected an integer of at least 1.",
            param=name,
            code="invalid_value",
        )
    return value


def texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A text or a list of texts; raises `RequestError`."""
    value = given.get(name)
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
        raise RequestError(f"Invalid '{name}': expected texts.", param=name, code="invalid_value")
    return tuple(values)


def _number(headers: Mapping[str, str], name: str, form: type[T], least: float) -> T | None:
    text = headers.get(name)
    if text is None:
        return None
    try:
        value = form(text)
    except ValueError:
        value = None
    if value is None or not least <= value < math.inf:
        raise RequestError(f"{name} cannot be {text!r}", param=name, code="invalid_value")
    return value
