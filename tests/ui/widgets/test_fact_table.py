"""Labels and values."""

from __future__ import annotations

from textual.content import Content

from tui_lab.ui.widgets.fact_table import fact_lines


def test_values_go_on_under_themselves_after_the_width_and_after_newlines() -> None:
    value = Content("one two three four\n\nfive")
    lines = [line.plain.rstrip() for line in fact_lines([("you", value)], 20, cells=8)]
    assert lines == ["you     one two", "        three four", "", "        five"]


def test_every_fact_has_its_label() -> None:
    lines = [line.plain for line in fact_lines([("a", "1"), ("b", "2")], 40, cells=4)]
    assert lines == ["a   1", "b   2"]
