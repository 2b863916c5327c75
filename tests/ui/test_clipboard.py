"""Copying: by the way that there is, with no more said than is known."""

from __future__ import annotations

import base64
from pathlib import Path

from tui_lab.ui.clipboard import LARGEST_ENCODED, Terminal, copy, osc52

SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}


def copied(text: str, folder: Path, *, route: str = "auto", **environ: str) -> tuple[str, str]:
    """What was told, and what was written to the terminal."""
    written: list[str] = []
    told = copy(text, Terminal(written.append, SSH | environ, folder), route=route)
    return told, "".join(written)


def test_over_ssh_the_terminal_is_asked_and_success_is_not_claimed(tmp_path: Path) -> None:
    told, written = copied("héllo", tmp_path)
    assert (
        base64.b64decode(written.removeprefix("\x1b]52;c;").removesuffix("\x07"))
        == "héllo".encode()
    )
    assert "OSC 52" in told
    assert "6 bytes" in told
    assert "copied" not in told


def test_tmux_and_screen_pass_it_on_wrapped() -> None:
    tmux = osc52("x", {"TMUX": "/tmp/tmux"})
    assert tmux is not None
    assert tmux.startswith("\x1bPtmux;\x1b\x1b]52;c;")
    assert tmux.endswith("\x1b\\")
    screen = osc52("x" * 1000, {"TERM": "screen-256color"})
    assert screen is not None
    assert all(len(piece) < 256 for piece in screen.split("\x1b\\"))


def test_what_is_too_long_for_a_terminal_goes_to_a_private_file(tmp_path: Path) -> None:
    text = "x" * LARGEST_ENCODED
    told, written = copied(text, tmp_path)
    (file,) = tmp_path.iterdir()
    assert written == ""
    assert str(file) in told
    assert file.read_text() == text
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_way_can_be_chosen(tmp_path: Path) -> None:
    told, written = copied("x", tmp_path, route="file")
    assert written == ""
    assert "saved to" in told
