"""Lists of models on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOON
from tests.store.support import a_store
from tui_lab.core.model_facts import ListedModel, ModelList

pytestmark = pytest.mark.anyio

FULL = ListedModel("m", "M", 8192, 100, frozenset({"image"}), frozenset({"seed"}), ("none", "low"))
LISTED = ModelList("openai", "https://api.openai.com/v1", NOON, (FULL, ListedModel("n")))


async def test_a_list_comes_back_as_it_was(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.save_model_list(LISTED)
    async with a_store(tmp_path / "history.db") as store:
        assert await store.model_lists() == (LISTED,)


async def test_the_newest_list_of_a_place_replaces_the_one_before(tmp_path: Path) -> None:
    elsewhere = replace(LISTED, base_url="http://127.0.0.1:1/v1", models=())
    newer = replace(LISTED, models=())
    async with a_store(tmp_path / "history.db") as store:
        for one in (LISTED, elsewhere, newer):
            await store.save_model_list(one)
        assert set(await store.model_lists()) == {elsewhere, newer}
