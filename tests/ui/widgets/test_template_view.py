"""A template to be read."""

from __future__ import annotations

from tui_lab.templates.template import Template
from tui_lab.ui.widgets.template_view import template_lines


def test_long_values_go_on_under_themselves() -> None:
    default = "a default of many words that no line of forty cells can hold"
    template = Template(
        id="t",
        name="T",
        category="test",
        prompt=f"Say {{{{thing | {default}}}}}.",
    )
    lines = [line.plain for line in template_lines(template, (), (), 40)]
    first = next(number for number, line in enumerate(lines) if line.startswith("thing"))
    indent = lines[first].index("a default")
    rest = lines[first + 1 :]
    assert rest
    assert all(line.startswith(" " * indent) and line[indent] != " " for line in rest)
    assert max(map(len, lines)) <= 40
