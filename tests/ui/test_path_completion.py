"""Paths are completed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_lab.ui.path_completion import completions, shared_beginning


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pictures", ".hidden"):
        (tmp_path / name).mkdir()
    for name in ("a.png", "b.png", "plan.txt", "bad\x1b[31m.png", "pictures/cat.png"):
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ("", ["pictures/", "a.png", "b.png", "plan.txt"]),
        ("p", ["pictures/", "plan.txt"]),
        ("pictures/", ["pictures/cat.png"]),
        ("./b", ["./b.png"]),
        (".h", [".hidden/"]),
        ("~", ["~/"]),
        ("~/pl", ["~/plan.txt"]),
        ("missing/", []),
        ("a.png/", []),
        ("nul\0/", []),
        ("~nobody-of-this-name/", []),
    ],
)
def test_folders_come_first_and_what_no_terminal_can_show_never(
    written: str, paths: list[str]
) -> None:
    assert completions(written) == paths


def test_what_paths_have_in_common() -> None:
    assert shared_beginning(["pictures/", "plan.txt", "pope"]) == "p"
    assert shared_beginning(["a.png"]) == "a.png"
