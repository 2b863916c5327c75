"""The machine: Python, the encoding, directories, the disk, the clock."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from tui_lab.doctor.check import Check

OLDEST_PYTHON = (3, 11)
_LITTLE_SPACE = 100 * 2**20  # bytes: about 50,000 runs of history
_CLOCKS_DIFFER = timedelta(minutes=5)
"""By so much those of hosts with one history may."""


def check_python(version: tuple[int, int, int]) -> Check:
    number = ".".join(map(str, version))
    if version[:2] < OLDEST_PYTHON:
        return Check("python", "problem", f"Python {number} is too old", "install 3.11 or newer")
    return Check("python", "ok", f"Python {number}")


def check_encoding(environ: Mapping[str, str], encoding: str | None, available: bool) -> Check:
    """Whether other than ASCII characters can be shown.

    `encoding` is that of the terminal's stream, `available` whether the system has C.UTF-8.
    """
    locale = "C.UTF-8" if available else "en_US.UTF-8"
    deciding = next(
        (name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "LC_CTYPE"
    )
    told = f" ({deciding}={environ[deciding]})" if deciding in environ else ""
    if _is_utf8(encoding or ""):
        if _is_utf8(environ.get(deciding, "").partition(".")[2]):
            return Check("encoding", "ok", "UTF-8")
        words = f"UTF-8, but an editor opened from the lab may not know it{told}"
        return Check("encoding", "warning", words, f"export {deciding}={locale}")
    return Check(
        "encoding",
        "problem",
        f"the terminal's encoding is {encoding or 'unknown'}{told}: lines and other scripts break",
        f"export {deciding}={locale}",
    )


def _is_utf8(name: str) -> bool:
    return name.lower().replace("-", "").replace("_", "").partition("@")[0] == "utf8"


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


def check_clock(now: datetime, newest: datetime | None, zone: tzinfo) -> Check:
    """`newest` is when the newest run of the history began, `zone` that of the budgets."""
    if newest is not None and newest > now + _CLOCKS_DIFFER:
        words = f"it is {_moment(now)}, but the newest run is of {_moment(newest)}"
        return Check("clock", "warning", words, "sudo timedatectl set-ntp true")
    return Check("clock", "ok", f"{_moment(now)}; days of budgets begin at midnight {zone}")


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
