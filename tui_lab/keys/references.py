"""Keys that are kept elsewhere and looked up when they are needed: never stored here."""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.key_input import SHORTEST_KEY
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.secret import Secret, remove_key_formats

COMMAND_SECONDS = 10.0
PASSPHRASE_VARIABLE = "TUI_LAB_VAULT_PASSPHRASE"  # noqa: S105 (its name, not its value)
_LARGEST = 64 * 1024
_NAMES = {
    "env": "environment",
    "file": "file",
    "command": "command",
    "shell": "shell command",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """Where to look: `env:NAME`, `file:PATH`, `command:WORDS` (without a shell), `shell:TEXT`."""

    form: str
    target: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Raises `LabError` of kind `usage` for what is no reference, and for a key in its text."""
        form, _, target = text.partition(":")
        target = target.strip()
        if form not in _NAMES or not target or "\0" in target:
            raise LabError(
                ErrorKind.USAGE,
                "that is no reference to a key",
                "write env:NAME, file:PATH, command:WORDS or, for a shell, shell:TEXT",
            )
        if remove_key_formats(target) != target:
            raise LabError(
                ErrorKind.USAGE,
                "the reference holds what looks like a key itself",
                "a reference only names where the key is",
            )
        if form == "command":
            _words(target)
        return cls(form, target)

    def __str__(self) -> str:
        return f"{self.form}:{self.target}"

    @property
    def words(self) -> str:
        return f"reference to {_NAMES[self.form]} {self.target}"

    @property
    def is_slow(self) -> bool:
        """Whether a program gives it, when it is asked or by a named pipe: that is done once a
        session."""
        return self.form in ("command", "shell") or (self.form == "file" and _is_pipe(self))

    def read(self, environ: Mapping[str, str], *, pipe_seconds: float = COMMAND_SECONDS) -> Secret:
        """The key that is there now; raises `LabError` of kind `no_key`. A command may take
        `COMMAND_SECONDS`; for so long whoever writes to a named pipe is waited for, too."""
        if self.form == "env":
            text = environ.get(self.target, "").strip()
            if not text:
                raise _no_key(self.words, "is not set", f"export {self.target}=…")
        elif self.form == "file":
            text = _file_text(self, pipe_seconds)
        else:
            text = _output(self, environ)
        return Secret(_one_line(text, self.words))


def _path(reference: Reference) -> Path:
    try:
        return Path(reference.target).expanduser()
    except RuntimeError:  # a home directory that nobody has
        return Path(reference.target)


def _is_pipe(reference: Reference) -> bool:
    try:
        return _path(reference).is_fifo()
    except OSError:
        return False


def _file_text(reference: Reference, pipe_seconds: float) -> str:
    try:
        # To open a named pipe that nobody writes to would wait for ever.
        with open(os.open(_path(reference), os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            select.select([file], [], [], pipe_seconds)  # any other file is ready at once
            return (file.read(_LARGEST) or b"").decode("utf-8", "replace")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _no_key(reference.words, f"cannot be read: {reason}", "check the path") from None


def _output(reference: Reference, environ: Mapping[str, str]) -> str:
    """What the command prints. Its standard error may hold anything: only a failure shows it."""
    in_shell = reference.form == "shell"
    try:
        process = subprocess.Popen(  # noqa: S603 (the person wrote it, for this)
            reference.target if in_shell else _words(reference.target),
            shell=in_shell,  # only where it was asked for by name
            env={name: value for name, value in environ.items() if name != PASSPHRASE_VARIABLE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that all it starts can be ended
        )
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise _no_key(reference.words, f"cannot be run: {reason}", "check the command") from None
    try:
        out, errors = process.communicate(timeout=COMMAND_SECONDS)
    except subprocess.TimeoutExpired:
        _end(process)
        raise _no_key(
            reference.words,
            f"did not end within {COMMAND_SECONDS:g} s",
            "run it by hand: it may be waiting for something to be unlocked",
        ) from None
    except BaseException:
        _end(process)
        raise
    if process.returncode != 0:
        said = remove_key_formats(sanitise_line(errors.decode("utf-8", "replace").strip()))[:200]
        failed = f"failed with code {process.returncode}" + (f": {said}" if said else "")
        raise _no_key(reference.words, failed, "run it by hand to see why")
    return out.decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    process.wait()


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words:
        raise LabError(
            ErrorKind.USAGE,
            "the command has an open quotation",
            "close it, or use a shell command (shell:TEXT)",
        )
    return words


def _one_line(text: str, words: str) -> str:
    """The one line that holds something; its content is in no message."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise _no_key(words, "gives nothing", "it should give the key on one line")
    if len(lines) > 1:
        raise _no_key(words, f"gives {len(lines)} lines", "it should give the key on one line")
    if len(lines[0]) < SHORTEST_KEY:
        raise _no_key(words, "gives one character, which is no key", "check it")
    return lines[0]


def _no_key(words: str, what: str, hint: str) -> LabError:
    return LabError(ErrorKind.NO_KEY, f"the {words} {what}", hint)
