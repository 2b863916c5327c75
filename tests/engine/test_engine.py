"""Runs through the engine, over scripted providers under the real adapters."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.builders import a_price
from tests.engine.scripted import (
    DONE,
    KEY,
    SCRIPTED,
    STOP,
    USAGE,
    FakeStore,
    ScriptedProvider,
    a_draft,
    chunk,
    scripted_engine,
    unknown,
)
from tui_lab.core.cost import FREE
from tui_lab.core.deltas import decode_deltas
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import Recorded, Routed
from tui_lab.core.fold import fold
from tui_lab.core.parameters import Parameters
from tui_lab.core.price import cost_of
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.engine.engine import MOST_AT_ONCE
from tui_lab.engine.tap import Tap

pytestmark = pytest.mark.anyio

HELLO = (chunk(role="assistant", content=""), chunk(content="Hel"), chunk(content="lo"), STOP)
FOREVER = (chunk(content="Half an answer"), 3600.0)


def a_tap() -> Tap:
    return Tap(lambda: None)


async def run_one(provider: ScriptedProvider, store: FakeStore, **limits: float) -> RunRecord:
    engine = scripted_engine(provider, store, **limits)
    batch = await engine.start(a_draft(), a_tap())
    (record,) = await batch.done
    await engine.close()
    return record


async def test_a_run_is_on_disk_before_its_first_byte_is_sent() -> None:
    store, provider = FakeStore(), ScriptedProvider((*HELLO, USAGE, DONE))
    engine = scripted_engine(provider, store)
    batch = await engine.start(a_draft(), a_tap())
    assert [record.status for record in store.begun] == [Status.RUNNING]
    assert provider.requests == []
    await batch.done
    assert len(provider.requests) == 1
    await engine.close()


async def test_the_record_holds_what_came_back() -> None:
    store = FakeStore()
    record = await run_one(ScriptedProvider((*HELLO, USAGE, DONE)), store)
    assert (record.text, record.status, record.served_model) == ("Hello", Status.OK, "m-1")
    assert (record.usage.input_tokens, record.usage.output_tokens) == (3, 2)
    assert [attempt.http_status for attempt in record.attempts] == [200]
    [(stored, deltas)] = store.finished
    assert stored == record
    assert [piece.length for piece in decode_deltas(deltas)] == [3, 2]


async def test_a_run_has_the_price_of_when_it_was_sent_in_its_events_and_its_cost() -> None:
    store = FakeStore()
    provider = ScriptedProvider((*HELLO, USAGE, DONE))
    engine = scripted_engine(provider, store, unknown, a_price())
    tap = a_tap()
    batch = await engine.start(a_draft(), tap)
    (record,) = await batch.done
    await engine.close()
    assert record.cost == cost_of(a_price(), record.usage)
    events = [one.event for news in tap.drain() for one in news.events]
    assert [one.price for one in events if isinstance(one, Routed)] == [a_price()]


async def test_the_key_goes_out_in_the_header_and_nowhere_else() -> None:
    provider, store = ScriptedProvider((*HELLO, DONE)), FakeStore()
    await run_one(provider, store)
    assert provider.requests[0]["headers"]["authorization"] == f"Bearer {KEY.reveal()}"
    assert KEY.reveal() not in repr(store)


async def test_a_provider_that_repeats_the_key_in_an_error_does_not_leak_it() -> None:
    async def pieces() -> None: ...

    body = f'{{"error":{{"message":"bad key {KEY.reveal()}, sorry"}}}}'.encode()
    provider = ScriptedProvider((body,), 401, {"content-type": "application/json"})
    record = await run_one(provider, FakeStore())
    assert record.error is not None
    assert record.error.kind is ErrorKind.AUTH
    assert KEY.reveal() not in f"{record.error.message} {record.error.raw}"


async def test_what_the_tap_gives_folds_to_the_record() -> None:
    for merge in (False, True):
        tap = Tap(lambda: None, merge=merge)
        engine = scripted_engine(ScriptedProvider((*HELLO, USAGE, DONE)))
        batch = await engine.start(a_draft(), tap)
        (record,) = await batch.done
        (news,) = tap.drain()
        assert fold(batch.runs[0], news.events) == record
        assert news.record == record
        assert news.events[-1].event == Recorded()
        await engine.close()


async def test_models_and_repeats_run_at_once_each_with_its_own_fate() -> None:
    provider = ScriptedProvider((0.02, *HELLO, DONE))
    engine = scripted_engine(provider)
    other = ModelRef("nearby", "n")
    batch = await engine.start(a_draft(models=(SCRIPTED, other), repeat=3), a_tap())
    records = await batch.done
    assert [record.text for record in records] == ["Hello"] * 6
    assert [(record.lane, record.repeat) for record in records] == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 1),
        (1, 2),
    ]
    assert provider.most_open == 6
    assert {record.batch_id for record in records} == {batch.id}
    await engine.close()


async def test_more_runs_than_may_talk_at_once_wait_for_their_turn() -> None:
    provider = ScriptedProvider((0.01, *HELLO, DONE))
    engine = scripted_engine(provider)
    batch = await engine.start(a_draft(repeat=2 * MOST_AT_ONCE), a_tap())
    records = await batch.done
    assert {record.status for record in records} == {Status.OK}
    assert provider.most_open == MOST_AT_ONCE
    await engine.close()


async def test_a_stopped_run_keeps_its_text_and_closes_its_connection() -> None:
    store, provider = FakeStore(), ScriptedProvider(FOREVER)
    engine = scripted_engine(provider, store)
    came = asyncio.Event()
    batch = await engine.start(a_draft(repeat=2), Tap(came.set))
    await came.wait()
    while provider.open < 2:
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)
    engine.cancel(batch.runs[0].id)
    while provider.open == 2:
        await asyncio.sleep(0.005)
    engine.cancel(batch.runs[1].id)
    engine.cancel(batch.runs[1].id)
    records = await batch.done
    assert [record.status for record in records] == [Status.CANCELLED] * 2
    assert [record.text for record in records] == ["Half an answer"] * 2
    assert all(record.usage.estimated for record in records)
    assert [record for record, _ in store.finished] == records
    assert provider.open == 0
    await engine.close()


async def test_a_run_stopped_before_it_began_sends_nothing() -> None:
    provider = ScriptedProvider((*HELLO, DONE))
    engine = scripted_engine(provider)
    batch = await engine.start(a_draft(), a_tap())
    engine.cancel(batch.runs[0].id)
    (record,) = await batch.done
    assert record.status is Status.CANCELLED
    assert provider.requests == []
    await engine.close()


async def test_closing_stops_and_records_what_runs() -> None:
    store, provider = FakeStore(), ScriptedProvider(FOREVER)
    engine = scripted_engine(provider, store)
    await engine.start(a_draft(), a_tap())
    while not provider.open:
        await asyncio.sleep(0.005)
    await engine.close()
    assert [record.status for record, _ in store.finished] == [Status.CANCELLED]


async def test_the_journal_has_the_text_while_the_run_goes_on() -> None:
    store, provider = FakeStore(), ScriptedProvider(FOREVER)
    engine = scripted_engine(provider, store)
    batch = await engine.start(a_draft(), a_tap())
    for _ in range(100):
        await asyncio.sleep(0.02)
        if store.journaled:
            break
    so_far = fold(batch.runs[0], store.journaled[batch.runs[0].id])
    assert (so_far.text, so_far.status) == ("Half an answer", Status.RUNNING)
    await engine.close()


async def test_nothing_is_sent_when_it_cannot_be_recorded() -> None:
    provider = ScriptedProvider((*HELLO, DONE))
    engine = scripted_engine(provider, FakeStore(failing=True))
    with pytest.raises(LabError) as caught:
        await engine.start(a_draft(), a_tap())
    assert caught.value.kind is ErrorKind.STORAGE
    assert provider.requests == []
    await engine.close()


async def test_a_run_that_is_not_to_be_recorded_leaves_nothing() -> None:
    store = FakeStore(failing=True)
    engine = scripted_engine(ScriptedProvider((*HELLO, DONE)), store)
    batch = await engine.start(a_draft(), a_tap(), record=False)
    (record,) = await batch.done
    assert record.text == "Hello"
    assert store.finished == []
    await engine.close()


async def test_a_disk_that_fills_up_on_the_way_is_told_and_the_answer_kept() -> None:
    store = FakeStore()
    provider = ScriptedProvider((chunk(content="Hello"), 0.3, STOP, DONE))
    engine = scripted_engine(provider, store)
    tap = a_tap()
    batch = await engine.start(a_draft(), tap)
    store.failing = True
    (record,) = await batch.done
    assert (record.text, record.status) == ("Hello", Status.OK)
    (news,) = tap.drain()
    told = news.events[-1].event
    assert isinstance(told, Recorded)
    assert told.error is not None
    assert told.error.kind is ErrorKind.STORAGE
    await engine.close()


@pytest.mark.parametrize(
    ("limit", "pieces"),
    [
        ("first_event", (3600.0,)),
        ("first_event", (b": ping\n\n", 3600.0)),
        ("idle", (chunk(content="Half"), 3600.0)),
        ("total", (chunk(content="Half"), *(0.03, b": ping\n\n") * 1000)),
    ],
)
async def test_each_time_limit_ends_a_run_and_is_named(
    limit: str, pieces: tuple[bytes | float, ...]
) -> None:
    record = await run_one(ScriptedProvider(pieces), FakeStore(), **{f"{limit}_s": 0.15})
    assert record.status is Status.ERROR
    assert record.error is not None
    assert record.error.kind is ErrorKind.TIMEOUT
    assert limit in record.error.hint


async def test_a_lost_connection_keeps_what_came() -> None:
    pieces = (chunk(content="Half"), ConnectionResetError("gone"))
    record = await run_one(ScriptedProvider(pieces), FakeStore())
    assert (record.text, record.status) == ("Half", Status.ERROR)
    assert record.error is not None
    assert record.error.kind is ErrorKind.NETWORK


async def test_a_local_model_costs_exactly_nothing() -> None:
    engine = scripted_engine(ScriptedProvider((*HELLO, USAGE, DONE)))
    batch = await engine.start(a_draft(models=(ModelRef("nearby", "n"),)), a_tap())
    (record,) = await batch.done
    assert record.cost == FREE
    await engine.close()


async def test_an_unknown_provider_is_refused_before_anything_begins() -> None:
    store = FakeStore()
    engine = scripted_engine(ScriptedProvider(), store)
    with pytest.raises(LabError) as caught:
        await engine.start(a_draft(models=(ModelRef("scriptd", "m"),)), a_tap())
    assert caught.value.hint == "did you mean scripted?"
    assert store.begun == []
    await engine.close()


async def test_a_missing_key_blocks_the_run_without_a_call() -> None:
    provider = ScriptedProvider((*HELLO, DONE))
    engine = scripted_engine(provider)

    async def no_key(workspace: str, provider: object) -> None:
        raise LabError(ErrorKind.NO_KEY, "there is no key", "set one")

    engine._admission._key_for = no_key
    batch = await engine.start(a_draft(), a_tap())
    (record,) = await batch.done
    assert record.status is Status.BLOCKED
    assert record.attempts == ()
    assert provider.requests == []
    await engine.close()


async def test_parameters_reach_the_provider_unchanged() -> None:
    provider = ScriptedProvider((*HELLO, DONE))
    engine = scripted_engine(provider)
    wanted = Parameters(temperature=0.3, top_p=0.9, max_tokens=50, stop=("END",), seed=7)
    batch = await engine.start(a_draft(system="Be brief", parameters=wanted), a_tap())
    (record,) = await batch.done
    body = provider.requests[0]["body"]
    assert {
        name: body[name] for name in ("temperature", "top_p", "max_tokens", "stop", "seed")
    } == {
        "temperature": 0.3,
        "top_p": 0.9,
        "max_tokens": 50,
        "stop": ["END"],
        "seed": 7,
    }
    assert body["messages"][0] == {"role": "system", "content": "Be brief"}
    assert record.parameters == wanted
    await engine.close()


async def test_a_parameter_that_cannot_be_sent_is_noted() -> None:
    engine = scripted_engine(ScriptedProvider((*HELLO, DONE)))
    batch = await engine.start(a_draft(parameters=Parameters(reasoning=5000)), a_tap())
    (record,) = await batch.done
    assert [name for name, _ in record.dropped_parameters] == ["reasoning"]
    await engine.close()


async def test_an_answer_that_is_not_streamed_has_the_same_fields() -> None:
    body = (
        b'{"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},'
        b'"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}'
    )
    provider = ScriptedProvider((body,), headers={"content-type": "application/json"})
    engine = scripted_engine(provider)
    batch = await engine.start(replace(a_draft(), stream=False), a_tap())
    (record,) = await batch.done
    assert (record.text, record.usage.output_tokens) == ("Hello", 2)
    assert provider.requests[0]["body"]["stream"] is False
    assert record.timing.itl_ms is None
    await engine.close()
