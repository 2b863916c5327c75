from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tui_lab.core.problem import Problem
from tui_lab.directories import directories, prepare_directory


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_directories_follow_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    found = directories({})
    assert found.config == tmp_path / "c" / "tui-lab"
    assert found.data == tmp_path / "d" / "tui-lab"


def test_the_environment_names_other_directories() -> None:
    found = directories({"TUI_LAB_CONFIG_DIR": "/x/conf", "TUI_LAB_DATA_DIR": "~/lab"})
    assert found.config_file == Path("/x/conf/config.toml")
    assert found.templates_file == Path("/x/conf/templates.toml")
    assert found.themes == Path("/x/conf/themes")
    assert found.data == Path.home() / "lab"


def test_a_relative_directory_is_made_absolute() -> None:
    assert directories({"TUI_LAB_DATA_DIR": "here"}).data == Path.cwd() / "here"


def test_asking_creates_nothing(tmp_path: Path) -> None:
    directories({"TUI_LAB_DATA_DIR": str(tmp_path / "data")})
    assert list(tmp_path.iterdir()) == []


def test_a_new_directory_is_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    assert prepare_directory(path) is None
    assert mode(path) == 0o700


def test_a_private_directory_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o700)
    assert prepare_directory(tmp_path / "a") is None


@pytest.mark.parametrize("wide", [0o755, 0o777, 0o750])
def test_a_directory_open_to_others_is_closed_and_reported(tmp_path: Path, wide: int) -> None:
    path = tmp_path / "a"
    path.mkdir()
    path.chmod(wide)
    problem = prepare_directory(path)
    assert problem is not None
    assert f"{wide:04o}" in problem.message
    assert mode(path) == 0o700


def test_a_directory_for_everyone_is_not_closed(tmp_path: Path) -> None:
    path = tmp_path / "tmp"
    path.mkdir()
    path.chmod(0o1777)
    assert isinstance(prepare_directory(path), Problem)
    assert mode(path) == 0o1777


def test_a_file_in_the_place_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    for path in (tmp_path / "a", tmp_path / "a" / "b"):
        problem = prepare_directory(path)
        assert problem is not None
        assert str(path) in problem.message
