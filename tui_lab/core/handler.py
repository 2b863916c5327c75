"""An HTTP server as one function: the sandbox is one, and so is a scripted provider in a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """Status, headers and a body in pieces.

    A body that raises `ConnectionError` loses the connection there, like a real one.
    """

    status: int
    headers: Mapping[str, str]
    body: AsyncIterator[bytes]


class Handler(Protocol):
    """(method, path with query, headers in lower case, body) → answer."""

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer: ...
