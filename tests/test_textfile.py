from __future__ import annotations

from pathlib import Path

from tui_lab.core.problem import Problem
from tui_lab.textfile import read_text


def test_a_missing_file_is_no_problem(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none.toml") is None


def test_line_ends_and_byte_order_mark_of_other_systems_are_understood(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n")
    assert read_text(file) == "a = 1\nb = 2\n"


def test_a_directory_is_a_problem(tmp_path: Path) -> None:
    problem = read_text(tmp_path)
    assert isinstance(problem, Problem)
    assert "directory" in problem.message


def test_text_in_another_encoding_is_a_problem_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"a = 1\nb = '\xe9'\n")
    problem = read_text(file)
    assert isinstance(problem, Problem)
    assert (problem.file, problem.line) == (str(file), 2)
    assert "UTF-8" in problem.message
