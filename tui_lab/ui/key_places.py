"""The places that a key can be in, as a person chooses one."""

from __future__ import annotations

from typing import NamedTuple

from tui_lab.core.keys import KeyKind


class KeyPlace(NamedTuple):
    """`form` is that of a reference (`env`, `file`, `command`, `shell`), None where the key itself
    is kept. `asks` is what has to be written then, `hint` an example of it."""

    kind: KeyKind
    form: str | None
    name: str
    words: str
    asks: str = "key"
    hint: str = ""

    @property
    def id(self) -> str:
        return self.form or self.kind.value


PLACES = (
    KeyPlace(
        KeyKind.VAULT, None, "encrypted vault", "one file, opened by a passphrase once a session"
    ),
    KeyPlace(KeyKind.KEYRING, None, "keyring", "that of this system"),
    KeyPlace(KeyKind.SESSION, None, "this session", "forgotten when tui-lab ends"),
    KeyPlace(
        KeyKind.REFERENCE,
        "env",
        "another variable",
        "of the environment: nothing is stored",
        "variable",
        "WORK_OPENAI_KEY",
    ),
    KeyPlace(
        KeyKind.REFERENCE, "file", "a file", "read when it is needed", "file", "~/.keys/openai"
    ),
    KeyPlace(
        KeyKind.REFERENCE,
        "command",
        "a command",
        "run once a session, without a shell",
        "command",
        "pass show openai",
    ),
    KeyPlace(
        KeyKind.REFERENCE,
        "shell",
        "a shell command",
        "run once a session, by the shell",
        "command",
        "age -d key.age | head -1",
    ),
)
