"""What is known of the way of a copy, and no more."""

from __future__ import annotations

import pytest

from tests.doctor.surroundings import XTERM, around, in_tmux
from tui_lab.doctor.copying import check_copying
from tui_lab.doctor.measuring import Measured

SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}


def test_what_the_terminal_does_not_tell_is_unknown() -> None:
    check = check_copying(around(), "auto")
    assert check.status == "ok"
    assert "unknown" in check.message


def test_a_terminal_that_says_it_takes_copies_is_believed() -> None:
    check = check_copying(around(measured=Measured(takes_copies=True)), "auto")
    assert check.message == "by OSC 52, which the terminal says it takes"


def test_a_tool_is_used_on_this_machine_unless_it_is_far_away() -> None:
    assert check_copying(around(clipboard_tool="xclip"), "auto").message == "with xclip"
    remote = around(XTERM | SSH, clipboard_tool="xclip")
    assert "OSC 52" in check_copying(remote, "auto").message
    assert check_copying(remote, "native").message == "with xclip"


def test_a_tool_that_is_asked_for_and_not_there_is_a_warning() -> None:
    check = check_copying(around(), "native")
    assert (check.status, check.fix) == ("warning", 'clipboard = "auto"')


def test_files_are_used_where_they_are_asked_for() -> None:
    assert "into files" in check_copying(around(), "file").message


def test_tmux_gives_copies_on_whatever_its_settings_are() -> None:
    check = check_copying(in_tmux(), "auto")
    assert check.status == "ok"
    assert "set-clipboard external, allow-passthrough off" in check.message


@pytest.mark.parametrize(
    ("changes", "fix"),
    [
        ({"features": frozenset({"RGB"})}, "terminal-features ',xterm-256color:clipboard'"),
        ({"features": None, "version": "2.6"}, "tmux set -s set-clipboard on"),
        ({"ancestors": ("mosh-server",)}, "terminal-overrides ',*:Ms="),
    ],
)
def test_a_tmux_that_keeps_copies_is_a_warning_with_its_line(
    changes: dict[str, object], fix: str
) -> None:
    check = check_copying(in_tmux(**changes), "auto")
    assert check.status == "warning"
    assert fix in (check.fix or "")


def test_an_old_tmux_whose_clipboard_is_on_is_well() -> None:
    check = check_copying(in_tmux(features=None, set_clipboard="on"), "auto")
    assert check.status == "ok"


def test_screen_is_told() -> None:
    assert "screen" in check_copying(around({"TERM": "screen", "STY": "1"}), "auto").message


def test_a_tmux_that_is_seen_nowhere_is_told() -> None:
    assert "no terminal" in check_copying(in_tmux(terminal="", features=None), "auto").message


def test_a_tmux_on_the_other_machine_is_known_by_its_answer() -> None:
    measured = Measured(name="tmux 3.3a")
    check = check_copying(around({"TERM": "tmux-256color"} | SSH, measured=measured), "auto")
    assert check.status == "ok"
    assert "set-clipboard on" in check.message
    check = check_copying(around({"TERM": "screen"} | SSH, measured=measured), "auto")
    assert check.status == "warning"
    assert "default-terminal tmux-256color" in (check.fix or "")
