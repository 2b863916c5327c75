"""The footer: keys that work now, and what has just to be said."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.content import Content

from tests.ui.driving import driving
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.ui.widgets.footer_bar import FooterBar, KeyHint, footer_rows

HINTS = [
    KeyHint("^j", "run"),
    KeyHint("^l", "models"),
    KeyHint("^p", "commands", always=True),
    KeyHint("f1", "help", always=True),
]


def rows(notice: str, width: int) -> list[str]:
    return [row.plain for row in footer_rows(Content(notice), HINTS, width)]


def test_a_short_notice_stands_before_the_keys() -> None:
    assert rows("copied", 60) == ["copied  │  ^j run  ^l models  ^p commands  f1 help"]


def test_keys_make_room_for_a_notice_except_those_that_lead_to_all_others() -> None:
    assert rows("copied to a place", 45) == ["copied to a place  │  ^p commands  f1 help"]


def test_a_notice_that_leaves_no_room_stands_above_the_keys() -> None:
    assert rows("one two three four five six", 42) == [
        "one two three four five six",
        "^j run  ^l models  ^p commands  f1 help",
    ]


def test_a_notice_without_end_leaves_most_of_the_screen() -> None:
    long = rows("word " * 200, 40)
    assert len(long) == 4
    assert long[2].endswith("…")
    assert max(map(len, long)) <= 40


@pytest.mark.anyio
async def test_notices_come_one_at_a_time_and_do_not_follow_to_another_screen(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        lab.app.say("first")
        lab.app.say_error(LabError(ErrorKind.USAGE, "second\x1b[31m", "do this"))
        assert lab.notices == ["✗ second␛ → do this"]
        await lab.press("f1")
        assert not lab.notices
        await lab.press("escape")
        assert not lab.notices


@pytest.mark.anyio
async def test_a_notice_hides_nothing_of_a_lane(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        lab.app.say("word " * 40)
        footer = lab.app.screen.query_one(FooterBar)
        await lab.until(lambda: footer.size.height > 1)
        await lab.pilot.pause()
        status = lab.lanes[0].query_one(".lane-status")
        assert status.region.bottom < footer.region.y
        footer.hush()
        await lab.until(lambda: footer.size.height == 1)


@pytest.mark.anyio
async def test_the_footer_tells_that_a_selection_can_be_copied(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("some words", "sandbox/echo")
        await lab.finished()
        assert "copy  " not in lab.footer.split("y copy")[0]
        lab.lanes[0].view.text_select_all()
        await lab.until(lambda: lab.footer.startswith("^c copy"))
        await lab.press("ctrl+c")
        assert lab.app.clipboard == lab.lanes[0].view.shown_text
        await lab.until(lambda: "^c copy" not in lab.footer)


@pytest.mark.anyio
async def test_all_keys_are_offered_where_a_question_mark_is_not_text(tmp_path: Path) -> None:
    async with driving(tmp_path, size=(80, 24)) as lab:
        assert "? keys" not in lab.footer
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        assert "? keys" in lab.footer


@pytest.mark.anyio
async def test_the_footer_tells_of_wrapping_and_blocks_as_soon_as_there_is_a_use(
    tmp_path: Path,
) -> None:
    async with driving(tmp_path) as lab:
        await lab.run("Go", "sandbox/echo")
        await lab.finished()
        assert "wrap" not in lab.footer
        assert "next block" not in lab.footer
        view = lab.lanes[0].view
        view.append("\n\n" + "word " * 40)
        await lab.until(lambda: "w wrap" in lab.footer)
        view.append("\n\nline" * 60)
        await lab.until(lambda: "] next block" in lab.footer)
        await lab.press("g", "right_square_bracket")
        assert view.scroll_offset.y > 0
