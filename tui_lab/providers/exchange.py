"""One attempt: a call goes out to a provider, the events of its answer come back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui_lab import __version__
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Failed, Note, Stamped
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
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
        headers = _headers(provider, request, _revealed(key, provider))
    except LabError as error:
        yield Stamped(clock(), Failed(error))
        return
    for name, why in request.dropped:
        yield Stamped(clock(), Note(f"{name} was not sent: {why}", dropped=name))
    patience = Patience(limits)
    async with AsyncExitStack() as stack:
        opening = room.open(
            request.method,
            _url(provider, request),
            headers,
            request.body,
            connect_timeout_s=limits.connect_s,
            now_ms=clock,
        )
        try:
            response = await patience.wait(stack.enter_async_context(opening))
        except LabError as error:
            yield Stamped(clock(), Failed(_unanswered(error, provider)))
            return
        reading = Reading(response, dialect, patience, clock)
        if 200 <= response.status < 300:
            async for stamped in reading.answer():
                yield stamped
        else:
            refusal = _refused(await reading.refusal(), provider, key)
            yield Stamped(clock(), Failed(refusal))


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
    return Preview(_url(provider, request), _headers(provider, request, key_mark), request)


def _url(provider: Provider, request: WireRequest) -> str:
    return provider.base_url.rstrip("/") + request.path


def _headers(provider: Provider, request: WireRequest, key: str | None) -> dict[str, str]:
    headers = {
        "accept": "application/json, text/event-stream",
        "user-agent": f"tui-lab/{__version__}",
    }
    for more in (provider.headers, request.headers):
        headers |= {name.lower(): value for name, value in more.items()}
    if key is None or provider.auth == "none":
        return headers
    if provider.auth == "bearer":
        return headers | {"authorization": f"Bearer {key}"}
    return headers | {provider.auth: key}


def _revealed(key: Secret | None, provider: Provider) -> str | None:
    """The only place where a key is taken out of its wrapping."""
    if key is None or provider.auth == "none":
        return None
    value = key.reveal()
    _check_key(value, provider)
    return value


def _check_key(value: str, provider: Provider) -> None:
    strange = next((char for char in value if not "!" <= char <= "~"), None)
    if value and strange is None:
        return
    fault = f"holds a character that no key has (U+{ord(strange):04X})" if strange else "is empty"
    raise LabError(
        ErrorKind.AUTH,
        f"the key for {provider.name} {fault}",
        "copy it again from where it was made, and nothing else with it",
    )


def _unanswered(error: LabError, provider: Provider) -> LabError:
    """A failure to reach the provider, with the provider's own hint where it has one."""
    unreachable = error.kind in (ErrorKind.NETWORK, ErrorKind.TIMEOUT)
    return replace(error, hint=provider.hint) if unreachable and provider.hint else error


def _refused(error: LabError, provider: Provider, key: Secret | None) -> LabError:
    """A refusal; one that is about the key says where that is from."""
    if error.kind is not ErrorKind.AUTH:
        return error
    if key is None:
        return replace(error, hint=f"it wants a key: set providers.{provider.id}.key_env")
    where = f"; a new one is made at {provider.keys_url}" if provider.keys_url else ""
    return replace(error, hint=f"check the key for {provider.name}{where}")
