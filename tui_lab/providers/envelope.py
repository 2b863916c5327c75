"""What goes around a request: its address, its headers, the key; and what is said of a failure."""

from __future__ import annotations

from dataclasses import replace

from tui_lab import __version__
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.wire import Dialect, WireRequest


def request_url(provider: Provider, request: WireRequest) -> str:
    return provider.base_url.rstrip("/") + request.path


def request_headers(
    provider: Provider, spoken: Dialect, request: WireRequest, key: str | None
) -> dict[str, str]:
    """All headers, names in lower case; `key` is the key itself, or a mark in its place."""
    headers = {
        "accept": "application/json, text/event-stream",
        "user-agent": f"tui-lab/{__version__}",
    }
    for more in (spoken.headers, provider.headers, request.headers):
        headers |= {name.lower(): value for name, value in more.items()}
    if key is None or provider.auth == "none":
        return headers
    if provider.auth == "bearer":
        return headers | {"authorization": f"Bearer {key}"}
    return headers | {provider.auth: key}


def revealed_key(key: Secret | None, provider: Provider) -> str | None:
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


def unanswered(error: LabError, provider: Provider) -> LabError:
    """A failure to reach the provider, with the provider's own hint where it has one."""
    unreachable = error.kind in (ErrorKind.NETWORK, ErrorKind.TIMEOUT)
    return replace(error, hint=provider.hint) if unreachable and provider.hint else error


def refused(error: LabError, provider: Provider, key: Secret | None) -> LabError:
    """A refusal; one that is about the key says where that is from."""
    if error.kind is not ErrorKind.AUTH or provider.simulated:  # its failures stand for others'
        return error
    if key is None:
        return replace(error, hint=f"it wants a key: set providers.{provider.id}.key_env")
    where = f"; a new one is made at {provider.keys_url}" if provider.keys_url else ""
    return replace(error, hint=f"check the key for {provider.name}{where}")
