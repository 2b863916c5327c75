"""Copying: by the way that there is, with no more said than is known."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.builders import a_command
from tui_lab.clipboard import LARGEST_ENCODED, Terminal, copy, osc52

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
    assert told.startswith("too long")
    assert file.read_text() == text
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_way_can_be_chosen(tmp_path: Path) -> None:
    told, written = copied("x", tmp_path, route="file")
    assert written == ""
    assert "1 byte saved to" in told


def test_two_copies_in_one_second_are_two_files(tmp_path: Path) -> None:
    copied("one", tmp_path, route="file")
    copied("two", tmp_path, route="file")
    assert {file.read_text() for file in tmp_path.iterdir()} == {"one", "two"}


def test_tmux_is_given_the_text_which_it_hands_on_in_any_setting(tmp_path: Path) -> None:
    got = tmp_path / "got"
    path = a_command(tmp_path, "tmux", f'echo "$@" > {got}; cat >> {got}')
    told, written = copied("héllo", tmp_path, TMUX="x", PATH=path)
    assert got.read_text() == "load-buffer -w -\nhéllo"
    assert written == ""
    assert "6 bytes to tmux" in told
    assert "copied" not in told


def test_a_tmux_that_cannot_is_asked_to_pass_the_request_through(tmp_path: Path) -> None:
    path = a_command(tmp_path, "tmux", "exit 1")
    _, written = copied("x", tmp_path, TMUX="x", PATH=path)
    assert written.startswith("\x1bPtmux;")


def test_a_tool_of_the_desktop_is_used_on_this_machine_alone(tmp_path: Path) -> None:
    got = tmp_path / "got"
    environ = {"DISPLAY": ":0", "PATH": a_command(tmp_path, "xclip", f"cat > {got}")}
    told = copy("héllo", Terminal(None, environ, tmp_path))
    assert (told, got.read_text()) == ("copied 6 bytes with xclip", "héllo")
    got.unlink()
    told, written = copied("x", tmp_path, **environ)
    assert "OSC 52" in told
    assert written
    assert not got.exists()


def test_a_session_of_tmux_that_is_seen_by_ssh_now_is_not_local(tmp_path: Path) -> None:
    script = "case $1 in show-environment) echo SSH_CONNECTION=1;; *) exit 1;; esac"
    a_command(tmp_path, "xclip", "exit 0")
    environ = {"DISPLAY": ":0", "TMUX": "x", "PATH": a_command(tmp_path, "tmux", script)}
    written: list[str] = []
    assert "OSC 52" in copy("x", Terminal(written.append, environ, tmp_path))
    assert written


def test_where_no_tool_works_a_file_takes_it_and_why_is_told(tmp_path: Path) -> None:
    told, _ = copied("x", tmp_path, route="native", PATH="/nowhere")
    assert told.startswith("no clipboard tool works here: 1 byte saved to ")
