"""The sandbox asked by the lab's own dialects, and what it told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.answers import Told
from tui_lab.core.events import Failed, Finished
from tui_lab.core.messages import Message
from tui_lab.core.parameters import Parameters
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import load_catalogue, with_overrides
from tui_lab.providers.dialects import DIALECT_IDS, dialect
from tui_lab.providers.exchange import TimeLimits, exchange
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.wire import Call
from tui_lab.sandbox.handler import Sandbox

PROMPT = "Say hello to the café ☃."
VERSIONS = {"gemini": "/v1beta", "ollama": ""}
KEY = Secret("sk-any-0123456789abcdef")
every_dialect = pytest.mark.parametrize("spoken", DIALECT_IDS)
streamed_or_not = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])


async def no_wait(seconds: float) -> None:
    """Time flies."""


async def ask(
    spoken: str,
    model: str = "echo",
    *,
    stream: bool = True,
    sandbox: Sandbox | None = None,
    system: str | None = None,
    fault: str | None = None,
    limits: TimeLimits | None = None,
    **parameters: Any,
) -> Told:
    """What a model told in this dialect; `fault` names what is to go wrong."""
    base_url = f"http://sandbox.invalid{VERSIONS.get(spoken, '/v1')}"
    provider = with_overrides({}, {"mine": {"dialect": spoken, "base_url": base_url}})["mine"]
    turns = (Message.of("user", "1"), Message.of("assistant", "2"), Message.of("user", PROMPT))
    options = {} if fault is None else {"fault": fault}
    headers = load_catalogue()["sandbox"].option_headers(options)
    call = Call(model, turns, system, Parameters(**parameters), stream, headers)
    room = HttpRoom({"sandbox.invalid": sandbox or Sandbox(sleep=no_wait)})
    asked = exchange(
        room, provider, dialect(spoken), call, KEY, limits or TimeLimits(), lambda: 0.0
    )
    told = Told([stamped.event async for stamped in asked])
    await room.aclose()
    ending = told.events.pop()
    assert isinstance(ending, Finished | Failed)
    told.end = ending
    return told
