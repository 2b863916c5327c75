"""What can go wrong, in words for people and exit codes for scripts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    USAGE = "usage"
    CONFIG = "config"
    NO_KEY = "no_key"
    AUTH = "auth"
    POLICY = "policy"
    BUDGET = "budget"
    NO_ROUTE = "no_route"
    STORAGE = "storage"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    UNSUPPORTED_PARAMETER = "unsupported_parameter"
    CONTEXT_OVERFLOW = "context_overflow"
    CONTENT_FILTER = "content_filter"
    RATE_LIMIT = "rate_limit"
    QUOTA = "quota"
    TIMEOUT = "timeout"
    NETWORK = "network"
    SERVER = "server"
    PROTOCOL = "protocol"
    CANCELLED = "cancelled"


EXIT_CODES: dict[ErrorKind, int] = {
    ErrorKind.USAGE: 2,
    ErrorKind.CONFIG: 3,
    ErrorKind.NO_KEY: 3,
    ErrorKind.AUTH: 3,
    ErrorKind.POLICY: 4,
    ErrorKind.BUDGET: 4,
    ErrorKind.NO_ROUTE: 4,
    ErrorKind.STORAGE: 5,
    ErrorKind.CANCELLED: 130,
}
"""Exit codes by kind; every kind not named here exits 1."""


@dataclass(eq=True)
class LabError(Exception):
    """A failure, as a value and as an exception.

    `message` is one line that says what happened, `hint` one line that says what to do.
    `status` is the HTTP status, `retry_after_s` the provider's own hint in seconds,
    `raw` the provider's words as they came (redacted before they are shown or stored).
    """

    kind: ErrorKind
    message: str
    hint: str = ""
    status: int | None = None
    retry_after_s: float | None = None
    raw: str | None = None

    def __post_init__(self) -> None:
        super().__init__(self.message)

    def __hash__(self) -> int:
        return hash((self.kind, self.message, self.status))

    def __str__(self) -> str:
        return self.message

    @property
    def exit_code(self) -> int:
        return EXIT_CODES.get(self.kind, 1)
