"""What there is around this process: gathered here, judged elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tui_lab import clipboard, tmux
from tui_lab.doctor.measuring import Measured, measure
from tui_lab.tmux import Tmux

NO_KIND = ("", "dumb", "unknown")
_MOST_ANCESTORS = 64
_STDIN, _STDOUT = 0, 1


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`size` in columns and rows, None without a terminal; `encoding` that of its stream.

    `is_in_terminfo` is whether the system knows the kind of terminal, None where that cannot be
    found out. `ancestors` are the names of the processes above this one, and above the client of
    tmux. `measured` is what the terminal answered, or why it was not asked.
    """

    environ: Mapping[str, str]
    size: tuple[int, int] | None = None
    encoding: str | None = None
    has_c_utf8: bool = True
    is_in_terminfo: bool | None = None
    tmux: Tmux | None = None
    ancestors: tuple[str, ...] = ()
    clipboard_tool: str | None = None
    measured: Measured | str = "not asked"

    @property
    def is_in_tmux(self) -> bool:
        return bool(self.environ.get("TMUX"))

    @property
    def is_from_tmux(self) -> bool:
        """Whether the person came out of a tmux on another machine, which answers for itself."""
        name = self.measured.name if isinstance(self.measured, Measured) else None
        return not self.is_in_tmux and (name or "").startswith("tmux")

    @property
    def is_in_screen(self) -> bool:
        return bool(self.environ.get("STY")) and not self.is_in_tmux

    @property
    def is_in_mosh(self) -> bool:
        return "mosh-server" in self.ancestors

    @property
    def is_remote(self) -> bool:
        return bool(self.environ.get("SSH_CONNECTION")) or self.is_in_mosh


def surroundings(environ: Mapping[str, str], measured: Measured | str) -> Surroundings:
    """As they are now; `measured` is what `ask_terminal` has found."""
    told = tmux.ask(environ)
    clients = (os.getppid(), told.client_pid) if told else (os.getppid(),)
    tool = clipboard.native_tool(environ)
    return Surroundings(
        environ=environ,
        size=_size(),
        encoding=sys.__stdout__.encoding if sys.__stdout__ else None,
        has_c_utf8=Path("/usr/lib/locale/C.utf8").exists(),
        is_in_terminfo=_is_in_terminfo(environ.get("TERM", "")),
        tmux=told,
        ancestors=tuple(name for pid in clients for name in _ancestors(pid)),
        clipboard_tool=tool[0] if tool else None,
        measured=measured,
    )


def ask_terminal(environ: Mapping[str, str]) -> Measured | str:
    """What the terminal of this process answers, or why it is not asked. It shows its other screen
    meanwhile, for some seconds at most."""
    try:
        if not (os.isatty(_STDIN) and os.isatty(_STDOUT)):
            return "standard input or output is not a terminal"
        if environ.get("TERM", "") in NO_KIND:
            return "TERM says that it understands no questions"
        if _is_in_background(_STDIN):
            return "this runs in the background"
        return measure(os.ttyname(_STDIN))
    except OSError as error:
        return f"it cannot be opened: {error}"


def _size() -> tuple[int, int] | None:
    try:
        size = os.get_terminal_size(_STDOUT)
    except OSError:
        return None
    return size.columns, size.lines


def _is_in_background(fd: int) -> bool:
    """To change the terminal would stop the process then."""
    try:
        return os.tcgetpgrp(fd) != os.getpgrp()
    except OSError:  # without job control there is no background
        return False


def _is_in_terminfo(kind: str) -> bool | None:
    try:
        import curses
    except ImportError:  # Python can be built without
        return None
    with open(os.devnull) as nowhere:
        try:
            curses.setupterm(kind, nowhere.fileno())
        except curses.error:
            return False
    return True


def _ancestors(pid: int) -> Iterator[str]:
    """Names of this process and those above it, by proc(5); none where there is no /proc."""
    for _ in range(_MOST_ANCESTORS):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            return
        name, _, rest = stat.partition("(")[2].rpartition(")")
        yield name
        pid = int(rest.split()[1])
