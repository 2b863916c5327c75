"""A search in windows: what is found while it still goes on is shown, and it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import a_record
from tests.ui.driving import an_app
from tui_lab.core.ids import encode_ulid
from tui_lab.lab import Lab
from tui_lab.ui.run_feed import RunFeed
from tui_lab.ui.run_window import Direction, RunWindow

pytestmark = pytest.mark.anyio
RUNS = [
    a_record(encode_ulid(1_790_000_000_000 + number, 0), prompt=f"{'odd' * (number % 2)} {number}")
    for number in range(20)
]
ODD = [run.prompt for run in RUNS if "odd" in run.prompt][::-1]


async def searched(lab: Lab, text: str, direction: Direction) -> tuple[RunWindow, int]:
    """The whole window of a search that has no patience at all, and in how many steps it came."""
    feed = RunFeed(lab, patience_s=0)
    feed.query = feed.understand(text)
    window, steps = await feed.end(direction), 1
    while window.searching:
        window, steps = await feed.grown(window, window.searching), steps + 1
    return window, steps


@pytest.mark.parametrize("direction", ["newer", "older"])
@pytest.mark.parametrize("text", ["-nothing odd", "tokens:<1 odd"])
async def test_what_comes_bit_by_bit_is_what_comes_at_once(
    tmp_path: Path, direction: Direction, text: str
) -> None:
    with Lab(an_app(tmp_path).environ) as lab:
        lab.history.add(RUNS).result()
        window, _ = await searched(lab, text, direction)
        feed = RunFeed(lab, patience_s=60)
        feed.query = feed.understand(text)
        assert window.rows == (await feed.end(direction)).rows
        assert window.is_whole


async def test_a_search_without_patience_tells_how_far_it_is(tmp_path: Path) -> None:
    with Lab(an_app(tmp_path).environ) as lab:
        lab.history.add(RUNS).result()
        feed = RunFeed(lab, patience_s=0)
        feed.query = feed.understand("odd -even")
        window = await feed.end("newer")
        assert window.searching == "older"
        assert window.reached is not None
        whole, steps = await searched(lab, "odd -even", "newer")
        assert [run.prompt for run in whole.rows] == ODD
        assert steps > 1


async def test_the_best_are_one_page(tmp_path: Path) -> None:
    with Lab(an_app(tmp_path).environ) as lab:
        lab.history.add(RUNS).result()
        feed = RunFeed(lab)
        feed.query, feed.ranked = feed.understand("odd"), True
        window = await feed.end("newer")
        assert sorted(run.prompt for run in window.rows) == sorted(ODD)
        assert window.is_whole


async def test_a_search_that_names_workspaces_is_not_kept_to_one(tmp_path: Path) -> None:
    elsewhere = a_record(encode_ulid(1_790_000_000_000, 0), workspace="team", prompt="theirs")
    with Lab(an_app(tmp_path).environ) as lab:
        lab.history.add([elsewhere]).result()
        feed = RunFeed(lab)
        assert not (await feed.end("newer")).rows
        feed.query = feed.understand("workspace:team")
        assert [run.prompt for run in (await feed.end("newer")).rows] == ["theirs"]
