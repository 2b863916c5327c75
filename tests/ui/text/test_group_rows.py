"""Rows of a table: exact, aligned, and never too wide."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.core.test_statistics import a_call, a_run, statistics
from tui_lab.core.statistics import Totals
from tui_lab.ui.text.group_rows import group_table


def groups(**costs: str | None) -> dict[str, Totals]:
    runs = [a_run(a_call(usd, model=name), model=name) for name, usd in costs.items()]
    return dict(statistics(runs, UTC).by["model"])


def test_money_has_every_digit_and_its_points_below_each_other() -> None:
    table = group_table("model", groups(one="1.5", two="0.000125", three=None), 60)
    shown = [row.split("  ", 1)[1].strip().split("  ")[0] for row in table.rows.values()]
    assert [one.split()[0] for one in shown] == ["$1.500000", "$0.000125", "$0.000000"]
    assert shown[2] == "$0.000000 + 1?"
    assert len({row.index(".") for row in table.rows.values()}) == 1


def test_columns_are_left_out_from_the_right() -> None:
    wide, narrow = (group_table("model", groups(one="1"), width).heading for width in (120, 36))
    assert wide.endswith("out")
    assert narrow.split() == ["model", "spent", "runs", "failed"]


def test_speed_is_a_table_of_its_own_that_fits_a_small_terminal() -> None:
    table = group_table("model", groups(one="1"), 74, speed=True)
    assert table.heading.split()[1:7:2] == ["ttft", "latency", "tok/s"]
    assert "100/100/100 ms" in table.rows["one"]


def test_more_runs_than_before_have_an_arrow_and_those_of_nobody_are_new() -> None:
    before = groups(one="1", two="1")
    now = dict(statistics([a_run(model=name) for name in ("one", "one", "three")], UTC).by["model"])
    rows = group_table("model", now, 100, before).rows
    assert "▲ +100%" in rows["one"]
    assert " new " in rows["three"]


@given(
    name=st.text(max_size=60).map(lambda text: f"acme/{text}"),
    usd=st.decimals(min_value=0, max_value=1000, places=8).map(Decimal),
    width=st.integers(30, 200),
)
def test_every_line_is_as_wide_as_the_heading_and_fits(name: str, usd: Decimal, width: int) -> None:
    table = group_table("model", groups(**{name: str(usd)}), width)
    cells = {cell_len(line) for line in (table.heading, *table.rows.values())}
    assert len(cells) == 1
    assert cells.pop() <= width
