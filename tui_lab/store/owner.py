"""Which process owns a run in progress, and whether it still lives.

A process id alone says little: it is used again after a while, after a restart of the host, and
means something else on another host or in another container. So all four are remembered.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_FIRST_PID_NAMESPACE = "pid:[4026531836]"


@dataclass(frozen=True, slots=True)
class Owner:
    """`process_start` is the system's own word for when it began, compared but never read."""

    host: str
    boot_id: str
    pid: int
    process_start: str


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when this process is: its owner, the identity of its database, Unix time in ms."""

    owner: Owner
    database: str
    now_ms: int


def this_process() -> Owner:
    pid = os.getpid()
    return Owner(_host(), _boot_id(), pid, _process_start(pid) or "")


def is_alive(owner: Owner) -> bool:
    """Whether this very process still runs; only to be asked on its own host, in its own boot."""
    return _process_start(owner.pid) == owner.process_start


def _host() -> str:
    """The host's name; inside a container with process ids of its own, those tell it apart."""
    name = socket.gethostname()
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        return name
    return name if namespace == _FIRST_PID_NAMESPACE else f"{name} {namespace}"


def _boot_id() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return _ask("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid")


def _process_start(pid: int) -> str | None:
    """None when there is no such process, or only its remains (a zombie)."""
    if not (_PROC / "self/stat").exists():
        return _ask("/bin/ps", "-o", "lstart=", "-p", str(pid)) or None
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # proc(5): "pid (name) state ..."; the name may hold anything, also parentheses.
    fields = stat.rpartition(")")[2].split()
    state, start_ticks = fields[0], fields[19]
    return None if state in ("Z", "X") else start_ticks


def _ask(*command: str) -> str:
    """What a system program prints, where there is no /proc (macOS)."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()
