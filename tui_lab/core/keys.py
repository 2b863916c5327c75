"""Keys as values: whose they are, where they are from, what is known of them. Never the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tui_lab.core.errors import ErrorKind, LabError

DEFAULT_LABEL = "default"
_LONGEST_LABEL = 40


class KeyKind(StrEnum):
    """Where a key is kept. `ENVIRONMENT` is the variable that all workspaces may share, `REFERENCE`
    a place that is looked at when the key is needed; only keyring and vault store anything."""

    ENVIRONMENT = "environment"
    REFERENCE = "reference"
    KEYRING = "keyring"
    VAULT = "vault"
    SESSION = "session"


@dataclass(frozen=True, slots=True, order=True)
class KeyId:
    """Whose key it is. The label is empty for the environment's, which has none."""

    workspace: str
    provider: str
    label: str = DEFAULT_LABEL


def check_label(label: str) -> str:
    """The label, trimmed; raises `LabError` of kind `usage` for one that cannot be."""
    label = label.strip()
    if not label or len(label) > _LONGEST_LABEL or not label.isprintable():
        raise LabError(
            ErrorKind.USAGE,
            f"{label[:_LONGEST_LABEL]!r} cannot be the label of a key",
            f"use 1 to {_LONGEST_LABEL} printable characters",
        )
    return label


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key that a workspace would use: where it is from, in words, and as much as may be shown.

    The mask is `…` where the key would first have to be fetched.
    """

    id: KeyId
    kind: KeyKind
    source: str
    mask: str


class KeyOutcome(StrEnum):
    """What a provider says of a key. The last two say nothing of the key itself."""

    VALID = "valid"
    INVALID = "invalid"
    NO_PERMISSION = "no_permission"
    NO_CREDIT = "no_credit"
    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"

    @property
    def is_verdict(self) -> bool:
        return self not in (KeyOutcome.RATE_LIMITED, KeyOutcome.UNREACHABLE)


class KeyStatus(StrEnum):
    """What is known of a provider's key without asking anybody."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    INVALID = "invalid"
    NO_PERMISSION = "no_permission"
    NO_CREDIT = "no_credit"
    MISSING = "missing"
    LOCAL = "local"
    NOT_NEEDED = "not_needed"

    @classmethod
    def of(cls, outcome: KeyOutcome | None) -> KeyStatus:
        """After the last verdict, if there was one."""
        match outcome:
            case KeyOutcome.VALID:
                return cls.VERIFIED
            case KeyOutcome.INVALID | KeyOutcome.NO_PERMISSION | KeyOutcome.NO_CREDIT:
                return cls(outcome.value)
            case _:
                return cls.UNVERIFIED


STATUS_GLYPHS = {
    KeyStatus.VERIFIED: "✓",
    KeyStatus.UNVERIFIED: "?",
    KeyStatus.INVALID: "✗",
    KeyStatus.NO_PERMISSION: "✗",
    KeyStatus.NO_CREDIT: "✗",
    KeyStatus.MISSING: "○",
    KeyStatus.LOCAL: "·",
    KeyStatus.NOT_NEEDED: "·",
}


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """The outcome, the provider's words where it refused, its credit (`4.20 USD`) where told."""

    outcome: KeyOutcome
    detail: str | None = None
    credit: str | None = None


class KeyAction(StrEnum):
    ADD = "add"
    REPLACE = "replace"
    VERIFY = "verify"
    ACTIVATE = "activate"
    RELABEL = "relabel"
    DELETE = "delete"
    UNLOCK = "unlock"
    REENCRYPT = "reencrypt"


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """An entry of the audit trail: what was done, when, to which key, from where.

    `key` is None for what concerns the whole vault. `source` is where the key is from, `origin`
    who did it on which machine, `mask` as much of the key as may be shown.
    """

    at: datetime
    action: KeyAction
    key: KeyId | None
    source: str
    origin: str = ""
    mask: str | None = None
    check: KeyCheck | None = None
    detail: str | None = None
