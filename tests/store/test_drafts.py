from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOON
from tests.store.support import ELSEWHERE, a_store
from tui_lab.core.saved_draft import SavedDraft
from tui_lab.store.owner import this_process

pytestmark = pytest.mark.anyio

DEAD = replace(this_process(), process_start="long ago")


def a_draft(draft_id: str, prompt: str, workspace: str = "default") -> SavedDraft:
    return SavedDraft(draft_id, workspace, NOON, {"prompt": prompt})


async def save(path: Path, draft: SavedDraft, **how: object) -> None:
    async with a_store(path, **how) as store:  # type: ignore[arg-type]
        await store.drafts.save(draft, json.dumps(draft.content))


async def free(path: Path, workspace: str = "default") -> tuple[SavedDraft, ...]:
    async with a_store(path) as store:
        return await store.drafts.free(workspace)


async def test_a_draft_is_kept_as_it_was_last(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    await save(path, a_draft("A", "first"))
    await save(path, a_draft("A", "second"))
    await save(path, a_draft("B", "other", workspace="team"))
    assert await free(path) == (a_draft("A", "second"),)


async def test_drafts_of_dead_processes_are_free_and_those_of_living_ones_are_not(
    tmp_path: Path,
) -> None:
    path = tmp_path / "history.db"
    await save(path, a_draft("A", "dead"), owner=DEAD)
    await save(path, a_draft("B", "on another host"), owner=ELSEWHERE)
    assert [draft.id for draft in await free(path)] == ["A"]


async def test_a_deleted_draft_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    async with a_store(path) as store:
        await store.drafts.save(a_draft("A", "x"), "{}")
        await store.drafts.delete("A")
        assert await store.drafts.free("default") == ()


def test_a_draft_is_listed_by_its_first_line_that_says_something() -> None:
    assert a_draft("A", "\n  \n Say this\nand that").first_line == "Say this"
    assert a_draft("A", "").first_line == ""
