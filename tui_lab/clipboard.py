"""Copying text out of a terminal, and saying no more about it than is known.

Over SSH the only way to the person's own clipboard is a request to the terminal (OSC 52), which
never answers. Beyond what terminals take, and where it is asked for, the text goes to a file.
"""

from __future__ import annotations

import base64
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tui_lab import tmux

LARGEST_ENCODED = 74_994
"""Bytes of base64 that xterm and its kin still take in one OSC 52 sequence."""

SCREEN_PIECE = 240
"""GNU screen passes on device control strings of at most about 256 bytes."""

NATIVE_SECONDS = 2.0

_NATIVE = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
)


@dataclass(frozen=True, slots=True)
class Terminal:
    """The way to the terminal and what is known of it."""

    write: Callable[[str], None] | None
    environ: Mapping[str, str]
    file_folder: Path

    @property
    def remote(self) -> bool:
        told = tmux.is_remote(self.environ)
        if told is not None:
            return told
        return bool(self.environ.get("SSH_CONNECTION") or self.environ.get("SSH_TTY"))


def copy(text: str, terminal: Terminal, *, route: str = "auto") -> str:
    """Copies by the best way there is (`auto`), or by the one named; returns what to tell.

    Raises OSError when the text can only go to a file, and cannot.
    """
    data = text.encode("utf-8", "replace")
    size = _size(len(data))
    why = ""
    if route in ("auto", "native"):
        tool = native_tool(terminal.environ)
        if (
            tool
            and (route == "native" or not terminal.remote)
            and _run(tool, data, terminal.environ)
        ):
            return f"copied {size} with {tool[0]}"
        why = "no clipboard tool works here: " if route == "native" else ""
    if route in ("auto", "osc52"):
        sequence = osc52(text, terminal.environ)
        if sequence is None:
            why = "too long for a terminal's clipboard: "
        # tmux hands on its own requests, in most settings none of the programs in it.
        elif tmux.command(terminal.environ, "load-buffer", "-w", "-", given=data) is not None:
            return f"gave {size} to tmux for the terminal's clipboard (OSC 52), if that takes it"
        elif terminal.write is not None:
            terminal.write(sequence)
            return f"sent {size} to the terminal's clipboard (OSC 52); not every terminal takes it"
    return f"{why}{size} saved to {_save(data, terminal.file_folder)}"


def native_tool(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """The command that fills the clipboard of this machine's own desktop."""
    path = environ.get("PATH")
    if shutil.which("pbcopy", path=path):
        return ("pbcopy",)
    for needs, command in _NATIVE:
        if environ.get(needs) and shutil.which(command[0], path=path):
            return command
    return None


def osc52(text: str, environ: Mapping[str, str]) -> str | None:
    """The sequence that asks a terminal to take a text; None when it is too long for one."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    if len(encoded) > LARGEST_ENCODED:
        return None
    sequence = f"\x1b]52;c;{encoded}\x07"
    if environ.get("TMUX"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        pieces = (
            sequence[start : start + SCREEN_PIECE]
            for start in range(0, len(sequence), SCREEN_PIECE)
        )
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence


def _run(command: tuple[str, ...], data: bytes, environ: Mapping[str, str]) -> bool:
    try:
        subprocess.run(  # noqa: S603
            command,
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=NATIVE_SECONDS,
            check=True,
            env=dict(environ),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _save(data: bytes, folder: Path) -> Path:
    """In a new file, which only its owner may read."""
    prefix = f"copied-{datetime.now():%Y%m%d-%H%M%S}-"
    number, name = tempfile.mkstemp(prefix=prefix, suffix=".txt", dir=folder)
    with open(number, "wb") as file:
        file.write(data)
    return Path(name)


def _size(count: int) -> str:
    return (
        "1 byte" if count == 1 else f"{count} bytes" if count < 1000 else f"{count / 1000:.1f} kB"
    )
