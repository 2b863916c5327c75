"""The view of an answer, in a screen of 120×40: what it shows, follows, finds and gives to copy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pyte
import pytest
from rich.style import Style
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.color import Color
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import Screen
from textual.selection import SELECT_ALL, Selection

from tui_lab.core.sanitise import is_safe, sanitise
from tui_lab.ui.painting import Painter
from tui_lab.ui.text.answer import Section
from tui_lab.ui.text.document import Place
from tui_lab.ui.widgets.answer_view import AnswerView

pytestmark = pytest.mark.anyio


class OneView(App[None]):
    """A view, and a terminal in memory that gets every update Textual would write."""

    CSS = """
    * { scrollbar-size-vertical: 1; }
    AnswerView { width: 40; height: 12; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.terminal = pyte.Screen(120, 40)
        self._stream = pyte.Stream(self.terminal)

    def compose(self) -> ComposeResult:
        yield AnswerView(Painter(rates=(float("inf"),)))

    def _display(self, screen: Screen[object], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self._stream.feed(renderable.render_segments(self.console))
        super()._display(screen, renderable)

    @property
    def view(self) -> AnswerView:
        return self.query_one(AnswerView)


@asynccontextmanager
async def shown(*pieces: str) -> AsyncIterator[tuple[AnswerView, Pilot[None]]]:
    app = OneView()
    async with app.run_test(size=(120, 40)) as pilot:
        for piece in pieces:
            app.view.append(piece)
        await pilot.pause()
        yield app.view, pilot


def screen(view: AnswerView) -> list[str]:
    """The rows of the view as a terminal shows them after all updates so far."""
    assert isinstance(view.app, OneView)
    width, height = 40, 12
    return [row[:width].rstrip() for row in view.app.terminal.display[:height]]


def style_of(view: AnswerView, row: int, text: str) -> Style:
    for segment in view.render_line(row):
        if text in segment.text and segment.style:
            return segment.style
    raise AssertionError(f"{text!r} is not in row {row}")


def numbered(count: int, begin: int = 0) -> str:
    return "".join(f"line {number}\n" for number in range(begin, begin + count))


async def test_model_text_is_shown_literally_and_without_control_characters() -> None:
    hostile = "[red]x[/red] [/ [@click=app.quit]q\x1b]52;c;eA==\x07\x1b[2J\x9b31m\u202e\n```[b]\n"
    async with shown(*hostile) as (view, _):
        view.end()
        assert view.shown_text == sanitise(hostile)
        assert "".join(screen(view)[:2]).startswith("[red]x[/red] [/[@click=app.quit]q")
        assert all(is_safe(row) for row in screen(view))


async def test_partial_updates_show_the_same_as_the_whole() -> None:
    line = "considerably longer words that certainly wrap somewhere, with é and `code`\n"
    text = f"{line}```py\nif x: pass\n```\n" * 5
    async with shown() as (view, pilot):
        for start in range(0, len(text), 6):
            view.append(text[start : start + 6])
            await pilot.pause()
            assert screen(view) == [view.render_line(y).text.rstrip() for y in range(12)]


async def test_at_the_bottom_the_view_follows_to_the_last_piece() -> None:
    async with shown() as (view, pilot):
        for number in range(60):
            view.append(f"line {number}\n")
            if number % 7 == 0:
                await pilot.pause()
                assert f"line {number}" in screen(view)
        view.append("the last piece")
        view.end()
        await pilot.pause()
        assert "the last piece" in screen(view)
        assert view.following
        assert view.hint == ""


async def test_a_full_view_scrolls_in_steps() -> None:
    async with shown(numbered(12)) as (view, pilot):
        tops = []
        for number in range(12):
            view.append(f"more {number}\n")
            await pilot.pause()
            tops.append(view.scroll_offset.y)
        assert sorted(set(tops)) == [4, 8, 12, 16][: len(set(tops))]
        assert len(set(tops)) <= 4


async def test_scrolled_away_the_view_stays_and_says_how_much_is_below() -> None:
    async with shown(numbered(50)) as (view, pilot):
        view.scroll_to(y=10, animate=False)
        await pilot.pause()
        before = screen(view)
        assert before[0] == "line 10"
        assert view.hint == "↓ 29 more lines"
        view.append(numbered(30, 50))
        view.end()
        await pilot.pause()
        assert screen(view) == before
        assert not view.following
        assert view.lines_below == 59


async def test_keys_scroll_an_answer_that_has_grown_since() -> None:
    async with shown("") as (view, pilot):
        view.focus()
        for number in range(40):
            view.append(f"line {number}\n")
        await pilot.press("home")
        await pilot.wait_for_scheduled_animations()
        assert screen(view)[0] == "line 0"
        assert not view.following
        await pilot.press("end")
        await pilot.wait_for_scheduled_animations()
        assert view.following


async def test_back_at_the_bottom_it_follows_again() -> None:
    async with shown(numbered(50)) as (view, pilot):
        view.scroll_to(y=10, animate=False)
        view.scroll_end(animate=False)
        await pilot.pause()
        view.append(numbered(20, 50))
        await pilot.pause()
        assert "line 69" in screen(view)


async def test_another_width_keeps_the_text_and_the_place() -> None:
    async with shown("many words in a row " * 60 + "\n" + numbered(30)) as (view, pilot):
        text = view.shown_text
        place = view._answer.y_of(Section.TEXT, (1, 0))  # type: ignore[arg-type]
        view.scroll_to(y=place, animate=False)
        await pilot.pause()
        assert screen(view)[0] == "line 0"
        view.styles.width = 25
        await pilot.pause()
        await pilot.pause()
        assert screen(view)[0] == "line 0"
        assert view.shown_text == text


async def test_reasoning_folds_and_unfolds_and_text_is_unchanged() -> None:
    async with shown() as (view, pilot):
        view.append("why", Section.REASONING)
        view.append("because")
        view.set_reasoning_tokens(212)
        await pilot.pause()
        assert screen(view)[:3] == ["▸ reasoning · 212 tokens", "because", ""]
        view.action_toggle_reasoning()
        await pilot.pause()
        assert screen(view)[:3] == ["▾ reasoning · 212 tokens", "why", "because"]
        await pilot.click(AnswerView, offset=(3, 0))
        assert screen(view)[1] == "because"
        assert (view.shown_reasoning, view.shown_text) == ("why", "because")


async def test_the_raw_view_shows_exactly_what_came() -> None:
    async with shown("a\x1b[1mb\n# c") as (view, pilot):
        view.action_toggle_raw()
        await pilot.pause()
        assert screen(view)[:2] == [r"a\x1b[1mb", "# c"]
        view.action_toggle_raw()
        await pilot.pause()
        assert view.shown_text == sanitise("a\x1b[1mb\n# c")


async def test_search_counts_marks_and_goes_to_each_place_in_turn() -> None:
    async with shown(numbered(50)) as (view, pilot):
        view.scroll_to(y=0, animate=False)
        assert view.find("LINE 4") == 11
        await pilot.pause()
        assert style_of(view, 4, "line 4").reverse
        assert view.find_next() == (2, 11)
        await pilot.pause()
        assert "line 40" in screen(view)
        assert view.find_previous() == (1, 11)
        assert view.find_previous() == (11, 11)
        assert view.find("nowhere") == 0
        assert view.find_next() == (0, 0)


async def test_search_unfolds_the_reasoning_it_finds_something_in() -> None:
    async with shown("text") as (view, pilot):
        view.append("hidden", Section.REASONING)
        assert view.find("hidden") == 1
        await pilot.pause()
        assert "hidden" in screen(view)[1]


async def test_the_selection_is_copied_as_the_text_that_came() -> None:
    async with shown("\tif x:\n" + "words that wrap " * 5 + "\nlast") as (view, _):
        assert view.get_selection(SELECT_ALL) == (view.shown_text, "\n")
        wrapped = Selection(Offset(30, 1), Offset(46, 1))
        assert view.get_selection(wrapped) == (("words that wrap " * 5)[30:46], "\n")
        assert view.get_selection(Selection(Offset(0, 0), Offset(6, 0))) == ("\tif", "\n")


async def test_text_is_selected_with_the_mouse_over_wrapped_rows() -> None:
    async with shown("words that wrap " * 5 + "\n\nlast") as (view, pilot):
        await pilot.mouse_down(AnswerView, offset=(6, 0))
        await pilot.hover(AnswerView, offset=(8, 1))
        await pilot.mouse_up(AnswerView, offset=(8, 1))
        first_row = view._answer.document(Section.TEXT).rows[0].drawn
        expected = ("words that wrap " * 5)[6 : len(first_row) + 9]
        assert view.screen.get_selected_text() == expected
        selected = view.screen.get_component_rich_style("screen--selection").bgcolor
        assert style_of(view, 1, expected[-4:]).bgcolor == selected


async def test_code_blocks_are_offered_as_they_came() -> None:
    async with shown("a\n```py\n\tx = 1\n```\nb\n```\nopen") as (view, _):
        assert view.code_blocks() == [("py", "\tx = 1\n"), ("", "open\n")]


async def test_code_is_coloured_on_the_screen() -> None:
    async with shown("```python\nif True: 'a'\n") as (view, _):
        accent = Color.parse(view.app.get_css_variables()["text-accent"])
        assert style_of(view, 1, "if").color == accent.rich_color


async def test_a_cleared_view_begins_anew() -> None:
    async with shown(numbered(50)) as (view, pilot):
        view.scroll_to(y=5, animate=False)
        view.clear()
        view.append("new")
        await pilot.pause()
        assert screen(view) == ["new", *[""] * 11]
        assert view.following


LONG = "0123456789" * 9 + "\n"


async def test_long_lines_are_cut_off_or_wrapped_and_scrolled_to_the_right() -> None:
    async with shown(f"short\n{LONG}") as (view, pilot):
        view.end()
        view.action_toggle_wrap()
        await pilot.pause()
        assert screen(view)[:3] == ["short", f"{LONG[:39]}›", ""]
        assert view.shown_text == f"short\n{LONG}"
        view.action_scroll_right()
        await pilot.pause()
        assert screen(view)[:2] == ["‹", f"‹{LONG[14:52]}›"]
        for _ in range(9):
            view.action_scroll_right()
        await pilot.pause()
        assert screen(view)[1] == f"‹{LONG[51:90]}"
        view.action_toggle_wrap()
        await pilot.pause()
        assert screen(view)[1:4] == [LONG[:40], LONG[40:80], LONG[80:90]]


async def test_what_is_found_to_the_right_of_the_view_comes_into_view() -> None:
    async with shown(f"{'a' * 80}needle{'a' * 80}\n") as (view, pilot):
        view.action_toggle_wrap()
        view.find("needle")
        await pilot.pause()
        assert "needle" in screen(view)[0]


async def test_a_cut_line_is_selected_with_the_mouse_where_it_is_seen() -> None:
    async with shown(LONG) as (view, pilot):
        view.action_toggle_wrap()
        view.action_scroll_right()
        await pilot.mouse_down(AnswerView, offset=(1, 0))
        await pilot.mouse_up(AnswerView, offset=(6, 0))
        assert view.screen.get_selected_text() == LONG[14:20]


async def test_keys_go_from_block_to_block() -> None:
    blocks = ["# One\n", "text\n\n", "- a\n- b\n\n", "```\ncode\n\ncode\n```\n", "end\n"]
    async with shown("".join(blocks) + numbered(30)) as (view, pilot):
        view.scroll_to(y=0, animate=False)
        await pilot.pause()
        tops = []
        for step in (1, 1, 1, 1, -1, -1):
            view.go_to_block(step)
            await pilot.pause()
            tops.append(screen(view)[0])
        assert tops == ["text", "- a", "```", "end", "```", "- a"]


async def test_what_is_read_stays_where_it_is_when_its_table_gets_columns() -> None:
    table = "| a | b |\n|---|---|\n" + f"| {'word ' * 20}| b |\n" * 20
    async with shown(table + "| here | x |\n| more | x |\n" * 20) as (view, pilot):
        view.scroll_to(y=view._answer.y_of(Section.TEXT, Place(22, 0)), animate=False)
        await pilot.pause()
        assert screen(view)[0] == "| here | x |"
        rows = view._answer.row_count
        view.append("\nafter the table")
        await pilot.pause()
        assert view._answer.row_count != rows
        assert screen(view)[0].startswith("| here")


async def test_cells_of_a_table_are_selected_with_the_mouse_without_their_padding() -> None:
    table = "|a|b|\n|-|-|\n|longer cell|x|\n\n"
    async with shown(table) as (view, pilot):
        assert screen(view)[:3] == ["|a          |b |", "|-----------|--|", "|longer cell|x |"]
        await pilot.mouse_down(AnswerView, offset=(6, 0))
        await pilot.mouse_up(AnswerView, offset=(7, 2))
        assert view.screen.get_selected_text() == "|b|\n|-|-|\n|longer "
        assert view.get_selection(SELECT_ALL) == (table, "\n")
