"""Running answers on their way to a disk that does not always take them."""

from __future__ import annotations

import asyncio

import pytest

from tests.builders import a_record
from tests.engine.scripted import FakeStore
from tui_lab.core.errors import LabError
from tui_lab.core.record import Status
from tui_lab.engine.journal import Journal

pytestmark = pytest.mark.anyio


async def until_finished(store: FakeStore) -> None:
    async with asyncio.timeout(10):
        while not store.finished:
            await asyncio.sleep(0)


async def test_the_end_of_a_run_that_found_no_room_is_recorded_when_there_is_some() -> None:
    store, run = FakeStore(), a_record(status=Status.OK, text="whole")
    journal = Journal(store, heartbeat_s=0.001)
    await journal.begin([run])
    store.failing = True
    with pytest.raises(LabError):
        await journal.finish(run, b"")
    assert store.finished == []
    store.failing = False
    await until_finished(store)
    await journal.close()
    assert store.finished == [(run, b"")]
