"""The keys that workspaces have of their own: where each is kept, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.keys import KeyAction, KeyEvent, KeyId, KeyKind
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys.index import Index, IndexFile, KeyEntry
from tui_lab.keys.os_keyring import Keyring, probe
from tui_lab.keys.references import Reference
from tui_lab.keys.stores import Stores

UNKNOWN_MASK = "…"
"""Of a key that would first have to be fetched."""


class OwnKeys:
    """May be used from any thread. What is slow (a command, a keyring, a vault) happens in `read`,
    `keep`, `delete` and what has to do with the vault, and takes seconds at most; the rest is fast.

    `note` is told of everything that is done, for the audit trail; `known` of every key that is
    met. Raises `LabError`.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        now: Callable[[], datetime],
        known: KnownSecrets,
        note: Callable[[KeyEvent], None] = lambda event: None,
        passphrase_command: str | None = None,
        find_keyring: Callable[[], Keyring] = probe,
    ) -> None:
        self._environ = environ
        self._now = now
        self._known = known
        self._note = note
        self._index = IndexFile(folder / "keys.json")
        self.stores = Stores(
            folder,
            environ,
            known=known,
            unlocked=lambda fault: self._tell_of_vault(KeyAction.UNLOCK, fault),
            passphrase_command=passphrase_command,
            find_keyring=find_keyring,
        )
        self._session: dict[KeyId, tuple[KeyEntry, Secret]] = {}
        self._fetched: dict[tuple[KeyId, str], Secret] = {}

    # What there is

    @property
    def notices(self) -> tuple[str, ...]:
        """What was repaired, for the person to know."""
        return (*self._index.notices, *self.stores.vault.notices)

    @property
    def chosen_store(self) -> KeyKind | None:
        """Where the person has chosen to keep keys; None before the first choice."""
        return self._index.current().store

    def entries(self, workspace: str, provider: str) -> tuple[KeyEntry, ...]:
        """The workspace's keys for a provider, at most one of them active."""
        return self._all().of(workspace, provider)

    def active(self, workspace: str, provider: str) -> KeyEntry | None:
        return self._all().active(workspace, provider)

    def beneath(self, key: KeyId) -> str | None:
        """Where the key is that is there again once the session's of the same label is gone."""
        kept = self._index.current().find(key) if key in self._session else None
        return self.source(kept) if kept is not None else None

    def mask(self, entry: KeyEntry) -> str | None:
        """As much of a key as may be shown; None where it certainly cannot be had now."""
        if entry.kind is not KeyKind.REFERENCE:
            return entry.mask
        reference = Reference.parse(entry.place)
        if reference.is_slow:
            fetched = self._fetched.get((entry.id, entry.place))
            return fetched.mask if fetched else UNKNOWN_MASK
        try:
            secret = reference.read(self._environ)
        except LabError:
            return None
        self._known.add(secret)
        return secret.mask

    def source(self, entry: KeyEntry) -> str:
        """Where a key is, in words."""
        match entry.kind:
            case KeyKind.REFERENCE:
                return Reference.parse(entry.place).words
            case KeyKind.KEYRING:
                return f"keyring ({entry.place})"
            case KeyKind.VAULT:
                return "encrypted vault"
            case _:
                return "this session only"

    # Reading

    def read(self, entry: KeyEntry, *, anew: bool = False) -> Secret:
        """The key. What a command gave is kept for the session, unless it is to be had `anew`."""
        match entry.kind:
            case KeyKind.SESSION:
                return self._session[entry.id][1]
            case KeyKind.REFERENCE:
                secret = self._look_up(entry, anew=anew)
            case _:
                secret = self._stored(entry)
        self._known.add(secret)
        return secret

    def _look_up(self, entry: KeyEntry, *, anew: bool) -> Secret:
        reference, place = Reference.parse(entry.place), (entry.id, entry.place)
        if not anew and place in self._fetched:
            return self._fetched[place]
        secret = reference.read(self._environ)
        if reference.is_slow:
            self._fetched[place] = secret
        return secret

    def _stored(self, entry: KeyEntry) -> Secret:
        secret = self.stores.get(entry.kind, entry.id)
        if secret is None:
            raise LabError(
                ErrorKind.NO_KEY,
                f"the key {entry.id.label!r} is no longer in the {entry.kind}",
                f"set it again: tui-lab keys set {entry.id.provider}",
            )
        return secret

    # Changing

    def keep(self, key: KeyId, secret: Secret, kind: KeyKind) -> None:
        """Adds or replaces a key where the person chose; that choice is remembered."""
        self._known.add(secret)
        if kind is KeyKind.SESSION:
            entry = KeyEntry(key, kind, "", secret.mask, active=True, added_at=self._now())
            self._tell(self._adding(key), entry)
            self._put_aside(key)
            self._session[key] = entry, secret
            return
        self._enter(key, kind, self.stores.put(kind, key, secret), secret.mask)

    def refer(self, key: KeyId, reference: Reference) -> None:
        """Adds or replaces a key that stays where it is; it is not looked up for that."""
        self._enter(key, KeyKind.REFERENCE, str(reference), UNKNOWN_MASK)

    def activate(self, key: KeyId) -> None:
        """Makes this the key that its workspace uses for its provider."""
        entry = replace(self.find(key), active=True)
        self._put_aside(key)
        if entry.kind is KeyKind.SESSION:
            self._session[key] = entry, self._session[key][1]
        else:
            self._index.change(lambda index: index.with_entry(entry))
        self._tell(KeyAction.ACTIVATE, entry)

    def relabel(self, key: KeyId, label: str) -> None:
        """Gives a key another label; raises `LabError` of kind `usage` where there is such a key
        already."""
        entry, new = self.find(key), replace(key, label=label)
        if self._all().find(new) is not None:
            raise LabError(
                ErrorKind.USAGE, f"there is a key {label!r} already", "take another label"
            )
        renamed = replace(entry, id=new)
        if entry.kind is KeyKind.SESSION:
            self._session[new] = renamed, self._session.pop(key)[1]
        else:
            self._move(entry, renamed)
        self._forget(key)
        event = KeyAction.RELABEL, new, self.source(renamed)
        self._note(KeyEvent(self._now(), *event, mask=entry.mask, detail=f"was {key.label}"))

    def delete(self, key: KeyId) -> None:
        """Removes a key from where it is kept, then from the list. No other takes its place."""
        entry = self.find(key)
        if entry.kind is KeyKind.SESSION:
            del self._session[key]
        else:
            self._erase(entry)
            self._index.change(lambda index: index.without(key))
        self._forget(key)
        self._tell(KeyAction.DELETE, entry)

    def find(self, key: KeyId) -> KeyEntry:
        """The entry of this key; raises `LabError` of kind `usage` where there is none."""
        entry = self._all().find(key)
        if entry is None:
            labels = [one.id.label for one in self.entries(key.workspace, key.provider)]
            known = f"there is {', '.join(labels)}" if labels else "it has none of its own"
            raise LabError(
                ErrorKind.USAGE,
                f"workspace {key.workspace} has no key {key.label!r} for {key.provider}",
                known,
            )
        return entry

    def change_passphrase(self, passphrase: Secret) -> None:
        """Encrypts the vault, which is unlocked, for another passphrase."""
        self._known.add(passphrase)
        self.stores.vault.change_passphrase(passphrase)
        self._tell_of_vault(KeyAction.REENCRYPT)

    # Inside

    def _all(self) -> Index:
        """What is on disk, and the session's keys over it."""
        index = self._index.current()
        for entry, _ in tuple(self._session.values()):
            index = index.with_entry(entry)
        return index

    def _adding(self, key: KeyId) -> KeyAction:
        return KeyAction.REPLACE if self._all().find(key) else KeyAction.ADD

    def _enter(self, key: KeyId, kind: KeyKind, place: str, mask: str) -> None:
        """Puts a key that is on disk, or elsewhere, into the list; where it was before, it goes."""
        index = self._index.current()
        action, before = self._adding(key), index.find(key)
        first = index.active(key.workspace, key.provider) is None
        active = before.active if before else first
        entry = KeyEntry(key, kind, place, mask, active, self._now())
        chosen = kind if kind is not KeyKind.REFERENCE else self.chosen_store
        self._index.change(lambda index: replace(index.with_entry(entry), store=chosen))
        self._session.pop(key, None)
        self._forget(key)
        self._tell(action, entry)
        if before is not None and before.kind is not kind:
            self._erase(before)

    def _move(self, entry: KeyEntry, renamed: KeyEntry) -> None:
        """A store knows a key by its label, too: it is there under both until the list has it."""
        stored = entry.kind is not KeyKind.REFERENCE
        if stored:
            self.stores.put(entry.kind, renamed.id, self._stored(entry))
        self._index.change(lambda index: index.without(entry.id).with_entry(renamed))
        if stored:
            self._erase(entry)

    def _forget(self, key: KeyId) -> None:
        self._fetched = {at: kept for at, kept in self._fetched.items() if at[0] != key}

    def _put_aside(self, key: KeyId) -> None:
        """The session's other keys for the same provider are used no more."""
        for other, (entry, secret) in tuple(self._session.items()):
            if (other.workspace, other.provider) == (key.workspace, key.provider):
                self._session[other] = replace(entry, active=False), secret

    def _erase(self, entry: KeyEntry) -> None:
        if entry.kind is not KeyKind.REFERENCE:
            self.stores.erase(entry.kind, entry.id)

    def _tell(self, action: KeyAction, entry: KeyEntry) -> None:
        source = self.source(entry)
        self._note(KeyEvent(self._now(), action, entry.id, source, mask=entry.mask))

    def _tell_of_vault(self, action: KeyAction, detail: str | None = None) -> None:
        self._note(KeyEvent(self._now(), action, None, "encrypted vault", detail=detail))
