"""Keys that cannot be printed by accident, and the removal of those that got into a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

MASKED = "[key removed]"
_SHORTEST_EXACT = 8

# Formats of keys as their providers make them; only for logs, tracebacks and error bodies.
_KEY_FORMATS = re.compile(
    r"sk-ant-[A-Za-z0-9_-]{16,}"
    r"|sk-or-v1-[A-Za-z0-9]{16,}"
    r"|sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{16,}"
    r"|gsk_[A-Za-z0-9]{16,}"
    r"|xai-[A-Za-z0-9]{16,}"
    r"|tgp_[A-Za-z0-9_-]{16,}"
    r"|AIza[A-Za-z0-9_-]{30,}"
    r"|AQ\.[A-Za-z0-9_-]{16,}"
    r"|pplx-[A-Za-z0-9]{16,}"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{16,}"
)


class Secret:
    """A key. Every way of showing it shows the mask; `reveal()` is for the header alone."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    @property
    def mask(self) -> str:
        """At most four characters at each end, nothing of a key shorter than twenty."""
        return f"{self._value[:4]}…{self._value[-4:]}" if len(self._value) >= 20 else "…"

    def __repr__(self) -> str:
        return f"Secret({self.mask})"

    def __str__(self) -> str:
        return self.mask

    def __format__(self, spec: str) -> str:
        return format(self.mask, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")

    def __getstate__(self) -> Any:
        raise TypeError("a key is not pickled")


def remove_secrets(text: str, secrets: Iterable[Secret]) -> str:
    """The text without the exact values of these keys (very short ones would match by chance)."""
    for secret in secrets:
        value = secret.reveal()
        if len(value) >= _SHORTEST_EXACT:
            text = text.replace(value, MASKED)
    return text


def remove_key_formats(text: str) -> str:
    """The text without anything that looks like a provider's key."""
    return _KEY_FORMATS.sub(MASKED, text)
