"""A program in a pseudo terminal: every byte it writes with its time, and what was seen when."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyte

COLUMNS, ROWS = 120, 40
MARKER = re.compile(r"⟦(\d{6})⟧")

# What pyte would print or misread: private and intermediate control sequences, strings.
_UNKNOWN = re.compile(
    r"\x1b\[[<=>][0-9;:]*[A-Za-z]|\x1b\[\??[0-9;]*[ $'\"!][A-Za-z]|\x1b\[\??[0-9;]*u"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\"
)


@dataclass
class Recording:
    """Reads from the terminal and keys sent to it; times in seconds, monotonic."""

    reads: list[tuple[float, bytes]] = field(default_factory=list)
    keys: list[tuple[float, str]] = field(default_factory=list)

    def bytes_between(self, begin: float, end: float) -> int:
        return sum(len(data) for at, data in self.reads if begin <= at <= end)


def record(
    argv: Sequence[str], *, seconds: float, keys: Callable[[float], str | None]
) -> Recording:
    """Runs a program in a 120×40 terminal until it ends, at most so many seconds.

    `keys` is asked every few milliseconds, with the seconds since the start, for a key to send.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        os.execvpe(argv[0], list(argv), environment)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    recording = Recording()
    began = time.monotonic()
    try:
        while (now := time.monotonic()) - began < seconds:
            key = keys(now - began)
            if key is not None:
                os.write(terminal, key.encode())
                recording.keys.append((now, key))
            if not select.select([terminal], [], [], 0.005)[0]:
                continue
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            recording.reads.append((time.monotonic(), data))
            _answer(terminal, data)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    return recording


def _answer(terminal: int, data: bytes) -> None:
    """Says, like a plain xterm, that modes asked for are unknown."""
    for mode in re.findall(rb"\x1b\[\?(\d+)\$p", data):
        os.write(terminal, b"\x1b[?%s;0$y" % mode)


@dataclass
class Sightings:
    """When something was first on the screen: markers by number, the n-th key that was typed."""

    markers: dict[int, float] = field(default_factory=dict)
    echoes: list[float] = field(default_factory=list)


def replay(recording: Recording) -> Sightings:
    """Plays the recording to a terminal in memory, read by read."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    typed = "".join(key for _, key in recording.keys)
    seen = Sightings()
    held = ""
    for at, data in recording.reads:
        text = held + decode(data)
        cut = text.rfind("\x1b")
        whole = cut < 0 or re.match(r"\x1b(\[[0-9;:?<=>$]*[@-~]|[^\[\]P_^X])", text[cut:])
        text, held = (text, "") if whole or len(text) - cut > 4096 else (text[:cut], text[cut:])
        screen.dirty.clear()
        stream.feed(_UNKNOWN.sub("", text))
        for number in screen.dirty:
            if number < ROWS:
                _look(screen.display[number], at, typed, seen)
    return seen


def _look(line: str, at: float, typed: str, seen: Sightings) -> None:
    for marker in MARKER.findall(line):
        seen.markers.setdefault(int(marker), at)
    while len(seen.echoes) < len(typed) and typed[: len(seen.echoes) + 1] in line:
        seen.echoes.append(at)


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; NaN of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
