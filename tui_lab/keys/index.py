"""Which keys a workspace has, and where each of them is kept: never the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyId, KeyKind
from tui_lab.core.value_json import format_time, parse_time
from tui_lab.keys.references import Reference
from tui_lab.private_file import PrivateFile

_VERSION = 1


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A key that exists. `place` is a reference's text or the name of the keyring; `mask` is what
    may be shown of a stored key, and `…` for a reference."""

    id: KeyId
    kind: KeyKind
    place: str
    mask: str
    active: bool
    added_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "workspace": self.id.workspace,
            "provider": self.id.provider,
            "label": self.id.label,
            "kind": self.kind.value,
            "place": self.place,
            "mask": self.mask,
            "active": self.active,
            "added_at": format_time(self.added_at),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> KeyEntry:
        """Raises `KeyError`, `TypeError`, `ValueError`, `LabError` for what is no entry."""
        if data["kind"] == KeyKind.REFERENCE:
            Reference.parse(data["place"])
        return cls(
            KeyId(str(data["workspace"]), str(data["provider"]), str(data["label"])),
            KeyKind(data["kind"]),
            str(data["place"]),
            str(data["mask"]),
            data["active"] is True,
            parse_time(data["added_at"]),
        )


@dataclass(frozen=True, slots=True)
class Index:
    """All entries, in order of their ids; and where the person chose to keep keys."""

    entries: tuple[KeyEntry, ...] = ()
    store: KeyKind | None = None

    def find(self, key: KeyId) -> KeyEntry | None:
        return next((entry for entry in self.entries if entry.id == key), None)

    def of(self, workspace: str, provider: str) -> tuple[KeyEntry, ...]:
        mine = (workspace, provider)
        return tuple(one for one in self.entries if (one.id.workspace, one.id.provider) == mine)

    def active(self, workspace: str, provider: str) -> KeyEntry | None:
        return next((entry for entry in self.of(workspace, provider) if entry.active), None)

    def with_entry(self, entry: KeyEntry) -> Index:
        """With this one in place of the one of its id; if it is active, it alone."""
        others = (one for one in self.entries if one.id != entry.id)
        kept = (_inactive_beside(one, entry) for one in others)
        return replace(self, entries=tuple(sorted((*kept, entry), key=lambda one: one.id)))

    def without(self, key: KeyId) -> Index:
        return replace(self, entries=tuple(one for one in self.entries if one.id != key))


def _inactive_beside(one: KeyEntry, entry: KeyEntry) -> KeyEntry:
    same = (one.id.workspace, one.id.provider) == (entry.id.workspace, entry.id.provider)
    return replace(one, active=False) if same and entry.active else one


class IndexFile:
    """The index on disk. What another process changes is seen at once."""

    def __init__(self, path: Path) -> None:
        self._file = PrivateFile(path, "the list of keys")
        self._read: tuple[tuple[int, ...] | None, Index] | None = None

    @property
    def notices(self) -> list[str]:
        return self._file.notices

    def current(self) -> Index:
        """Raises `LabError`: `storage`, or `config` for a file that cannot be understood."""
        version = self._file.version
        if self._read is None or self._read[0] != version:
            self._read = version, self._parsed(self._file.read())
        return self._read[1]

    def change(self, step: Callable[[Index], Index]) -> None:
        """Applies a step to what the file holds now; raises as `current` does."""
        with self._file.alone():
            index = step(self._parsed(self._file.read()))
            document = {
                "version": _VERSION,
                "store": index.store,
                "keys": [entry.to_json() for entry in index.entries],
            }
            self._file.write((json.dumps(document, indent=1) + "\n").encode())

    def _parsed(self, data: bytes | None) -> Index:
        if data is None:
            return Index()
        try:
            document = json.loads(data)
            if document["version"] <= _VERSION:
                entries = tuple(KeyEntry.from_json(one) for one in document["keys"])
                return Index(entries, KeyKind(document["store"]) if document["store"] else None)
        except (LabError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._unusable("is damaged", "restore it, or move it away") from None
        raise self._unusable("was written by a newer tui-lab", "use that version")

    def _unusable(self, fault: str, hint: str) -> LabError:
        return LabError(ErrorKind.CONFIG, f"the list of keys {self._file.path} {fault}", hint)
