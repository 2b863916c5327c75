"""Who is asked after a failure, how often, and what the record tells of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from tests.builders import a_price
from tests.engine.scene import ANSWER, Reply, Scene, fails, m
from tests.engine.scripted import STOP, a_draft, chunk
from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind
from tui_lab.core.events import AttemptFailed, Note, Planned, Routed, Waiting
from tui_lab.core.fold import fold
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import Status
from tui_lab.core.record_json import record_to_json
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Candidate, Exclusion, RoutePlan, Strategy
from tui_lab.engine.retries import RETRIES

pytestmark = pytest.mark.anyio

LOST = httpx.ConnectError("down")
OK = Reply()


@pytest.mark.parametrize("failure", [fails(500), fails(503), fails(529), LOST, fails(429)])
async def test_what_may_pass_is_tried_again(failure: Reply | Exception) -> None:
    scene = Scene(a=[failure, failure, OK])
    record = await scene.ask("a")
    assert (record.status, record.text) == (Status.OK, "Hello")
    assert scene.hands.waits == [0.5, 1.0]
    assert [one.status for one in record.attempts] == [Status.ERROR, Status.ERROR, Status.OK]
    assert record.timing.latency_ms == 1500
    assert record.route is None


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422])
async def test_what_would_fail_again_is_not_tried_again(status: int) -> None:
    scene = Scene(a=[fails(status)])
    record = await scene.ask("a")
    assert record.status is Status.ERROR
    assert scene.calls == {"a": 1}
    assert record.error == record.attempts[0].error


@pytest.mark.parametrize("failure", [fails(500), LOST, fails(429, retry_after="90")])
async def test_after_the_last_retry_the_error_tells_how_often_it_was_tried(
    failure: Reply | Exception,
) -> None:
    record = await Scene(a=[failure]).ask("a")
    assert record.error is not None
    tries = len(record.attempts)
    assert tries == 1 or f"(asked {tries} times)" in record.error.message
    assert tries in (1, RETRIES + 1)


@pytest.mark.parametrize(
    ("failure", "calls"),
    [
        (fails(500), 3),
        (LOST, 3),
        (fails(429), 1),
        (fails(401), 1),
        (fails(403), 1),
        (fails(402), 1),
        (fails(404), 1),
        (fails(409), 3),
        (fails(413), 1),
        (fails(503, x_should_retry="false"), 1),
        (fails(503, retry_after="30"), 1),
        (Reply((b"",)), 1),
    ],
)
async def test_a_fallback_answers_where_the_first_fails_before_any_text(
    failure: Reply | Exception, calls: int
) -> None:
    scene = Scene(a=[failure], b=[OK])
    record = await scene.ask("a", "b")
    assert (record.status, record.text) == (Status.OK, "Hello")
    assert (record.model, record.answered_by, record.provider) == ("a/m", "b/m", "b")
    assert scene.calls == {"a": calls, "b": 1}
    assert [str(one.model) for one in record.attempts] == ["a/m"] * calls + ["b/m"]
    assert [one.n for one in record.attempts] == list(range(1, calls + 2))
    assert record.route is not None
    assert [one["provider"] for one in record.route["candidates"]] == ["a", "b"]


@pytest.mark.parametrize("status", [400, 422])
async def test_what_is_wrong_with_the_request_is_not_resent_elsewhere(status: int) -> None:
    scene = Scene(a=[fails(status)], b=[OK])
    record = await scene.ask("a", "b")
    assert record.error is not None
    assert record.error.kind is ErrorKind.BAD_REQUEST
    assert scene.calls == {"a": 1, "b": 0}


async def test_a_refusal_of_the_content_is_not_resent_elsewhere() -> None:
    scene = Scene(a=[fails(400, "rejected by our content policy")], b=[OK])
    record = await scene.ask("a", "b")
    assert record.status is Status.REFUSED
    assert scene.calls == {"a": 1, "b": 0}


PIECES = [
    chunk(content="Half"),
    chunk(reasoning_content="Let me think"),
    chunk(refusal="I"),
    chunk(tool_calls=[{"index": 0, "id": "c", "function": {"name": "f", "arguments": "{"}}]),
]


@pytest.mark.parametrize("piece", PIECES)
async def test_nothing_is_begun_anew_behind_the_first_visible_piece(piece: bytes) -> None:
    scene = Scene(a=[Reply((piece, httpx.ReadError("gone")))], b=[OK])
    record = await scene.ask("a", "b")
    assert record.error is not None
    assert record.error.kind is ErrorKind.NETWORK
    assert "run it again" in record.error.hint
    assert scene.calls == {"a": 1, "b": 0}
    assert record.text or record.reasoning or record.refusal or record.tool_calls


async def test_all_fail_with_every_attempt_named() -> None:
    scene = Scene(a=[fails(500)], b=[fails(401)], c=[fails(429, retry_after="120")])
    record = await scene.ask("a", "b", "c")
    assert record.status is Status.ERROR
    assert record.error is not None
    assert record.error.kind is ErrorKind.RATE_LIMIT
    assert all(f"{name}/m" in record.error.message for name in "abc")
    assert (record.text, record.answered_by, record.finish_reason) == ("", None, None)
    assert [one.error.status for one in record.attempts if one.error] == [500, 500, 500, 401, 429]


async def test_a_rate_limited_model_is_asked_again_when_the_others_have_failed() -> None:
    scene = Scene(a=[fails(429, retry_after="30"), OK], b=[fails(404)])
    record = await scene.ask("a", "b")
    assert record.answered_by == "a/m"
    assert scene.hands.waits == [30]
    (waiting,) = (one for one in scene.events() if isinstance(one, Waiting))
    assert waiting == Waiting(30, "429 from a/m, try 2 of 3 follows")


async def test_of_those_that_want_to_wait_the_first_to_be_ready_is_asked_first() -> None:
    slow, soon = fails(429, retry_after="30"), fails(429, retry_after="2")
    scene = Scene(a=[slow, OK], b=[soon, OK])
    record = await scene.ask("a", "b")
    assert record.answered_by == "b/m"
    assert scene.hands.waits == [2]


async def test_nobody_waits_while_another_model_of_a_provider_that_fails_is_left() -> None:
    class Finds:
        async def plan(self, draft: Draft, first: ModelRef | None) -> RoutePlan:
            return RoutePlan(tuple(map(Candidate, (m("b"), m("a"), ModelRef("a", "other")))))

    scene = Scene(b=[fails(429, retry_after="30")], a=[fails(402), OK], router=Finds())
    record = await scene.ask(None, strategy=Strategy.BEST)
    assert record.answered_by == "a/other"
    assert scene.hands.waits == []


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({"retry_after": "7"}, [7]),
        ({"retry_after_ms": "250"}, [0.25]),
        ({"retry_after": "60"}, [60]),
        ({"retry_after": "61"}, []),
        ({"retry_after": "0"}, [0.5]),
    ],
)
async def test_the_wait_that_is_asked_for_is_kept_up_to_a_minute(
    headers: dict[str, str], waits: list[float]
) -> None:
    scene = Scene(a=[fails(503, **headers), OK])
    record = await scene.ask("a")
    assert scene.hands.waits == waits
    assert record.status is (Status.OK if waits else Status.ERROR)


async def test_a_wait_that_is_asked_for_with_an_answer_means_nothing() -> None:
    scene = Scene(a=[Reply(headers={"retry-after": "30"})])
    assert (await scene.ask("a")).status is Status.OK
    assert scene.hands.waits == []


async def test_a_refused_key_is_out_and_its_provider_is_not() -> None:
    scene = Scene(a=[fails(401), fails(401), OK], b=[OK])
    assert (await scene.ask("a", "b")).answered_by == "b/m"
    record = await scene.ask("a", "b")
    assert scene.calls["a"] == 1
    assert record.route is not None
    assert "key was refused" in record.route["excluded"][0]["reason"]
    scene.keys["a"] = "sk-another-0123456789abcdef"
    await scene.ask("a", "b")
    assert scene.calls["a"] == 2
    assert (await scene.ask("a")).answered_by == "a/m"
    assert (await scene.ask("a", "b")).answered_by == "a/m"


async def test_a_candidate_that_a_gate_refuses_is_left_out_with_its_reason() -> None:
    scene = Scene(a=[OK], b=[OK], keyless=["a"])
    record = await scene.ask("a", "b")
    assert record.answered_by == "b/m"
    assert record.route is not None
    assert record.route["excluded"] == [
        {"provider": "a", "model": "m", "reason": "there is no key for A"}
    ]
    notes = [one.text for one in scene.events() if isinstance(one, Note)]
    assert notes == ["a/m is left out: there is no key for A"]
    assert scene.calls == {"a": 0, "b": 1}


async def test_where_every_gate_says_no_nobody_is_asked() -> None:
    scene = Scene(a=[OK], b=[OK], keyless=["a", "b"])
    record = await scene.ask("a", "b")
    assert record.status is Status.BLOCKED
    assert record.error is not None
    assert record.error.kind is ErrorKind.NO_ROUTE
    assert "a/m: there is no key" in record.error.message
    assert "b/m: there is no key" in record.error.message
    assert scene.calls == {"a": 0, "b": 0}
    alone = await scene.ask("a")
    assert alone.status is Status.BLOCKED
    assert alone.error is not None
    assert alone.error.kind is ErrorKind.NO_KEY


async def test_reasons_why_nobody_can_be_asked_are_told_once_each() -> None:
    plan = RoutePlan((), tuple(Exclusion(m(name), "too dear") for name in "abc"))

    class Strict:
        async def plan(self, draft: Draft, first: ModelRef | None) -> RoutePlan:
            return plan

    record = await Scene(a=[OK], router=Strict()).ask(None, strategy=Strategy.AUTO)
    assert (record.status, record.model, record.provider) == (Status.BLOCKED, "auto", "")
    assert record.error is not None
    assert record.error.message == "there is nobody to ask: a/m and 2 more: too dear"
    assert record.route is not None
    assert len(record.route["excluded"]) == 3
    assert record_to_json(record)["provider"] is None


async def test_candidates_of_a_strategy_follow_those_that_are_named() -> None:
    class Finds:
        async def plan(self, draft: Draft, first: ModelRef | None) -> RoutePlan:
            return RoutePlan((Candidate(m("b"), 0.9), Candidate(m("c"), 0.8)))

    scene = Scene(a=[fails(404)], b=[fails(404)], c=[OK], router=Finds())
    record = await scene.ask("a", strategy=Strategy.BALANCED)
    assert record.answered_by == "c/m"
    assert record.model == "a/m"
    routed = await scene.ask(None, strategy=Strategy.BALANCED)
    assert (routed.model, routed.provider, routed.answered_by) == ("balanced", "c", "c/m")
    assert routed.route is not None
    assert routed.route["strategy"] == "balanced"


@pytest.mark.parametrize(
    ("failure", "other"), [(fails(402), 0), (fails(500), 0), (LOST, 0), (fails(404), 1)]
)
async def test_other_models_of_a_provider_that_fails_come_behind_those_of_others(
    failure: Reply | Exception, other: int
) -> None:
    class Finds:
        async def plan(self, draft: Draft, first: ModelRef | None) -> RoutePlan:
            found = (m("a"), ModelRef("a", "other"), m("b"), ModelRef("a", "third"))
            return RoutePlan(tuple(map(Candidate, found)))

    scene = Scene(a=[failure], b=[fails(404)], router=Finds(), retries=0)
    record = await scene.ask(None, strategy=Strategy.BEST)
    asked = [str(one.model) for one in record.attempts]
    assert asked.index("b/m") == 1 + other
    assert sorted(asked) == ["a/m", "a/other", "a/third", "b/m"]


async def test_the_order_of_fallbacks_is_that_of_the_person() -> None:
    scene = Scene(a=[fails(402), OK], b=[OK])
    draft = a_draft(models=(m("a"),), fallbacks=(ModelRef("a", "other"), m("b")))
    (record,) = await (await scene.engine.start(draft, scene.tap)).done
    assert record.answered_by == "a/other"


async def test_a_prompt_that_is_too_long_goes_to_a_larger_context() -> None:
    sizes = {"a": 1000, "b": 1000, "c": 9000}

    def facts_of(model: ModelRef) -> ModelFacts:
        return ModelFacts(model.model, context_window=sizes[model.provider], guessed=False)

    long = fails(400, "maximum context length is 1000 tokens")
    scene = Scene(a=[long], b=[OK], c=[OK], facts_of=facts_of)
    record = await scene.ask("a", "b", "c")
    assert record.answered_by == "c/m"
    assert scene.calls == {"a": 1, "b": 0, "c": 1}


class Silent:
    calls = 0

    async def __call__(self, *request: object) -> object:
        self.calls += 1
        return await asyncio.Event().wait()


async def test_a_timeout_is_charged_by_estimate_and_moves_on_where_that_is_allowed() -> None:
    for fallbacks in ((), ("b",)):
        scene, silent = Scene(a=[OK], b=[OK], price=a_price()), Silent()
        scene.admission._room._handlers["a.invalid"] = silent  # type: ignore[assignment]
        record = await scene.ask("a", *fallbacks, time_limits={"first_event": 0.2})
        assert silent.calls == 1
        given_up = record.attempts[0]
        assert given_up.error is not None
        assert given_up.error.kind is ErrorKind.TIMEOUT
        assert given_up.usage.estimated
        assert given_up.cost.usd
        assert record.answered_by == ("b/m" if fallbacks else None)
        assert record.cost.usd == sum(one.cost.usd or 0 for one in record.attempts)


async def test_what_an_abandoned_attempt_has_cost_counts_for_the_next() -> None:
    """A call needs 0.018 at most; 0.008 of it, the prompt, is charged for the first."""
    for most, asked in (("0.02", 0), ("0.03", 1)):
        scene = Scene(a=[OK], b=[OK], price=a_price("1000", "1000"))
        scene.admission._room._handlers["a.invalid"] = Silent()  # type: ignore[assignment]
        await scene.ask(
            "a",
            "b",
            parameters=Parameters(max_tokens=10),
            max_cost=Decimal(most),
            time_limits={"first_event": 0.01},
        )
        assert scene.calls["b"] == asked


async def test_a_retry_that_there_is_no_money_for_does_not_hide_what_failed() -> None:
    broken = Reply((chunk(role="assistant"), httpx.ReadError("gone")))
    scene = Scene(a=[broken, OK], price=a_price("1000", "1000"))
    few, most = Parameters(max_tokens=10), Decimal("0.02")
    record = await scene.ask("a", parameters=few, max_cost=most)
    assert scene.calls == {"a": 1}
    assert (record.status, len(record.attempts)) == (Status.ERROR, 1)
    assert record.error is not None
    assert record.error.kind is ErrorKind.NETWORK
    assert "the limit of a run is $0.02" in record.error.message


async def test_what_one_model_was_not_sent_another_is() -> None:
    refused = fails(400, "Unsupported parameter: 'seed' is not supported with this model.")
    scene = Scene(a=[refused, fails(404)], b=[OK])
    record = await scene.ask("a", "b", parameters=Parameters(seed=7, temperature=0.5))
    assert ["seed" in asked for asked in scene.players["a"].asked] == [True, False]
    assert scene.players["b"].asked[0]["seed"] == 7
    assert record.parameters == Parameters(seed=7, temperature=0.5)
    assert record.dropped_parameters == ()


async def test_an_adjusted_call_takes_no_retry_away() -> None:
    refused = fails(400, "Unsupported parameter: 'seed' is not supported with this model.")
    scene = Scene(a=[refused, fails(500), fails(500), OK])
    record = await scene.ask("a", parameters=Parameters(seed=7))
    assert record.status is Status.OK
    assert scene.hands.waits == [0.5, 1.0]
    assert [name for name, _ in record.dropped_parameters] == ["seed"]


async def test_many_runs_do_not_hammer_a_provider_that_fails() -> None:
    scene = Scene(a=[fails(500)])
    batch = await scene.engine.start(a_draft(models=(m("a"),), repeat=10), scene.tap)
    await batch.done
    assert scene.calls["a"] <= 10 + 3 + 2


async def test_a_wait_is_stopped_at_once() -> None:
    scene = Scene(a=[fails(429, retry_after="30")])
    waiting = asyncio.Event()

    async def forever(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    scene.hands.sleep = forever  # type: ignore[method-assign]
    object.__setattr__(scene.engine._around, "sleep", forever)
    batch = await scene.engine.start(a_draft(models=(m("a"),)), scene.tap)
    await waiting.wait()
    scene.engine.cancel(batch.runs[0].id)
    (record,) = await batch.done
    assert record.status is Status.CANCELLED
    assert scene.calls["a"] == 1


async def test_an_outage_is_simulated_without_a_call() -> None:
    scene = Scene(a=[OK], b=[OK], outages=["a"])
    record = await scene.ask("a", "b")
    assert record.answered_by == "b/m"
    assert scene.calls == {"a": 0, "b": 1}
    assert {one.error.kind for one in record.attempts if one.error} == {ErrorKind.NETWORK}
    assert all("simulated outage" in one.error.message for one in record.attempts if one.error)


async def test_live_and_replayed_the_story_is_the_same() -> None:
    scene = Scene(a=[fails(500)], b=[OK], c=[OK], keyless=["c"])
    wanted = a_draft(models=(m("a"),), fallbacks=(m("c"), m("b")))
    batch = await scene.engine.start(wanted, scene.tap)
    (record,) = await batch.done
    (news,) = scene.tap.drain()
    assert fold(batch.runs[0], news.events) == record
    told = [type(one.event) for one in news.events]
    assert told.count(AttemptFailed) == 3
    assert told.count(Routed) == 4
    assert told[0] is Planned


async def test_text_that_came_before_the_end_is_no_reason_to_fail() -> None:
    scene = Scene(a=[Reply((*ANSWER[:2], STOP))])
    assert (await scene.ask("a")).text == "Hello"


class _Finds:
    """A router that finds these, whatever is asked."""

    def __init__(self, *providers: str) -> None:
        self._plan = RoutePlan(tuple(Candidate(m(one)) for one in providers))

    async def plan(self, draft: Draft, first: ModelRef | None) -> RoutePlan:
        return replace(self._plan, strategy=draft.strategy)


async def test_a_fallback_of_a_strategy_stands_in_for_the_best_that_it_finds() -> None:
    scene = Scene(a=[fails(401)], b=[OK], c=[OK], router=_Finds("a", "b"))
    record = await scene.ask(None, "c", strategy=Strategy.BEST)
    assert [str(one.model) for one in record.attempts] == ["a/m", "c/m"]
