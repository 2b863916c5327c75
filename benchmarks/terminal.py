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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyte

COLUMNS, ROWS = 120, 40
CPU_EVERY_S = 0.05
MARKER = re.compile(r"⟦(\d{6})⟧")

# What pyte would print or misread: private and intermediate control sequences, strings.
_UNKNOWN = re.compile(
    r"\x1b\[[<=>][0-9;:]*[A-Za-z]|\x1b\[\??[0-9;]*[ $'\"!][A-Za-z]|\x1b\[\??[0-9;]*u"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\"
)


@dataclass
class Recording:
    """Reads from the terminal, keys sent to it, CPU seconds used; times in seconds, monotonic."""

    reads: list[tuple[float, bytes]] = field(default_factory=list)
    keys: list[tuple[float, str]] = field(default_factory=list)
    cpu: list[tuple[float, float]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def ended(self) -> float:
        """When the program wrote last."""
        return self.reads[-1][0] if self.reads else self.began

    def bytes_between(self, begin: float, end: float) -> int:
        return sum(len(data) for at, data in self.reads if begin <= at <= end)

    def cpu_between(self, begin: float, end: float) -> float:
        """CPU seconds of the program, all its threads, to about 0.1 s."""
        within = [used for at, used in self.cpu if begin <= at <= end]
        return within[-1] - within[0] if within else float("nan")


def record(
    argv: Sequence[str],
    *,
    seconds: float,
    keys: Callable[[float], str | None],
    script: Sequence[tuple[float, str]] = (),
    environ: Mapping[str, str] = os.environ,
    drain: int | None = None,
    until: bytes | None = None,
) -> Recording:
    """Runs a program in a 120×40 terminal until it ends or has written `until`, at most so many
    seconds.

    `keys` is asked every few milliseconds, with the seconds since the start, for a key to send;
    `script` is sent besides, at its times, and not recorded. `drain` is how many bytes a second
    the terminal takes.
    """
    recording = Recording()
    pid, terminal = pty.fork()
    if pid == 0:
        colours = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment = {name: value for name, value in environ.items() if name != "NO_COLOR"}
        os.execvpe(argv[0], list(argv), environment | colours)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    began = recording.began
    steps = list(script)
    taken = 0
    try:
        while (now := time.monotonic()) - began < seconds:
            if steps and now - began >= steps[0][0]:
                os.write(terminal, steps.pop(0)[1].encode())
            key = keys(now - began)
            if key is not None:
                os.write(terminal, key.encode())
                recording.keys.append((now, key))
            if not recording.cpu or now - recording.cpu[-1][0] > CPU_EVERY_S:
                recording.cpu.append((now, _cpu_seconds(pid)))
            room = 65536 if drain is None else int(drain * (now - began)) - taken
            if room <= 0 or not select.select([terminal], [], [], 0.005)[0]:
                time.sleep(0.005 if room <= 0 else 0)
                continue
            try:
                data = os.read(terminal, min(room, 65536))
            except OSError:
                break
            taken += len(data)
            recording.reads.append((time.monotonic(), data))
            _answer(terminal, data)
            if until is not None and until in b"".join(read for _, read in recording.reads):
                break
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    return recording


def _cpu_seconds(pid: int) -> float:
    """Of all threads; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
