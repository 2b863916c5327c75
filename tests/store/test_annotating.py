"""What a person says of runs: tags, ratings, notes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import a_record
from tests.store.support import a_finished, a_store, ulid
from tui_lab.core.errors import ErrorKind, LabError

pytestmark = pytest.mark.anyio


async def test_tags_are_added_to_and_removed_from_several_runs_at_once(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0, tags=("old",)), b"")
        await store.finish(a_finished(1), b"")
        await store.tag([ulid(0), ulid(1), ulid(9)], add=["Good One", "good-one"], remove=["old"])
        assert (await store.run(ulid(0))).tags == ("good-one",)
        assert (await store.run(ulid(1))).tags == ("good-one",)


async def test_what_is_no_tag_changes_no_run(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0), b"")
        with pytest.raises(LabError) as caught:
            await store.tag([ulid(0)], add=["fine", " "])
        assert caught.value.kind is ErrorKind.USAGE
        assert (await store.run(ulid(0))).tags == ()
        assert store.state.not_recording is None


async def test_a_rating_is_given_and_taken_away(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0), b"")
        await store.rate([ulid(0)], 4)
        assert (await store.run(ulid(0))).rating == 4
        await store.rate([ulid(0)], None)
        assert (await store.run(ulid(0))).rating is None
        with pytest.raises(LabError):
            await store.rate([ulid(0)], 6)


async def test_a_note_replaces_the_one_before_and_a_blank_one_takes_it_away(
    tmp_path: Path,
) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.finish(a_finished(0), b"")
        await store.note(ulid(0), "first")
        await store.note(ulid(0), " the best, \ud800 even ")
        assert (await store.run(ulid(0))).note == "the best, \ufffd even"
        await store.note(ulid(0), "  ")
        assert (await store.run(ulid(0))).note is None


async def test_what_is_said_of_a_run_in_progress_stays_when_it_ends(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.begin([a_record(ulid(0))])
        await store.tag([ulid(0)], add=["keep"])
        await store.rate([ulid(0)], 5)
        await store.note(ulid(0), "watch this")
        await store.finish(a_finished(0), b"")
        record = await store.run(ulid(0))
        assert (record.tags, record.rating, record.note) == (("keep",), 5, "watch this")
