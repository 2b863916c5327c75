"""Whether a provider answers at all: the cheapest question there is, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui_lab.core.keys import KeyCheck
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.key_check import check_key


@dataclass(frozen=True, slots=True)
class Ping:
    """What the provider said, after so many milliseconds."""

    check: KeyCheck
    latency_ms: float


async def ping(
    room: HttpRoom, provider: Provider, key: Secret | None, clock: Callable[[], float]
) -> Ping:
    """Never raises for what the provider says; `clock` counts seconds."""
    began = clock()
    check = await check_key(room, provider, key)
    return Ping(check, round((clock() - began) * 1000, 1))
