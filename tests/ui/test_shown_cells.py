"""Only what differs from what the terminal shows is sent, and it shows the same as if all were."""

from __future__ import annotations

from itertools import pairwise

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from tui_lab.ui.shown_cells import ChangedCells, ShownCells

WIDTH, HEIGHT = 12, 3
CUTS = [0, 4, 9, WIDTH]
STYLES = [None, Style(bold=True), Style(reverse=True)]
CONSOLE = Console(force_terminal=True, color_system="standard", width=WIDTH)

texts = st.text(alphabet="ab ·é漢", min_size=WIDTH, max_size=WIDTH)
rows = st.lists(
    st.tuples(texts, st.sampled_from(STYLES), st.sampled_from(STYLES)),
    min_size=HEIGHT,
    max_size=HEIGHT,
)


def a_strip(text: str, first: Style | None = None, second: Style | None = None) -> Strip:
    strip = Strip([Segment(text[:5], first), Segment(text[5:], second)])
    return strip.adjust_cell_length(WIDTH)


def pieces(strip: Strip) -> list[Strip]:
    return [strip.crop(begin, end) for begin, end in pairwise(CUTS)]


def whole(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([pieces(strip) for strip in strips], Region(0, 0, WIDTH, HEIGHT))


def partial(strips: list[Strip], *spans: tuple[int, int, int]) -> ChopsUpdate:
    chops = [dict(zip(CUTS, pieces(strip), strict=False)) for strip in strips]
    return ChopsUpdate(chops, list(spans), [CUTS[1:]] * HEIGHT)


def every_row() -> list[tuple[int, int, int]]:
    return [(y, 0, WIDTH) for y in range(HEIGHT)]


def sent(shown: ShownCells, update: LayoutUpdate | ChopsUpdate) -> str:
    return ChangedCells(update, shown).render_segments(CONSOLE)


def three(*texts: str) -> list[Strip]:
    return [a_strip(text) for text in texts]


def on_a_terminal(*writes: str) -> list[str]:
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for text in writes:
        stream.feed(text)
    cells = [[screen.buffer[y][x] for x in range(WIDTH)] for y in range(HEIGHT)]
    return [repr([(cell.data, cell.bold, cell.reverse) for cell in row]) for row in cells]


@given(st.lists(rows, min_size=1, max_size=4), st.lists(st.sampled_from(CUTS), max_size=3))
def test_the_terminal_shows_the_same_as_if_all_were_sent(
    screens: list[list[tuple[str, Style | None, Style | None]]], ends: list[int]
) -> None:
    shown = ShownCells()
    first, *rest = ([a_strip(*row) for row in rows] for rows in screens)
    writes = [sent(shown, whole(first))]
    for strips, end in zip(rest, [*ends, WIDTH, WIDTH, WIDTH], strict=False):
        writes.append(sent(shown, partial(strips, *((y, 0, end or WIDTH) for y in range(HEIGHT)))))
        writes.append(sent(shown, partial(strips, *every_row())))
    last = [a_strip(*row) for row in screens[-1]]
    assert on_a_terminal(*writes) == on_a_terminal(sent(ShownCells(), whole(last)))


def test_what_is_shown_already_is_not_sent_again() -> None:
    shown = ShownCells()
    strips = three("one", "two", "three")
    sent(shown, whole(strips))
    assert sent(shown, partial(strips, *every_row())) == ""


def test_of_a_row_that_grows_only_the_new_characters_are_sent() -> None:
    shown = ShownCells()
    sent(shown, whole(three("a", "the m", "b")))
    assert sent(shown, partial(three("a", "the mod", "b"), *every_row())) == "\x1b[2;6Hod"


def test_a_row_with_characters_of_doubtful_width_is_sent_as_a_whole() -> None:
    shown = ShownCells()
    sent(shown, whole(three("", "✓ ok", "")))
    assert sent(shown, partial(three("", "✓ oh", ""), *every_row())) == "\x1b[2;1H✓ oh"


def test_a_full_update_is_sent_whatever_is_shown() -> None:
    shown = ShownCells()
    strips = three("one", "two", "three")
    assert sent(shown, whole(strips)) == sent(shown, whole(strips)) != ""


def test_nothing_is_taken_for_shown_once_it_was_forgotten() -> None:
    shown = ShownCells()
    strips = three("one", "two", "three")
    sent(shown, whole(strips))
    shown.forget()
    assert "one" in sent(shown, partial(strips, *every_row()))
