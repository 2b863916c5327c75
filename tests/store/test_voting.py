"""Votes on disk: cast once, never changed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOON, a_record
from tests.store.support import a_store
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.votes import Verdict, Vote, Voted
from tui_lab.store.voting import VoteFilter

pytestmark = pytest.mark.anyio

VOTE = Vote(
    "01JD0000000000000000000009",
    NOON,
    "default",
    Voted("01JD0000000000000000000001", "sandbox/echo"),
    Voted("01JD0000000000000000000002", "sandbox/fast"),
    Verdict.SECOND,
    template="write-poem",
    tags=("short", "[b]"),
)


def answered(number: int, model: str, **changes: object) -> RunRecord:
    values = {"status": Status.OK, "model": model, "answered_by": model, "text": "words"}
    return a_record(f"01JD000000000000000000000{number}", **values | {"lane": number} | changes)


async def test_votes_come_back_as_they_were_cast(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.add_vote(VOTE)
    async with a_store(tmp_path / "history.db") as store:
        assert await store.votes(VoteFilter()) == (VOTE,)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (VoteFilter(workspace="default", tag="short", template="write-poem"), 1),
        (VoteFilter(workspace="work"), 0),
        (VoteFilter(tag="shor"), 0),
        (VoteFilter(template="other"), 0),
    ],
)
async def test_votes_are_found_by_workspace_tag_and_template(
    tmp_path: Path, wanted: VoteFilter, number: int
) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.add_vote(VOTE)
        assert len(await store.votes(wanted)) == number


async def test_the_last_note_of_a_vote_counts(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.add_vote(VOTE)
        await store.note_vote(VOTE.id, "first thought")
        await store.note_vote(VOTE.id, "second thought")
        assert await store.votes(VoteFilter()) == (replace(VOTE, note="second thought"),)


@pytest.mark.parametrize("change", ["UPDATE votes SET verdict = 'tie'", "DELETE FROM votes"])
async def test_nobody_changes_a_vote(tmp_path: Path, change: str) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.add_vote(VOTE)
    db = sqlite3.connect(tmp_path / "history.db")
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        db.execute(change)
    db.close()


async def test_answers_of_two_models_in_a_batch_wait_to_be_judged_once(tmp_path: Path) -> None:
    echo, fast, again = (
        answered(1, "sandbox/echo"),
        answered(2, "sandbox/fast"),
        answered(3, "sandbox/echo"),
    )
    failed = answered(4, "sandbox/drop", status=Status.ERROR)
    elsewhere = answered(5, "sandbox/slow", batch_id="01JD000000000000000000000Z")
    async with a_store(tmp_path / "history.db") as store:
        for record in (echo, fast, again, failed, elsewhere):
            await store.finish(record, b"")
        pairs = {(echo.id, fast.id), (fast.id, again.id)}
        assert set(await store.unjudged_pairs("default", 10)) == pairs
        assert await store.unjudged_pairs("work", 10) == ()
        await store.add_vote(VOTE)
        assert await store.unjudged_pairs("default", 10) == ((fast.id, again.id),)


async def test_a_vote_outlives_its_runs(tmp_path: Path) -> None:
    echo, fast = answered(1, "sandbox/echo"), answered(2, "sandbox/fast")
    async with a_store(tmp_path / "history.db") as store:
        for record in (echo, fast):
            await store.finish(record, b"")
        await store.add_vote(VOTE)
        await store.delete([echo.id, fast.id])
        assert await store.votes(VoteFilter()) == (VOTE,)
