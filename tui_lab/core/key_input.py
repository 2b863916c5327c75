"""A key as a person gives it: cleaned of what was copied with it, and questioned where it looks
like another provider's. A format is a hint, never a verdict: providers change them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.secret import Secret

SHORTEST_KEY = 2
_QUOTES = "\"'`“”‘’"
_COMMON_PREFIX = "sk-"
"""What half of the providers begin with: it speaks against none that has no prefix of its own."""


class CleanKey(NamedTuple):
    """The key, and in words what was taken off it."""

    secret: Secret
    notices: tuple[str, ...]


def clean_key(text: str) -> CleanKey:
    """Takes white space, quotes and `Bearer ` off its ends.

    Raises `LabError` of kind `usage` for what is then no key. Its text is in no message.
    """
    value, notices = text.strip("\r\n"), []
    if value != value.strip():
        notices.append("white space around the key was left out")
    value = value.strip()
    if len(value) > 1 and value[0] in _QUOTES and value[-1] in _QUOTES:
        notices.append("the quotes around the key were left out")
        value = value.strip(_QUOTES).strip()
    if bearer := re.match(r"(?:authorization:\s*)?bearer(?:\s+|$)", value, re.IGNORECASE):
        notices.append("`Bearer` before the key was left out")
        value = value[bearer.end() :].strip(_QUOTES).strip()
    _check(value)
    return CleanKey(Secret(value), tuple(notices))


def _check(value: str) -> None:
    if not value:
        fault = "the key is empty"
    elif len(value) < SHORTEST_KEY:
        fault = "one character is no key"
    elif re.search(r"\s", value):
        fault = "the key has white space inside"
    elif strange := next((char for char in value if not "!" <= char <= "~"), None):
        fault = f"the key holds a character that no key has (U+{ord(strange):04X})"
    else:
        return
    raise LabError(ErrorKind.USAGE, fault, "copy it again from where it was made, and it alone")


def likely_owners(
    secret: Secret, provider: str, prefixes: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The providers whose key this rather seems to be; none where it may well be this provider's.

    `prefixes` are the beginnings of keys by provider. The longest that fits decides.
    """
    value = secret.reveal()
    fitting = {
        prefix for known in prefixes.values() for prefix in known if value.startswith(prefix)
    }
    if not fitting:
        return ()
    longest = max(fitting, key=len)
    owners = tuple(name for name, known in prefixes.items() if longest in known)
    told = bool(prefixes.get(provider)) or longest != _COMMON_PREFIX
    return owners if provider not in owners and told else ()
