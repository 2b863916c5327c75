"""Asking tmux; here a script answers in its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import a_command
from tui_lab import tmux

ALL = "3.3a|external|1|500|256,RGB,clipboard|xterm-256color|1|4711"


def inside(folder: Path, script: str) -> dict[str, str]:
    return {"TMUX": "/tmp/tmux,1,0", "PATH": a_command(folder, "tmux", script)}


def test_it_tells_its_settings_and_what_its_terminal_can_do(tmp_path: Path) -> None:
    told = tmux.ask(inside(tmp_path, f"echo '{ALL}'"))
    assert told is not None
    assert (told.version, told.set_clipboard, told.escape_ms) == ("3.3a", "external", 500)
    assert told.passes_through
    assert told.features == frozenset({"256", "RGB", "clipboard"})
    assert (told.terminal, told.utf8, told.client_pid) == ("xterm-256color", True, 4711)


def test_an_old_one_does_not_tell_all(tmp_path: Path) -> None:
    told = tmux.ask(inside(tmp_path, "echo '2.6|||||||'"))
    assert told is not None
    assert (told.escape_ms, told.features, told.passes_through) == (None, None, False)


@pytest.mark.parametrize("script", ["exit 1", "echo something else"])
def test_one_that_does_not_answer_so_tells_nothing(tmp_path: Path, script: str) -> None:
    assert tmux.ask(inside(tmp_path, script)) is None


def test_outside_of_it_nobody_is_asked(tmp_path: Path) -> None:
    environ = inside(tmp_path, f"echo '{ALL}'") | {"TMUX": ""}
    assert tmux.ask(environ) is None


@pytest.mark.parametrize(
    ("script", "remote"),
    [
        ("echo SSH_CONNECTION=10.0.0.1 1 10.0.0.2 22", True),
        ("echo -SSH_CONNECTION", False),
        ("exit 1", None),
    ],
)
def test_it_knows_whether_its_session_is_seen_from_afar(
    tmp_path: Path, script: str, remote: bool | None
) -> None:
    assert tmux.is_remote(inside(tmp_path, script)) is remote
