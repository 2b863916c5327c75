"""Values for tests: everything has a default, a test names only what it is about."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tui_lab.core.events import Event, Routed, Stamped, Started
from tui_lab.core.messages import Message
from tui_lab.core.price import Price, Rates, Tier
from tui_lab.core.query import Query
from tui_lab.core.query_parsing import parse_query
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef

MODEL = ModelRef("sandbox", "echo")
NOON = datetime(2026, 11, 22, 12, 0, 0, 123000, tzinfo=UTC)


def a_record(run_id: str = "01JD0000000000000000000001", **changes: Any) -> RunRecord:
    """A run before its first event."""
    prompt = changes.pop("prompt", "Say hello")
    values: dict[str, Any] = {
        "id": run_id,
        "batch_id": "01JD0000000000000000000000",
        "model": str(MODEL),
        "provider": MODEL.provider,
        "created_at": NOON,
        "prompt": prompt,
        "messages": (Message.of("user", prompt),),
    }
    return RunRecord(**values | changes)


def a_price(input_rate: str = "2", output_rate: str = "8", **changes: Any) -> Price:
    """Dollars per million tokens, dated; cached input is a tenth, long prompts double."""
    rates = Rates(Decimal(input_rate), Decimal(output_rate), cached=Decimal(input_rate) / 10)
    long = Rates(2 * rates.input, 2 * rates.output)
    values: dict[str, Any] = {"tiers": (Tier(200_000, long),), "source": "a list"}
    return Price(rates, **values | {"date": "2026-11-10"} | changes)


def a_query(text: str, *, typing: bool = False) -> Query:
    """What a person searches for at noon, in UTC."""
    return parse_query(text, NOON, UTC, typing=typing)


def stamped(*events: Event, step_ms: float = 100) -> list[Stamped]:
    """These events, one every `step_ms`, the first at 0."""
    return [Stamped(index * step_ms, event) for index, event in enumerate(events)]


def an_answer(*events: Event, model: ModelRef = MODEL, **routed: Any) -> list[Stamped]:
    """A run that was routed at 0 ms and answered from 100 ms on, an event every 100 ms."""
    return stamped(Routed(model, **routed), Started(200, served_model="echo-1"), *events)


def texts(events: Iterable[Stamped]) -> str:
    """The text of all deltas."""
    return "".join(getattr(one.event, "text", "") for one in events)


def a_command(folder: Path, name: str, script: str) -> str:
    """A command by this name, in shell; the `PATH` on which it comes first."""
    commands = folder / "commands"
    commands.mkdir(exist_ok=True)
    (commands / name).write_text(f"#!/bin/sh\n{script}\n")
    (commands / name).chmod(0o755)
    return f"{commands}:{os.environ['PATH']}"
