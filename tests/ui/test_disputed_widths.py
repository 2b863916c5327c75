"""Whatever a terminal makes of an emoji, what stands behind it stays in its place."""

from __future__ import annotations

import pyte
import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_lab.ui.disputed_widths import anchored, is_disputed

WIDTH = 20
CONSOLE = Console(force_terminal=True, color_system="standard", width=WIDTH)


def shown(text: str) -> list[str]:
    """The cells of a row on a terminal that counts code points one by one, as tmux does."""
    screen = pyte.Screen(WIDTH, 2)
    stream = pyte.Stream(screen)
    stream.feed("#" * WIDTH + "\x1b[1;3H")
    strip = Strip([Segment(text, Style(bold=True))]).adjust_cell_length(WIDTH - 4)
    stream.feed(anchored(strip, 0, 2).render(CONSOLE))
    return [screen.buffer[0][column].data for column in range(WIDTH)]


@pytest.mark.parametrize("emoji", ["1️⃣", "❤️", "⚠️", "✌🏽", "👨‍👩‍👧", "🏳️‍🌈", "🇩🇪"])
def test_the_border_and_the_text_stay_where_they_are(emoji: str) -> None:
    cells = shown(f"a{emoji}b")
    assert cells[2] == "a"
    assert cells[3 + cell_len(emoji)] == "b"
    assert [column for column, cell in enumerate(cells) if cell == "#"] == [0, 1, 18, 19]


@pytest.mark.parametrize("text", ["plain", "漢字", "🚀", "naïve"])
def test_what_is_not_disputed_is_sent_as_it_is(text: str) -> None:
    assert not is_disputed(text)
