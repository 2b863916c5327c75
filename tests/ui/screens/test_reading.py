"""A run of the past is read block by block, with long lines wrapped or cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.historian import history

pytestmark = pytest.mark.anyio

PROMPT = "# One\n\n" + "text\n\n" * 30 + "end " * 60


async def test_keys_go_from_block_to_block_through_all_texts(tmp_path: Path) -> None:
    async with history(tmp_path, PROMPT) as shown:
        await shown.reads(PROMPT)
        view = shown.screen.view
        view.focus()
        tops = []
        for key in ("right_square_bracket",) * 3 + ("left_square_bracket",):
            await shown.press(key)
            tops.append(view.scroll_offset.y)
        assert 0 < tops[0] < tops[1] == tops[3] < tops[2]


async def test_long_lines_are_cut_off_and_read_by_going_sideways(tmp_path: Path) -> None:
    async with history(tmp_path, PROMPT) as shown:
        await shown.reads(PROMPT)
        view = shown.screen.view
        view.focus()
        before = view.virtual_size.height
        await shown.press("w")
        await shown.driver.until(lambda: view.virtual_size.height < before)
        await shown.press("G", "l")
        answer = view.texts[-1]
        rows = [answer.render_line(y).text for y in range(answer.size.height)]
        assert any(row.startswith("‹") and row.endswith("›") for row in rows)
        await shown.press("w")
        await shown.driver.until(lambda: view.virtual_size.height == before)
