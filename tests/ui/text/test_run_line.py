"""A run as a line of a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.builders import NOON, a_query, a_record
from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.matching import finder
from tui_lab.core.record import Status
from tui_lab.core.sanitise import is_safe
from tui_lab.core.summary import GLYPHS
from tui_lab.ui.text.run_line import Joint, joint, moment_cells, run_line, when


def line(
    width: int = 60, *, joined: Joint = Joint.ALONE, marked: bool = False, **run: object
) -> str:
    parts = run_line(a_record(**run), width, now=NOON, joined=joined, marked=marked)  # type: ignore[arg-type]
    return "".join(part.text for part in parts)


def test_outcome_time_model_and_prompt_stand_in_a_line() -> None:
    words = line(status=Status.ERROR, model="groq/llama", prompt="Why?\nSay it.")
    assert words.split() == ["✗", "12:00", "groq/llama", "?", "Why?", "Say", "it."]


def test_what_it_cost_stands_in_a_wide_line_only() -> None:
    cost = Cost(Decimal("0.0012345"), CostSource.TABLE)
    assert " $0.0012 " in line(60, cost=cost, status=Status.OK)
    assert "~$0.0012 " in line(60, cost=cost)
    assert "$" not in line(59, cost=cost)


def test_the_model_that_answered_is_named() -> None:
    assert "groq/other" in line(model="groq/llama", answered_by="groq/other")


def test_a_long_model_gives_up_its_provider_first() -> None:
    assert "claude-haiku-4-5" in line(model="anthropic/claude-haiku-4-5")
    assert "anthropic" not in line(model="anthropic/claude-haiku-4-5")


def found(width: int = 60, **run: object) -> list[str]:
    parts = run_line(
        a_record(**run),  # type: ignore[arg-type]
        width,
        now=NOON,
        joined=Joint.ALONE,
        marked=False,
        find=finder(a_query("needle")),
    )
    return [part.text for part in parts if part.ink == "found"]


def test_what_was_found_is_brought_into_view() -> None:
    assert found(100, prompt="a needle, another Needle") == ["needle", "Needle"]
    assert found(60, prompt="a needle, another Needle") == ["needle"]
    assert found(prompt="hay " * 90 + "needle") == ["needle"]
    assert found(prompt="hay", text="of hay " * 20 + "needle") == ["needle"]
    assert found(prompt="hay") == []


def test_what_a_person_said_of_a_run_stands_where_there_is_room() -> None:
    tags = ("keep", "very-long-tag" * 9)
    assert line(100, tags=tags, rating=4, note="so").endswith("✎ 4★ #keep")
    assert "#keep" not in line(40, tags=tags, rating=4, note="so")
    assert "✎" not in line(100, prompt="Why?")


def test_marks_and_joints_come_first() -> None:
    assert line(marked=True, joined=Joint.FIRST).startswith("●┌")


@given(st.text(), st.text(min_size=1), st.integers(40, 120))
def test_any_text_fills_exactly_the_width(prompt: str, model: str, width: int) -> None:
    words = line(width, prompt=prompt, model=f"x/{model}")
    assert cell_len(words) == width
    assert is_safe(words)
    assert "\n" not in words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOON, "14:00"),
        (NOON + timedelta(hours=11), "23 Nov 01:00"),
        (NOON - timedelta(days=1), "21 Nov 14:00"),
        (NOON.replace(year=2025), "22 Nov  2025"),
    ],
)
def test_the_time_is_as_near_as_it_needs_to_be(moment: datetime, words: str) -> None:
    here = timezone(timedelta(hours=2))
    assert when(moment, NOON.astimezone(here)) == words


def test_neighbours_of_one_batch_are_joined() -> None:
    a, b = a_record(batch_id="a"), a_record(batch_id="b")
    rows = [a, b, b, replace(b), a, a]
    assert [joint(rows, row).value for row in range(6)] == [" ", "┌", "│", "└", "┌", "└"]


def test_every_outcome_takes_one_cell() -> None:
    assert {cell_len(GLYPHS[status]) for status in Status} == {1}


def test_times_take_the_same_room_in_every_line_of_a_list() -> None:
    rows = [a_record(created_at=NOON), a_record(created_at=NOON - timedelta(days=1))]
    cells = moment_cells(rows[1].created_at, NOON)
    lines = [
        "".join(
            part.text
            for part in run_line(
                row, 60, now=NOON, joined=Joint.ALONE, marked=False, moment_cells=cells
            )
        )
        for row in rows
    ]
    assert len({line.index(rows[0].model) for line in lines}) == 1
