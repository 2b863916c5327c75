"""One attempt: a call goes out to a provider, the events of its answer come back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError
from tui_lab.core.events import Failed, Note, Stamped
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.envelope import (
    refused,
    request_headers,
    request_url,
    revealed_key,
    unanswered,
)
from tui_lab.providers.reading import Reading
from tui_lab.providers.time_limits import Patience, TimeLimits
from tui_lab.providers.wire import Call, Dialect, WireRequest

if TYPE_CHECKING:  # the HTTP client is slow to import, and here only a type
    from tui_lab.providers.http import HttpRoom

__all__ = ["Preview", "TimeLimits", "exchange", "preview"]


async def exchange(
    room: HttpRoom,
    provider: Provider,
    dialect: Dialect,
    call: Call,
    key: Secret | None,
    limits: TimeLimits,
    now_ms: Callable[[], float],
) -> AsyncGenerator[Stamped, None]:
    """The events of one attempt; the last is its only `Finished` or `Failed`.

    `Started` comes before the first event of the answer and bears the time of its first frame.
    Events bear the time at which the bytes that completed them arrived, from `now_ms`, to the
    microsecond. Nothing is tried twice and nothing is raised but a cancellation, which closes the
    connection; so does `aclose`.
    """

    def clock() -> float:
        return round(now_ms(), 3)

    try:
        request = dialect.request(call)
        headers = request_headers(provider, dialect, request, revealed_key(key, provider))
    except LabError as error:
        yield Stamped(clock(), Failed(error))
        return
    for name, why in request.dropped:
        yield Stamped(clock(), Note(f"{name} was not sent: {why}", dropped=name))
    patience = Patience(limits)
    async with AsyncExitStack() as stack:
        opening = room.open(
            request.method,
            request_url(provider, request),
            headers,
            request.body,
            connect_timeout_s=limits.connect_s,
            now_ms=clock,
        )
        try:
            response = await patience.wait(stack.enter_async_context(opening))
        except LabError as error:
            error = unanswered(error, provider)
            yield Stamped(clock(), Failed(error, given_up=patience.ran_out))
            return
        reading = Reading(response, dialect, patience, clock)
        if 200 <= response.status < 300:
            async for stamped in reading.answer():
                yield stamped
        else:
            failed = await reading.refusal()
            failed = replace(failed, error=refused(failed.error, provider, key))
            yield Stamped(clock(), failed)


@dataclass(frozen=True, slots=True)
class Preview:
    """A request that is not sent; its headers hold a mark in place of the key.

    `note` says what was done to the prompt, or what is doubtful about it.
    """

    url: str
    headers: Mapping[str, str]
    request: WireRequest
    note: str | None = None


def preview(provider: Provider, dialect: Dialect, call: Call, key_mark: str | None) -> Preview:
    """What `exchange` would send. Raises `LabError` for what the dialect cannot say."""
    request = dialect.request(call)
    headers = request_headers(provider, dialect, request, key_mark)
    return Preview(request_url(provider, request), headers, request)
