"""The audit trail of keys on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOON
from tests.store.support import a_store
from tui_lab.core.keys import KeyAction, KeyCheck, KeyEvent, KeyId, KeyOutcome
from tui_lab.store.store import Store

pytestmark = pytest.mark.anyio

MINE, THEIRS = KeyId("default", "openai"), KeyId("team", "openai")
ADD = KeyEvent(NOON, KeyAction.ADD, MINE, "encrypted vault", "ada@host", "sk-p…wxyz")
UNLOCK = KeyEvent(NOON, KeyAction.UNLOCK, None, "encrypted vault", "ada@host", detail="failed")


def verified(outcome: KeyOutcome, key: KeyId = MINE) -> KeyEvent:
    check = KeyCheck(outcome, "words", "4.20 USD")
    return replace(ADD, action=KeyAction.VERIFY, key=key, check=check)


async def verdicts(store: Store, *events: KeyEvent) -> list[KeyOutcome]:
    for event in events:
        await store.add_key_event(event)
    last = await store.last_verdicts("default")
    return [event.check.outcome for event in last if event.check is not None]


async def test_events_come_back_as_they_were_newest_first(tmp_path: Path) -> None:
    events = (ADD, UNLOCK, verified(KeyOutcome.VALID), replace(ADD, key=replace(MINE, label="")))
    async with a_store(tmp_path / "history.db") as store:
        for event in events:
            await store.add_key_event(event)
    async with a_store(tmp_path / "history.db") as store:
        assert await store.key_events("default", 10) == tuple(reversed(events))
        assert len(await store.key_events("default", 2)) == 2


async def test_a_workspace_sees_its_own_events_and_those_of_the_vault(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for event in (ADD, UNLOCK, replace(ADD, key=THEIRS)):
            await store.add_key_event(event)
        assert [event.key for event in await store.key_events("team", 10)] == [THEIRS, None]
        assert await store.last_verdicts("team") == ()


async def test_the_last_verdict_counts_whatever_failed_since(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        told = await verdicts(
            store,
            verified(KeyOutcome.VALID),
            verified(KeyOutcome.INVALID),
            verified(KeyOutcome.UNREACHABLE),
            verified(KeyOutcome.RATE_LIMITED),
            verified(KeyOutcome.NO_CREDIT, replace(MINE, label="work")),
            verified(KeyOutcome.VALID, THEIRS),
        )
    assert told == [KeyOutcome.INVALID, KeyOutcome.NO_CREDIT]


@pytest.mark.parametrize("action", [KeyAction.ADD, KeyAction.REPLACE, KeyAction.DELETE])
async def test_a_verdict_ends_with_its_key(tmp_path: Path, action: KeyAction) -> None:
    async with a_store(tmp_path / "history.db") as store:
        changed = replace(ADD, action=action)
        assert await verdicts(store, ADD, verified(KeyOutcome.VALID), changed) == []


async def test_activating_leaves_a_verdict(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        activated = replace(ADD, action=KeyAction.ACTIVATE)
        told = await verdicts(store, verified(KeyOutcome.VALID), activated)
    assert told == [KeyOutcome.VALID]
