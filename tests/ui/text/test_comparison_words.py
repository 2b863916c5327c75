"""A batch that is over, in a line; its repeats, in a table."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.core.test_batch_comparison import ONE, TWO, answered
from tui_lab.core.batch_comparison import repeats
from tui_lab.core.cost import UNKNOWN
from tui_lab.core.record import Status
from tui_lab.ui.text.comparison_words import leaders_line, repeats_rows

LONG = "openrouter/meta-llama/llama-3.3-70b-instruct-with-a-long-name"


def test_the_line_names_models_and_values() -> None:
    runs = [answered(1, model="openai/gpt-4o-mini"), answered(2, model="groq/qwen3")]
    assert leaders_line(runs, 120) == (
        "first gpt-4o-mini 100 ms · fastest qwen3 200/s · cheapest gpt-4o-mini $1.00 · "
        "longest qwen3 10 chars"
    )


def test_repeats_are_told_by_their_number() -> None:
    assert "first fast #1" in leaders_line([ONE, TWO], 120)


def test_names_give_way_before_values_and_never_the_number_of_a_repeat() -> None:
    runs = [answered(number, model="openai/gpt-4o-mini-2024") for number in (1, 2)]
    wide, narrow = leaders_line(runs, 118), leaders_line(runs, 78)
    assert "first gpt-4o-m… #1 100 ms" in wide
    assert "100 ms" not in narrow
    assert "first gpt-4… #1 · fastest gpt-4… #2" in narrow


@pytest.mark.parametrize("width", [78, 100])
def test_values_are_left_to_the_lanes_and_long_names_give_way(width: int) -> None:
    runs = [answered(1, model=LONG), answered(2, model=LONG + "er")]
    line = leaders_line(runs, width)
    assert cell_len(line) <= width
    assert [part.split()[0] for part in line.split(" · ")] == [
        "first",
        "fastest",
        "cheapest",
        "longest",
    ]


def test_what_was_not_told_is_a_dash() -> None:
    (found,) = repeats([ONE, TWO, answered(3, cost=UNKNOWN)])
    rows = repeats_rows(found)
    assert rows[0] == "sandbox/fast · 3 runs · 3 distinct answers"
    assert rows[1].split() == ["mean", "p50", "p95"]
    assert rows[2].split() == ["ttft", "200", "ms", "200", "ms", "290", "ms"]
    assert rows[-1].split() == ["cost", "–"]
    assert len({len(row) for row in rows[1:-1]}) == 1


def test_a_failure_is_told_beside_the_runs() -> None:
    (found,) = repeats([ONE, answered(3, status=Status.ERROR)])
    assert repeats_rows(found)[0] == "sandbox/fast · 2 runs · 1 not whole · 1 distinct answer"
