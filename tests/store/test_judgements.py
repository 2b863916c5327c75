"""What a workspace thinks of models: ratings of answers, and votes between two."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import NOON
from tests.store.support import a_finished, a_store
from tui_lab.core.routing import Ratings
from tui_lab.core.votes import Verdict, Vote, Voted

pytestmark = pytest.mark.anyio


async def test_ratings_are_counted_by_the_model_that_answered(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        answered = {"answered_by": "groq/a"}
        for run in (
            a_finished(0, rating=5, **answered),
            a_finished(1, rating=2, **answered),
            a_finished(2, **answered),
            a_finished(3, rating=1, answered_by="openai/b"),
            a_finished(4, rating=1, workspace="team", **answered),
            a_finished(5, rating=1, answered_by=None),
        ):
            await store.finish(run, b"")
        assert await store.ratings("default") == {
            "groq/a": Ratings(2, 3.5),
            "openai/b": Ratings(1, 1.0),
        }
        assert await store.ratings("nobody") == {}


async def test_votes_count_beside_them(tmp_path: Path) -> None:
    def a_vote(
        number: int, verdict: Verdict, second: str = "openai/b", void: str | None = None
    ) -> Vote:
        sides = Voted("r1", "groq/a"), Voted("r2", second)
        return Vote(str(number), NOON, "default", *sides, verdict, void=void)

    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0, rating=4, answered_by="openai/b"), b"")
        for vote in (
            a_vote(1, Verdict.FIRST),
            a_vote(2, Verdict.TIE),
            a_vote(3, Verdict.SECOND, void="it told its name"),
            a_vote(4, Verdict.SECOND, second="groq/a"),
        ):
            await store.add_vote(vote)
        assert await store.ratings("default") == {
            "groq/a": Ratings(2, 4.0),
            "openai/b": Ratings(3, 8 / 3),
        }
