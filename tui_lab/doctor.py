"""What the machine, the terminal and the directories are like, and how to put right what is not.

Each check looks at values it is given and gives one finding.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

OLDEST_PYTHON = (3, 11)
SMALLEST_TERMINAL = (60, 16)
"""Columns and rows under which the screens cannot be drawn."""
_LITTLE_SPACE = 100 * 2**20  # bytes: about 50,000 runs of history


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. A `problem` keeps something from working, a `warning` makes it worse.

    `fix` says what to do; where that is a command or a line to write, it is exactly that.
    """

    name: str
    status: Literal["ok", "warning", "problem"]
    message: str
    fix: str | None = None


def check_python(version: tuple[int, int, int]) -> Check:
    number = ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        return Check("python", "problem", f"Python {number} is too old", "install 3.11 or newer")
    return Check("python", "ok", f"Python {number}")


def check_terminal(environ: Mapping[str, str], size: tuple[int, int] | None) -> Check:
    """The kind of terminal and its size in columns and rows; None when it tells none."""
    kind = environ.get("TERM", "")
    if size is None:
        return Check(
            "terminal", "warning", "no terminal: only the headless commands", "try tui-lab run"
        )
    if kind in ("", "dumb", "unknown"):
        told = f"TERM is {kind}" if kind else "TERM is not set"
        return Check("terminal", "problem", told, "export TERM=xterm-256color")
    columns, rows = size
    if columns < SMALLEST_TERMINAL[0] or rows < SMALLEST_TERMINAL[1]:
        needed = "{}×{}".format(*SMALLEST_TERMINAL)
        return Check(
            "terminal", "problem", f"{columns}×{rows} is too small", f"make it at least {needed}"
        )
    within = "".join(f" in {name}" for name in _multiplexers(environ))
    return Check("terminal", "ok", f"{kind}{within}, {columns}×{rows}")


def check_colours(environ: Mapping[str, str]) -> Check:
    """How many colours the terminal says it has, by the customary variables."""
    if environ.get("NO_COLOR"):
        return Check("colours", "ok", "none, as NO_COLOR asks")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Check("colours", "ok", "16 million")
    kind = environ.get("TERM", "")
    if "256color" in kind:
        return Check("colours", "ok", "256", "if it can show more: export COLORTERM=truecolor")
    if "tmux" in _multiplexers(environ):
        fix = "in ~/.tmux.conf: set -g default-terminal tmux-256color"
    else:
        fix = "if it can show more: export TERM=xterm-256color"
    return Check("colours", "warning", "16", fix)


def check_multiplexer(environ: Mapping[str, str]) -> Check:
    """What tmux and screen need for copying from the lab."""
    match _multiplexers(environ):
        case ["tmux", *_]:
            return Check(
                "tmux",
                "ok",
                "copying goes through tmux",
                "if nothing arrives, in ~/.tmux.conf: set -g set-clipboard on",
            )
        case ["screen"]:
            return Check(
                "screen", "warning", "screen cuts long copies short", "use tmux, or save to a file"
            )
        case _:
            return Check("multiplexer", "ok", "none")


def _multiplexers(environ: Mapping[str, str]) -> list[str]:
    """`tmux` or `screen`, from the inside out where both are there."""
    found = []
    if environ.get("TMUX"):
        found.append("tmux")
    if environ.get("STY"):
        found.append("screen")
    return found


def check_encoding(environ: Mapping[str, str], encoding: str | None, available: bool) -> Check:
    """Whether other than ASCII characters can be shown.

    `encoding` is that of the terminal's stream, `available` whether the system has C.UTF-8.
    """
    name = (encoding or "").lower().replace("-", "").replace("_", "")
    if name == "utf8":
        return Check("encoding", "ok", "UTF-8")
    locale = "C.UTF-8" if available else "en_US.UTF-8"
    deciding = next(
        (name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "LC_CTYPE"
    )
    told = f" ({deciding}={environ[deciding]})" if deciding in environ else ""
    return Check(
        "encoding",
        "problem",
        f"the terminal's encoding is {encoding or 'unknown'}{told}: lines and other scripts break",
        f"export {deciding}={locale}",
    )


def check_directory(name: str, path: Path) -> Check:
    """A directory of the lab: there, private, writable, with room. It is not changed."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return Check(name, "ok", f"{path} (made when it is needed)")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Check(name, "problem", f"{path}: {reason}", "check the directories above it")
    if not stat.S_ISDIR(found.st_mode):
        return Check(name, "problem", f"{path} is not a directory", "move it away")
    quoted = shlex.quote(str(path))
    if not os.access(path, os.W_OK | os.X_OK):
        return Check(name, "problem", f"{path} cannot be written", f"chmod u+rwx {quoted}")
    if stat.S_IMODE(found.st_mode) & 0o077:
        return Check(name, "warning", f"{path} is open to other users", f"chmod 700 {quoted}")
    return check_space(name, path, shutil.disk_usage(path).free)


def check_space(name: str, path: Path, free: int) -> Check:
    """Room on the disk of a directory; `free` in bytes."""
    room = f"{free / 2**30:.1f} GiB free" if free >= 2**30 else f"{free / 2**20:.0f} MiB free"
    if free < _LITTLE_SPACE:
        return Check(name, "warning", f"{path}, only {room}", "make room: history may not fit")
    return Check(name, "ok", f"{path}, {room}")


def check_network_home(path: Path, filesystem: str | None) -> Check:
    """`filesystem` is the name of the network file system that holds the path, None if local."""
    if filesystem is None:
        return Check("disk", "ok", "local")
    return Check(
        "disk",
        "warning",
        f"{path} is on a network ({filesystem}): the history uses a slower journal there",
        "export TUI_LAB_DATA_DIR=/a/local/directory",
    )
