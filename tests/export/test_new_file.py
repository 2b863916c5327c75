"""A file has its name when it is whole, and not before."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.export.new_file import new_file


def test_a_finished_file_is_there_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    with new_file(path, replace=False) as file:
        file.write("né\n")
        assert not path.exists()
        file.finish()
    assert path.read_bytes() == "né\n".encode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_one_that_is_given_up_leaves_nothing_and_the_old_one_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("old")

    def give_up() -> None:
        with new_file(path, replace=True) as file:
            file.write("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_replaced_only_when_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_text("old")
    with pytest.raises(LabError, match="exists already") as refused, new_file(path, replace=False):
        pass
    assert refused.value.kind is ErrorKind.USAGE
    with new_file(path, replace=True) as file:
        file.write("new")
        file.finish()
    assert path.read_text() == "new"


def test_what_a_link_points_to_is_replaced_and_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    with new_file(tmp_path / "link", replace=True) as file:
        file.write("new")
        file.finish()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_pipe_or_a_folder_is_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(LabError, match="is no file"), new_file(path, replace=True):
            pass


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(LabError, match="no such file") as failed,
        new_file(tmp_path / "no" / "runs.csv", replace=False),
    ):
        pass
    assert failed.value.kind is ErrorKind.STORAGE


def test_a_full_disk_leaves_nothing_and_is_told(tmp_path: Path) -> None:
    def fill() -> None:
        with new_file(tmp_path / "runs.csv", replace=False) as file:
            file.write("half of it")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(LabError, match="no space left") as failed:
        fill()
    assert failed.value.kind is ErrorKind.STORAGE
    assert list(tmp_path.iterdir()) == []


def test_the_longest_name_will_do(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    with new_file(path, replace=False) as file:
        file.finish()
    assert path.exists()
