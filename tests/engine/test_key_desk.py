"""The desk of keys: what is kept, looked at and verified, with its audit trail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import NOON
from tests.keys.builders import FIRST, MINE, PASSPHRASE, SECOND, THEIRS, WORK, own_keys
from tests.store.support import a_store
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.handler import HttpAnswer
from tui_lab.core.keys import KeyAction, KeyKind, KeyOutcome, KeyStatus
from tui_lab.core.secret import KnownSecrets
from tui_lab.engine.key_desk import CHECK_PAUSE, KeyDesk, KeyRow, origin_of
from tui_lab.keys.key_order import KeyOrder
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.references import Reference
from tui_lab.providers.catalogue import load_catalogue
from tui_lab.providers.http import HttpRoom
from tui_lab.store.store import Store

pytestmark = pytest.mark.anyio

OPENAI = replace(load_catalogue()["openai"], base_url="http://provider.invalid/v1")
PASSWORD = {"TUI_LAB_VAULT_PASSPHRASE": PASSPHRASE}


class Answers:
    """A provider that takes every key, or answers with this status; it remembers the keys."""

    def __init__(self) -> None:
        self.status = 200
        self.keys: list[str] = []
        self.gate: asyncio.Event | None = None

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        self.keys.append(headers["authorization"].removeprefix("Bearer "))
        if self.gate is not None:
            await self.gate.wait()
        return HttpAnswer(self.status, {"content-type": "application/json"}, self._body())

    async def _body(self) -> AsyncIterator[bytes]:
        refused = {"message": "no", "code": "invalid_api_key" if self.status == 401 else None}
        yield json.dumps({"data": []} if self.status == 200 else {"error": refused}).encode()


@dataclass
class Bench:
    """A desk over a folder of its own, a real database and a scripted provider."""

    desk: KeyDesk
    own: OwnKeys
    store: Store
    provider: Answers
    environ: dict[str, str]
    known: KnownSecrets
    now: list[datetime] = field(default_factory=lambda: [NOON])

    def wait(self, time: timedelta) -> None:
        self.now[0] += time

    async def row(self, workspace: str = "default") -> KeyRow:
        """The row of the key in use, else the first one."""
        rows = await self.desk.rows(workspace, {"openai": OPENAI})
        return next((row for row in rows if row.in_use), rows[0])

    async def trail(self) -> list[KeyAction]:
        return [event.action for event in await self.store.key_events("default", 20)]


@asynccontextmanager
async def a_desk(
    folder: Path, environ: Mapping[str, str] | None = None, *, shares: bool = True
) -> AsyncIterator[Bench]:
    variables = PASSWORD | dict(environ or {})
    known, provider, now = KnownSecrets(), Answers(), [NOON]
    own = own_keys(folder, variables, known=known)
    order = KeyOrder(own, variables, may_share=lambda workspace: shares, known=known)
    room = HttpRoom({"provider.invalid": provider})
    async with a_store(folder / "history.db") as store:
        desk = KeyDesk(own, order, room=room, store=store, now=lambda: now[0], origin="ada@host")
        yield Bench(desk, own, store, provider, variables, known, now)
        await room.aclose()


async def test_a_workspaces_own_key_comes_before_the_environments(tmp_path: Path) -> None:
    async with a_desk(tmp_path, {"OPENAI_API_KEY": SECOND.reveal()}) as bench:
        assert await bench.desk.key_for("default", OPENAI) == SECOND
        bench.own.keep(MINE, FIRST, KeyKind.VAULT)
        assert await bench.desk.key_for("default", OPENAI) == FIRST
        bench.own.delete(MINE)
        assert await bench.desk.key_for("default", OPENAI) == SECOND


async def test_no_key_crosses_to_another_workspace(tmp_path: Path) -> None:
    async with a_desk(tmp_path, shares=False) as bench:
        bench.own.keep(THEIRS, FIRST, KeyKind.SESSION)
        with pytest.raises(LabError) as caught:
            await bench.desk.key_for("default", OPENAI)
        assert caught.value.kind is ErrorKind.NO_KEY
        assert "keys set openai" in caught.value.hint
        assert (await bench.row("default")).status is KeyStatus.MISSING
        assert await bench.desk.key_for("team", OPENAI) == FIRST


async def test_a_key_changed_in_the_environment_is_seen_at_once(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        assert (await bench.row()).status is KeyStatus.MISSING
        bench.environ["OPENAI_API_KEY"] = SECOND.reveal()
        row = await bench.row()
        assert (row.kind, row.source) == (KeyKind.ENVIRONMENT, "environment OPENAI_API_KEY")
        assert await bench.desk.key_for("default", OPENAI) == SECOND


async def test_who_needs_no_key_is_asked_for_none(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    async with a_desk(tmp_path) as bench:
        assert await bench.desk.key_for("default", catalogue["sandbox"]) is None
        assert await bench.desk.key_for("default", catalogue["ollama"]) is None
        rows = await bench.desk.rows("default", {one: catalogue[one] for one in ("ollama",)})
        assert [row.status for row in rows] == [KeyStatus.LOCAL]


async def test_a_check_is_noted_and_judges_the_row(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        check = await bench.desk.check("default", OPENAI, None)
        assert check.outcome is KeyOutcome.VALID
        assert bench.provider.keys == [FIRST.reveal()]
        row = await bench.row()
        assert row.status is KeyStatus.VERIFIED
        assert row.verdict is not None
        assert (row.verdict.origin, row.verdict.mask) == ("ada@host", FIRST.mask)


async def test_each_label_is_checked_with_its_own_key(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        bench.own.keep(WORK, SECOND, KeyKind.VAULT)
        await bench.desk.check("default", OPENAI, "default")
        await bench.desk.check("default", OPENAI, "work")
        assert bench.provider.keys == [FIRST.reveal(), SECOND.reveal()]


async def test_a_key_is_not_asked_about_twice_within_the_pause(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        for _ in range(3):
            await bench.desk.check("default", OPENAI, None)
        assert len(bench.provider.keys) == 1
        bench.wait(CHECK_PAUSE + timedelta(seconds=1))
        await bench.desk.check("default", OPENAI, None)
        assert len(bench.provider.keys) == 2


async def test_putting_a_key_to_use_does_not_let_checks_hammer(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        for _ in range(3):
            await bench.desk.check("default", OPENAI, None)
            bench.own.activate(MINE)
        assert len(bench.provider.keys) == 1


async def test_after_the_clock_was_set_back_a_key_can_be_asked_about(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        await bench.desk.check("default", OPENAI, None)
        bench.wait(-timedelta(hours=1))
        await bench.desk.check("default", OPENAI, None)
        assert len(bench.provider.keys) == 2


async def test_checks_at_the_same_time_are_one_call(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        bench.provider.gate = asyncio.Event()
        checks = asyncio.gather(*(bench.desk.check("default", OPENAI, None) for _ in range(3)))
        while not bench.provider.keys:
            await asyncio.sleep(0)
        bench.provider.gate.set()
        assert {check.outcome for check in await checks} == {KeyOutcome.VALID}
        assert len(bench.provider.keys) == 1


async def test_a_history_that_cannot_record_does_not_let_checks_hammer(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        await bench.store.close()
        for _ in range(3):
            check = await bench.desk.check("default", OPENAI, None)
            assert check.outcome is KeyOutcome.VALID
        assert len(bench.provider.keys) == 1


async def test_a_replaced_key_is_asked_about_at_once(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        await bench.desk.check("default", OPENAI, None)
        bench.own.keep(MINE, SECOND, KeyKind.SESSION)
        assert (await bench.row()).status is KeyStatus.UNVERIFIED
        await bench.desk.check("default", OPENAI, None)
        assert bench.provider.keys == [FIRST.reveal(), SECOND.reveal()]


async def test_a_provider_that_does_not_answer_changes_no_verdict(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        await bench.desk.check("default", OPENAI, None)
        bench.wait(timedelta(minutes=1))
        bench.provider.status = 503
        check = await bench.desk.check("default", OPENAI, None)
        assert check.outcome is KeyOutcome.UNREACHABLE
        assert (await bench.row()).status is KeyStatus.VERIFIED


async def test_a_refused_key_says_so(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.keep(MINE, FIRST, KeyKind.SESSION)
        bench.provider.status = 401
        check = await bench.desk.check("default", OPENAI, None)
        assert check.outcome is KeyOutcome.INVALID
        assert (await bench.row()).status is KeyStatus.INVALID


async def test_a_key_that_cannot_be_had_is_an_error_and_nothing_is_asked(tmp_path: Path) -> None:
    environ = {"OPENAI_API_KEY": SECOND.reveal()}
    async with a_desk(tmp_path, environ) as bench:
        bench.own.refer(MINE, Reference.parse("env:NOT_THERE"))
        with pytest.raises(LabError, match="NOT_THERE is not set"):
            await bench.desk.check("default", OPENAI, None)
        with pytest.raises(LabError, match="NOT_THERE is not set"):
            await bench.desk.key_for("default", OPENAI)
        assert bench.provider.keys == []
        assert bench.desk.found("default", OPENAI) is None


async def test_looking_writes_nothing_and_fetches_nothing(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as bench:
        bench.own.refer(MINE, Reference.parse(f"shell:touch {tmp_path}/ran; echo {'k' * 30}"))
        row = await bench.row()
        assert row.found is not None
        assert row.found.mask == "…"
        assert not (tmp_path / "ran").exists()
        assert await bench.trail() == []


async def test_keys_that_were_met_are_known_as_secrets(tmp_path: Path) -> None:
    async with a_desk(tmp_path, {"OPENAI_API_KEY": SECOND.reveal()}) as bench:
        await bench.desk.key_for("default", OPENAI)
        assert SECOND.reveal() not in bench.known.remove_from(f"the key {SECOND.reveal()}")


@pytest.mark.parametrize(
    ("environ", "ending"),
    [({}, ""), ({"SSH_CONNECTION": "203.0.113.7 5022 10.0.0.1 22"}, ", ssh from 203.0.113.7")],
)
def test_the_origin_names_person_machine_and_connection(
    environ: dict[str, str], ending: str
) -> None:
    origin = origin_of(environ)
    assert "@" in origin
    assert origin.endswith(ending)
