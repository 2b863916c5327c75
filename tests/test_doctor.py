from __future__ import annotations

from pathlib import Path

import pytest

from tui_lab.doctor import (
    check_colours,
    check_directory,
    check_encoding,
    check_multiplexer,
    check_network_home,
    check_python,
    check_space,
    check_terminal,
)

XTERM = {"TERM": "xterm-256color"}


def test_python_that_is_new_enough_is_ok() -> None:
    assert check_python((3, 11, 0)).status == "ok"


def test_python_that_is_too_old_is_a_problem() -> None:
    check = check_python((3, 10, 14))
    assert check.status == "problem"
    assert check.message == "Python 3.10.14 is too old"


def test_a_terminal_is_told_with_its_size() -> None:
    check = check_terminal(XTERM, (120, 40))
    assert (check.status, check.message) == ("ok", "xterm-256color, 120×40")


def test_a_terminal_inside_tmux_is_told() -> None:
    assert " in tmux" in check_terminal(XTERM | {"TMUX": "/tmp/x"}, (120, 40)).message


@pytest.mark.parametrize("environ", [{}, {"TERM": ""}, {"TERM": "dumb"}])
def test_a_terminal_without_a_kind_is_a_problem(environ: dict[str, str]) -> None:
    check = check_terminal(environ, (80, 24))
    assert check.status == "problem"
    assert check.fix == "export TERM=xterm-256color"


@pytest.mark.parametrize("size", [(59, 24), (80, 15)])
def test_a_terminal_that_is_too_small_is_a_problem(size: tuple[int, int]) -> None:
    check = check_terminal(XTERM, size)
    assert check.status == "problem"
    assert check.fix == "make it at least 60×16"


def test_no_terminal_leaves_the_headless_commands() -> None:
    check = check_terminal({}, None)
    assert check.status == "warning"
    assert "headless" in check.message


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
    check = check_colours(environ)
    assert (check.message, check.status) == (message, status)


def test_few_colours_in_tmux_have_a_line_for_its_configuration() -> None:
    fix = check_colours({"TERM": "screen", "TMUX": "/tmp/x"}).fix
    assert fix == "in ~/.tmux.conf: set -g default-terminal tmux-256color"


def test_multiplexers_are_told_with_what_copying_needs() -> None:
    assert check_multiplexer({}).status == "ok"
    assert "set-clipboard" in (check_multiplexer({"TMUX": "x"}).fix or "")
    assert check_multiplexer({"STY": "1.pts"}).status == "warning"


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8", "utf_8"])
def test_utf_8_is_ok(encoding: str) -> None:
    assert check_encoding({"LANG": "C"}, encoding, True).status == "ok"


@pytest.mark.parametrize(
    ("environ", "available", "fix"),
    [
        ({"LANG": "C"}, True, "export LANG=C.UTF-8"),
        ({"LANG": "C"}, False, "export LANG=en_US.UTF-8"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, True, "export LC_ALL=C.UTF-8"),
        ({"LANG": "de_DE.UTF-8", "LC_CTYPE": "POSIX"}, True, "export LC_CTYPE=C.UTF-8"),
        ({}, True, "export LC_CTYPE=C.UTF-8"),
    ],
)
def test_another_encoding_is_a_problem_with_the_line_that_mends_it(
    environ: dict[str, str], available: bool, fix: str
) -> None:
    check = check_encoding(environ, "ascii", available)
    assert check.status == "problem"
    assert check.fix == fix


def test_an_unknown_encoding_is_a_problem() -> None:
    assert check_encoding({}, None, True).status == "problem"


def test_a_private_directory_is_ok(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    check = check_directory("data", path)
    assert check.name == "data"
    assert str(path) in check.message
    assert "free" in check.message


def test_a_missing_directory_is_ok_and_not_made(tmp_path: Path) -> None:
    assert check_directory("data", tmp_path / "none").status == "ok"
    assert not (tmp_path / "none").exists()


def test_a_directory_open_to_others_is_a_warning_and_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.mkdir()
    path.chmod(0o755)
    check = check_directory("data", path)
    assert (check.status, check.fix) == ("warning", f"chmod 700 {path}")
    assert path.stat().st_mode & 0o777 == 0o755


def test_a_file_in_place_of_a_directory_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert check_directory("data", tmp_path / "data").status == "problem"
    assert check_directory("data", tmp_path / "data" / "sub").status == "problem"


def test_a_directory_that_cannot_be_written_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    check = check_directory("data", tmp_path)
    assert (check.status, check.fix) == ("problem", f"chmod u+rwx {tmp_path}")


def test_little_room_is_a_warning() -> None:
    assert check_space("data", Path("/d"), 3 * 2**30).message == "/d, 3.0 GiB free"
    check = check_space("data", Path("/d"), 50 * 2**20)
    assert (check.status, check.message) == ("warning", "/d, only 50 MiB free")


def test_a_network_home_is_a_warning_that_says_what_follows() -> None:
    assert check_network_home(Path("/h"), None).status == "ok"
    check = check_network_home(Path("/h"), "nfs4")
    assert check.status == "warning"
    assert "nfs4" in check.message
    assert "slower journal" in check.message
