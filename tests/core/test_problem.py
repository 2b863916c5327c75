from __future__ import annotations

from tui_lab.core.problem import Problem


def test_a_problem_reads_place_message_hint() -> None:
    problem = Problem("not a number", "config.toml", 3, 5, hint="write 30")
    assert str(problem) == "config.toml:3:5: not a number (write 30)"


def test_a_problem_outside_a_file_has_no_place() -> None:
    assert str(Problem("TUI_LAB_X is unknown")) == "TUI_LAB_X is unknown"
