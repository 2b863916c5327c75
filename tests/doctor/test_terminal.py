from __future__ import annotations

import pytest

from tests.doctor.surroundings import XTERM, around, in_tmux
from tui_lab.doctor.measuring import CELLS, Measured
from tui_lab.doctor.terminal import check_colours, check_terminal, check_widths

SSH = {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}


def test_a_terminal_is_told_with_its_size_and_its_own_name() -> None:
    check = check_terminal(around())
    assert (check.status, check.message) == ("ok", "xterm-256color, 120×40")
    check = check_terminal(around(measured=Measured(name="foot(1.25)")))
    assert check.message == "xterm-256color, 120×40, foot(1.25)"


def test_what_a_terminal_is_in_is_told() -> None:
    assert (
        "tmux-256color in tmux in mosh"
        in check_terminal(in_tmux(ancestors=("tmux: client", "mosh-server"))).message
    )


@pytest.mark.parametrize("environ", [{}, {"TERM": ""}, {"TERM": "dumb"}])
def test_a_terminal_without_a_kind_is_a_problem(environ: dict[str, str]) -> None:
    check = check_terminal(around(environ))
    assert check.status == "problem"
    assert check.fix == "export TERM=xterm-256color"


@pytest.mark.parametrize("size", [(59, 24), (80, 15)])
def test_a_terminal_that_is_too_small_is_a_problem(size: tuple[int, int]) -> None:
    check = check_terminal(around(size=size))
    assert check.status == "problem"
    assert check.fix == "make it at least 60×16"


def test_a_terminal_that_does_not_tell_its_size_can_be_told() -> None:
    check = check_terminal(around(size=(0, 0)))
    assert (check.status, check.fix) == ("warning", "stty rows 40 cols 120")


def test_no_terminal_leaves_the_headless_commands() -> None:
    check = check_terminal(around({}, size=None))
    assert check.status == "warning"
    assert "headless" in check.message


def test_a_kind_that_the_system_does_not_know_can_be_brought_along() -> None:
    check = check_terminal(around({"TERM": "xterm-foo"}, is_in_terminfo=False))
    assert (check.status, check.fix) == ("warning", "export TERM=xterm-256color")
    check = check_terminal(around({"TERM": "xterm-foo"} | SSH, is_in_terminfo=False))
    assert "infocmp -x xterm-foo | ssh" in (check.fix or "")


def test_another_kind_than_that_of_tmux_is_a_warning_in_tmux() -> None:
    check = check_terminal(in_tmux(environ=XTERM))
    assert check.status == "warning"
    assert "tmux set -g default-terminal tmux-256color" in (check.fix or "")


@pytest.mark.parametrize(
    ("environ", "message", "status"),
    [
        ({"NO_COLOR": "1", "COLORTERM": "truecolor"}, "none, as NO_COLOR asks", "ok"),
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "16 million", "ok"),
        ({"COLORTERM": "24bit"}, "16 million", "ok"),
        (XTERM, "256", "ok"),
        ({"TERM": "xterm"}, "16", "warning"),
    ],
)
def test_colours_are_counted(environ: dict[str, str], message: str, status: str) -> None:
    check = check_colours(around(environ))
    assert (check.message, check.status) == (message, status)


def test_few_colours_in_tmux_have_a_line_for_its_configuration() -> None:
    fix = check_colours(in_tmux(environ={"TERM": "screen"})).fix
    assert fix == "in ~/.tmux.conf: set -g default-terminal tmux-256color"


def test_colours_that_the_terminal_has_and_the_environment_hides_are_a_warning() -> None:
    measured = Measured(has_true_colour=True)
    check = check_colours(around(measured=measured))
    assert (check.status, check.fix) == ("warning", "export COLORTERM=truecolor")
    fix = check_colours(around(XTERM | SSH, measured=measured)).fix or ""
    assert "SendEnv COLORTERM" in fix
    assert "AcceptEnv COLORTERM" in fix
    assert check_colours(in_tmux()).status == "warning"


def test_colours_that_the_environment_invents_are_a_warning() -> None:
    environ = XTERM | {"COLORTERM": "truecolor"}
    check = check_colours(around(environ, measured=Measured(has_true_colour=False)))
    assert (check.status, check.fix) == ("warning", "unset COLORTERM")


def test_a_tmux_that_takes_colours_away_is_a_warning_with_its_line() -> None:
    environ = {"COLORTERM": "truecolor"}
    assert check_colours(in_tmux(environ=environ)).status == "ok"
    check = check_colours(in_tmux(environ=environ, features=frozenset({"256"})))
    assert check.status == "warning"
    assert "tmux set -as terminal-features ',xterm-256color:RGB'" in (check.fix or "")


def test_widths_are_compared_with_those_that_the_lab_counts() -> None:
    assert check_widths(around()) is None
    check = check_widths(around(measured=Measured(cells=CELLS)))
    assert check is not None
    assert check.status == "ok"


@pytest.mark.parametrize(
    ("cells", "fix"),
    [({"─": 2}, "ambiguous characters narrow"), ({"😀": 1}, "Unicode 9")],
)
def test_another_width_is_a_warning(cells: dict[str, int], fix: str) -> None:
    check = check_widths(around(measured=Measured(cells={**CELLS, **cells})))
    assert check is not None
    assert check.status == "warning"
    assert next(iter(cells)) in check.message
    assert fix in (check.fix or "")


def test_a_tmux_that_was_not_told_of_utf_8_is_named() -> None:
    measured = Measured(cells={**CELLS, "─": 2})
    check = check_widths(in_tmux(utf8=False, measured=measured))
    assert check is not None
    assert check.fix == "attach with: tmux -u attach"
