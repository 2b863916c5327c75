"""Keys that cannot be printed by accident, and the removal of those that got into a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from hashlib import sha256
from threading import Lock
from typing import Any, SupportsIndex, TypeVar, cast

T = TypeVar("T")

MASKED = "[key removed]"
_SHORTEST_EXACT = 8  # shorter ones would be found in a text by chance
_SHORTEST_SHOWN = 20

# In the middle of a word (`task-…`, `FAQ.…`) a key has a digit: after `\n` or `%3D` it may be one.
_HAS_DIGIT = r"(?=[A-Za-z_-]{0,60}[0-9])"

# Formats of keys as their providers make them; only for logs, tracebacks and error bodies.
_KEY_FORMATS = re.compile(
    r"sk-ant-[A-Za-z0-9_-]{16,}"
    r"|sk-or-v1-[A-Za-z0-9]{16,}"
    rf"|sk-(?:(?<![A-Za-z]sk-)|{_HAS_DIGIT})[A-Za-z0-9_-]{{16,}}"
    r"|gsk_[A-Za-z0-9]{16,}"
    r"|xai-[A-Za-z0-9]{16,}"
    r"|tgp_[A-Za-z0-9_-]{16,}"
    r"|AIza[A-Za-z0-9_-]{30,}"
    rf"|AQ\.(?:(?<![A-Za-z]AQ\.)|{_HAS_DIGIT})[A-Za-z0-9_-]{{16,}}"
    r"|pplx-[A-Za-z0-9]{16,}"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{16,}"
)


class Secret(str):
    """A key. As text it is its mask, and so it is in JSON, in a pickle, in any message; what it
    hides is had from `reveal()` alone, for the header."""

    __slots__ = ("_value",)
    _value: str

    def __new__(cls, value: str) -> Secret:
        shown = f"{value[:4]}…{value[-4:]}" if len(value) >= _SHORTEST_SHOWN else "…"
        secret = super().__new__(cls, shown)
        secret._value = value
        return secret

    def reveal(self) -> str:
        return self._value

    @property
    def mask(self) -> str:
        """At most four characters at each end, nothing of a key shorter than twenty."""
        return str(self)

    @property
    def digest(self) -> str:
        """What tells keys apart and gives none of them away."""
        return sha256(self._value.encode("utf-8", "surrogatepass")).hexdigest()

    def __str__(self) -> str:
        return "".join(self)

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[str], tuple[str]]:
        return self.__reduce__()


class KnownSecrets:
    """The keys that this session has met, so that they can be taken out of all that leaves it.

    It may be used from any thread.
    """

    def __init__(self) -> None:
        self._values: tuple[str, ...] = ()
        self._adding = Lock()

    def add(self, secret: Secret) -> None:
        value = secret.reveal()
        if len(value) < _SHORTEST_EXACT or value in self._values:
            return
        with self._adding:
            # The longest first: one may be the beginning of another.
            self._values = tuple(sorted({*self._values, value}, key=len, reverse=True))

    def remove_from(self, text: str) -> str:
        """The text without these keys; the very same where there are none in it."""
        for value in self._values:
            if value in text:
                text = text.replace(value, MASKED)
        return text

    def seem_in(self, text: str) -> bool:
        """Whether one of these keys is in a text, or what looks like a provider's key."""
        return any(value in text for value in self._values) or bool(_KEY_FORMATS.search(text))

    def begun_at_end(self, text: str) -> int:
        """How many characters at the end of a text may be the beginning of one of these keys."""
        return max((_overlap(text, value) for value in self._values), default=0)


def without_keys(value: T, known: KnownSecrets) -> T:
    """The same value without these keys in any of its texts: of a dataclass, list, tuple or mapping
    that of each part. What holds none is the very same object."""
    cleaned: Any = value
    if isinstance(value, str):
        if not isinstance(value, Enum | Secret):
            cleaned = known.remove_from(value)
    elif isinstance(value, list | tuple):
        parts = [without_keys(part, known) for part in value]
        if any(new is not old for new, old in zip(parts, value, strict=True)):
            cleaned = type(value)(parts)
    elif isinstance(value, Mapping):
        items = {name: without_keys(part, known) for name, part in value.items()}
        if any(items[name] is not part for name, part in value.items()):
            cleaned = items
    elif is_dataclass(value) and not isinstance(value, type):
        parts_by_name = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {
            name: new
            for name, part in parts_by_name.items()
            if (new := without_keys(part, known)) is not part
        }
        cleaned = replace(value, **changed) if changed else value
    return cast("T", cleaned)


class SecretFilter:
    """Takes known keys out of a text that comes in pieces, also where a piece ends within one."""

    def __init__(self, known: KnownSecrets) -> None:
        self._known = known
        self._held = ""

    def feed(self, piece: str) -> str:
        """What can be passed on; the possible beginning of a key is held back."""
        text = self._known.remove_from(self._held + piece)
        cut = len(text) - self._known.begun_at_end(text)
        self._held = text[cut:]
        return text[:cut]

    def end(self) -> str:
        """What was held back last."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, value: str) -> int:
    """The length of the longest end of `text` with which `value` begins, but is not whole."""
    tail = text[-(len(value) - 1) :]
    start = tail.find(value[0])
    while start >= 0:
        if value.startswith(tail[start:]):
            return len(tail) - start
        start = tail.find(value[0], start + 1)
    return 0


def remove_key_formats(text: str) -> str:
    """The text without anything that looks like a provider's key."""
    return _KEY_FORMATS.sub(MASKED, text)
