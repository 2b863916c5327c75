"""How the newest attempts ended is told as the runs recorded it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.support import a_finished, a_store
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.health import AttemptEnd
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.refs import ModelRef

pytestmark = pytest.mark.anyio

BEGINNING = datetime.fromtimestamp(1_790_000_000, UTC)


def answered(number: int) -> RunRecord:
    """A run that began so many milliseconds after the first id."""
    return a_finished(number, created_at=at(number))


def at(number: int) -> datetime:
    return BEGINNING + timedelta(milliseconds=number)


def failing_over(number: int, *kinds: ErrorKind) -> RunRecord:
    """A run whose last attempt has answered, after one for each of these failures."""
    record = answered(number)
    (last,) = record.attempts
    failed = [_failed(n, kind) for n, kind in enumerate(kinds, 1)]
    return replace(record, attempts=(*failed, replace(last, n=len(kinds) + 1)))


def _failed(n: int, kind: ErrorKind) -> Attempt:
    return Attempt(n, ModelRef("broken", "m"), Status.ERROR, error=LabError(kind, "no"))


async def test_each_attempt_tells_of_its_model_oldest_first(tmp_path: Path) -> None:
    run = failing_over(2, ErrorKind.SERVER, ErrorKind.BAD_REQUEST)
    async with a_store(tmp_path / "history.db") as store:
        for record in (answered(1), run):
            await store.finish(record, b"")
        ends = await store.recent_attempts(BEGINNING, 10)
    told = [(str(end.model), end.failed) for end in ends]
    last = run.attempts[-1]
    ok = (str(last.model), False)
    assert told == [ok, ("broken/m", True), ("broken/m", None), ok]
    ttft_ms, speed = last.timing.ttft_ms, last.timing.tokens_per_second
    assert ends[-1] == AttemptEnd(last.model, at(2), False, ttft_ms, speed)


async def test_of_too_many_the_oldest_are_left_out(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for number in range(4):
            await store.finish(answered(number), b"")
        ends = await store.recent_attempts(BEGINNING, 2)
    assert [end.at for end in ends] == [at(2), at(3)]


async def test_what_was_asked_before_is_not_told(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for number in (0, 5000):
            await store.finish(answered(number), b"")
        ends = await store.recent_attempts(at(4000), 10)
    assert [end.at for end in ends] == [at(5000)]
