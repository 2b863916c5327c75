from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON, a_record
from tests.store.support import a_store, ulid
from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.record import RunRecord, Status, TemplateUse
from tui_lab.core.template_versions import TemplateVersion
from tui_lab.store.store import Store
from tui_lab.store.template_runs import Content

pytestmark = pytest.mark.anyio


def content(prompt: str, template_id: str = "t") -> Content:
    return Content(template_id, {"prompt": prompt}, f"digest of {prompt}")


async def ran(store: Store, number: int, version: int, **changes: Any) -> RunRecord:
    variables = changes.pop("variables", {})
    values: dict[str, Any] = {"status": Status.OK, "template": TemplateUse("t", version, variables)}
    record = a_record(ulid(number), **values | changes)
    await store.finish(record, b"")
    return record


async def test_a_content_keeps_its_number_and_another_one_gets_the_next(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        assert await store.number_template(content("a"), 1) == 1
        assert await store.number_template(content("b"), 1) == 2
        assert await store.number_template(content("a"), 1) == 1
        assert await store.number_template(content("c"), 7) == 7
        assert await store.number_template(content("a", "other"), 1) == 1
        known = await store.known_versions()
    assert known["t"] == {"digest of a": 1, "digest of b": 2, "digest of c": 7}


async def test_a_version_is_told_with_what_became_of_its_runs(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.number_template(content("a"), 2)
        await ran(store, 1, 1)
        await ran(store, 2, 2, cost=Cost(Decimal("0.1"), CostSource.TABLE), rating=5)
        await ran(store, 3, 2, cost=Cost(Decimal("0.3"), CostSource.TABLE), rating=4)
        await ran(store, 4, 2, status=Status.ERROR)
        await ran(store, 5, 2, template=TemplateUse("other", 2))
        versions = await store.template_versions("t")
    assert versions == (
        TemplateVersion(2, {"prompt": "a"}, NOON, 3, 2, 4.5, Decimal("0.2")),
        TemplateVersion(1, None, None, 1, 1),
    )


async def test_the_values_used_last_are_those_of_the_workspace(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await ran(store, 1, 1, variables={"who": "Ada"})
        await ran(store, 2, 1, variables={"who": "Bob"})
        await ran(store, 3, 1, variables={"who": "Eve"}, workspace="other")
        assert await store.last_variables("t", "default") == {"who": "Bob"}
        assert await store.last_variables("unused", "default") is None


async def test_the_answered_runs_of_a_batch_are_found_by_their_tag(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await ran(store, 1, 1, tags=("batch:x", "other"))
        await ran(store, 2, 1, tags=("batch:x",), status=Status.ERROR)
        await ran(store, 3, 1, tags=("batch:xy",))
        await ran(store, 4, 1, tags=("batch:x",), workspace="other")
        await ran(store, 5, 1, tags=("batch:x",), status=Status.REFUSED)
        found = await store.answered_runs("t", "batch:x", "default")
    assert [run.id for run in found] == [ulid(5), ulid(1)]
