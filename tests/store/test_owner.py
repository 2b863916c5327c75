"""Which processes live."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tui_lab.store.owner import is_alive, this_process


def test_this_process_is_alive() -> None:
    assert is_alive(this_process())


def test_a_number_that_another_process_has_now_does_not_count() -> None:
    assert not is_alive(replace(this_process(), process_start="0"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_process_that_ended_is_dead_even_before_its_parent_has_noticed() -> None:
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        owner = replace(this_process(), pid=ended.pid, process_start=_start(ended.pid))
        assert is_alive(owner)
        assert ended.stdin is not None
        ended.stdin.close()
        _wait_without_reaping(ended.pid)
        assert not is_alive(owner)
    finally:
        ended.wait()
    assert not is_alive(owner)


def _start(pid: int) -> str:
    """The start time as the kernel tells it: field 22 of proc(5), which `ps` would show."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def _wait_without_reaping(pid: int) -> None:
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
