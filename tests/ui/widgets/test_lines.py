"""Header, footer and status: what they say at a width, and what they leave out first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.builders import a_record
from tui_lab.core.cost import FREE, UNKNOWN, Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import FinishReason
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.ui.key_names import key_name
from tui_lab.ui.text.budget_words import BudgetWords
from tui_lab.ui.widgets.footer_bar import KeyHint, footer_line
from tui_lab.ui.widgets.header_bar import Heading, header_line
from tui_lab.ui.widgets.lane_grid import grid_shape
from tui_lab.ui.widgets.run_status import status_line, status_parts

HEADING = Heading(("Lab", "Templates", "History", "Keys", "Stats"), 0, "default", 2)
HINTS = [
    KeyHint("^j", "run"),
    KeyHint("^c", "stop"),
    KeyHint("^p", "commands", True),
    KeyHint("f1", "help", True),
]


def test_the_header_loses_from_the_right_and_tabs_last() -> None:
    whole = str(header_line(HEADING, 80))
    assert whole.startswith("tui-lab  1 Lab  2 Templates  3 History  4 Keys  5 Stats")
    assert whole.endswith("default · 2 running")
    assert len(whole) == 80
    assert str(header_line(HEADING, 60)).endswith(" 2 running")
    tabs = "1 Lab  2 Templates  3 History  4 Keys  5 Stats"
    assert str(header_line(HEADING, 46)) == tabs


def test_the_budget_is_brief_before_it_is_left_out() -> None:
    budget = BudgetWords("! $4.20 of $5.00 today", "! 84%", "$warning")
    heading = replace(HEADING, budget=budget)
    ends = {
        110: "default · ! $4.20 of $5.00 today · 2 running",
        94: " ! $4.20 of $5.00 today · 2 running",
        76: " ! 84% · 2 running",
        60: " 2 running",
    }
    for width, end in ends.items():
        line = str(header_line(heading, width))
        assert line.endswith(end)
        assert len(line) == width


def test_the_footer_keeps_the_keys_that_lead_to_all_others() -> None:
    assert str(footer_line(HINTS, 60)) == "^j run  ^c stop  ^p commands  f1 help"
    assert str(footer_line(HINTS, 30)) == "^j run  ^p commands  f1 help"
    assert str(footer_line(HINTS, 24)) == "^p commands  f1 help"


@pytest.mark.parametrize(
    ("key", "name"),
    [("ctrl+j,ctrl+enter", "^j"), ("question_mark", "?"), ("f1", "f1"), ("escape", "esc")],
)
def test_keys_are_printed_short(key: str, name: str) -> None:
    assert key_name(key) == name


def a_finished_run(**changes: Any) -> RunRecord:
    values: dict[str, Any] = {
        "status": Status.OK,
        "finish_reason": FinishReason.STOP,
        "usage": Usage(14, 150),
        "timing": Timing(ttft_ms=412.4, itl_ms=11.6),
        "cost": UNKNOWN,
        "attempts": (Attempt(1, ModelRef("openai", "gpt-4o-mini")),),
    }
    return a_record(**values | changes)


def test_a_finished_run_tells_everything() -> None:
    line = status_line(status_parts(a_finished_run(), elapsed_s=9), 100)
    assert line == "✓ stop · ttft 412 ms · 86 tok/s · ↑14 ↓150 · ?"


def test_estimates_and_what_is_free_say_so() -> None:
    run = a_finished_run(usage=Usage(14, 96, estimated=True), cost=FREE)
    assert "↓96~ · $0" in status_line(status_parts(run, elapsed_s=9), 100)


def test_a_cost_that_may_still_change_is_marked() -> None:
    cost = Cost(Decimal("0.0012345"), CostSource.TABLE)
    for status, words in ((Status.RUNNING, "~$0.0012"), (Status.OK, "$0.0012")):
        run = a_finished_run(status=status, cost=cost)
        assert status_parts(run, elapsed_s=9)[-1] == words


def test_a_failure_is_named_by_kind() -> None:
    run = a_record(status=Status.ERROR, error=LabError(ErrorKind.RATE_LIMIT, "too many"))
    assert status_line(status_parts(run, elapsed_s=9), 100) == "✗ error: rate limit"


def test_a_narrow_lane_keeps_outcome_tokens_and_cost() -> None:
    line = status_line(status_parts(a_finished_run(), elapsed_s=9), 36)
    assert line == "✓ stop · 86/s · ↑14 ↓150 · ?"


def test_a_running_one_tells_the_seconds_and_what_it_waits_for() -> None:
    parts = status_parts(a_record(), elapsed_s=3.14, waits_for="for the first token")
    assert parts == ("◐ 3.1 s", "for the first token")


@pytest.mark.parametrize(
    ("lanes", "width", "height", "shape"),
    [
        (1, 120, 40, (1, 1)),
        (2, 80, 20, (2, 1)),
        (2, 60, 20, (1, 1)),
        (3, 120, 30, (2, 2)),
        (4, 120, 30, (2, 2)),
        (4, 120, 12, (2, 1)),
        (7, 200, 60, (2, 2)),
    ],
)
def test_the_grid_takes_as_many_lanes_as_there_is_room_for(
    lanes: int, width: int, height: int, shape: tuple[int, int]
) -> None:
    assert grid_shape(lanes, width, height) == shape
