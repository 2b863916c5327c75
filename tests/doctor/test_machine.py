from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from tests.builders import NOON
from tui_lab.doctor.machine import (
    check_clock,
    check_directory,
    check_encoding,
    check_network_home,
    check_python,
    check_space,
)


def test_python_that_is_new_enough_is_ok() -> None:
    assert check_python((3, 11, 0)).status == "ok"


def test_python_that_is_too_old_is_a_problem() -> None:
    check = check_python((3, 10, 14))
    assert check.status == "problem"
    assert check.message == "Python 3.10.14 is too old"


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8", "utf_8"])
def test_utf_8_is_ok(encoding: str) -> None:
    assert check_encoding({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, encoding, True).status == "ok"


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


@pytest.mark.parametrize("environ", [{"LC_ALL": "C"}, {"LANG": "POSIX"}, {}])
def test_utf_8_that_only_python_has_chosen_is_a_warning(environ: dict[str, str]) -> None:
    check = check_encoding(environ, "utf-8", True)
    assert check.status == "warning"
    assert check.fix == f"export {next(iter(environ), 'LC_CTYPE')}=C.UTF-8"


def test_a_clock_behind_the_newest_run_is_a_warning() -> None:
    assert check_clock(NOON, None, UTC).status == "ok"
    assert check_clock(NOON, NOON + timedelta(minutes=1), UTC).status == "ok"
    check = check_clock(NOON, NOON + timedelta(days=1), UTC)
    assert (check.status, check.fix) == ("warning", "sudo timedatectl set-ntp true")
    assert "2026-11-23" in check.message
