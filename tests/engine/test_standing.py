"""Breakers, health and what a process remembers of providers; time is moved by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOON
from tests.engine.scene import Reply, Scene, fails, m
from tui_lab.core.events import Note
from tui_lab.core.health import AttemptEnd, Breaker
from tui_lab.core.record import Status
from tui_lab.engine.breakers import CircuitBreaker
from tui_lab.engine.retries import RetryBudget, pause_s

pytestmark = pytest.mark.anyio

OK = Reply()


def failed_at(breaker: CircuitBreaker, *moments: float) -> None:
    for now in moments:
        breaker.asked(now)
        breaker.ended(now, failed=True)


def test_a_breaker_opens_after_five_failures_in_a_row_however_slow() -> None:
    breaker = CircuitBreaker()
    failed_at(breaker, 0, 100, 200, 300)
    assert breaker.state(300) is Breaker.CLOSED
    failed_at(breaker, 400)
    assert breaker.state(400) is Breaker.OPEN
    assert breaker.retry_in_s(401) == 4


def test_a_breaker_opens_when_more_than_half_of_a_minute_has_failed() -> None:
    breaker = CircuitBreaker()
    for now, failed in enumerate((True, False, True, False)):
        breaker.ended(now, failed=failed)
    assert breaker.state(4) is Breaker.CLOSED
    failed_at(breaker, 5)
    assert breaker.state(5) is Breaker.OPEN


def test_one_request_tries_and_its_end_decides() -> None:
    breaker = CircuitBreaker()
    failed_at(breaker, 0, 0, 0, 0)
    assert not breaker.may_ask(4)
    assert breaker.state(5) is Breaker.HALF_OPEN
    assert breaker.may_ask(5)
    breaker.asked(5)
    assert not breaker.may_ask(6)
    breaker.ended(6, failed=True)
    assert breaker.state(15) is Breaker.OPEN
    assert breaker.retry_in_s(6) == 10
    breaker.asked(16)
    breaker.ended(17, failed=False)
    assert breaker.state(17) is Breaker.CLOSED
    failed_at(breaker, 18)
    assert breaker.state(18) is Breaker.CLOSED


def test_a_try_that_was_stopped_lets_another_one_try() -> None:
    breaker = CircuitBreaker()
    failed_at(breaker, 0, 0, 0, 0)
    breaker.asked(5)
    breaker.ended(6, failed=None)
    assert breaker.may_ask(6)


def test_a_breaker_rests_five_minutes_at_most() -> None:
    breaker, now = CircuitBreaker(), 0.0
    failed_at(breaker, 0, 0, 0, 0)
    for _ in range(20):
        now += breaker.retry_in_s(now) or 0
        failed_at(breaker, now)
    assert breaker.retry_in_s(now) == 300


def test_pauses_double_with_some_chance_and_end_at_eight_seconds() -> None:
    assert [pause_s(tries, None, 0) for tries in (1, 2, 3, 9)] == [0.5, 1, 2, 8]
    assert pause_s(1, None, 1) == 0.375
    assert pause_s(1, 3, 1) == 3


def test_retries_are_a_share_of_what_is_asked() -> None:
    now = 0.0
    budget = RetryBudget(lambda: now)
    for _ in range(10):
        budget.first("a")
    assert [budget.take("a") for _ in range(6)] == [True] * 5 + [False]
    assert budget.take("b")
    now = 10
    assert budget.take("a")


async def test_who_fails_again_and_again_is_asked_last_and_comes_back() -> None:
    scene = Scene(a=[*[fails(503)] * 4, OK], b=[OK])
    await scene.ask("a", "b")
    await scene.ask("a", "b")
    assert scene.calls == {"a": 4, "b": 2}
    scene.events()
    assert (await scene.ask("a", "b")).answered_by == "b/m"
    assert scene.calls["a"] == 4
    notes = [one.text for one in scene.events() if isinstance(one, Note)]
    assert notes == ["a/m failed again and again: it is asked last"]
    assert scene.standing.health_of(m("a")).breaker is Breaker.OPEN
    scene.hands.now += 5
    assert scene.standing.health_of(m("a")).breaker is Breaker.HALF_OPEN
    assert (await scene.ask("a", "b")).answered_by == "a/m"
    assert scene.standing.health_of(m("a")).breaker is Breaker.CLOSED


async def test_who_failed_is_asked_all_the_same_when_the_others_fail_too() -> None:
    scene = Scene(a=[*[fails(503)] * 4, OK], b=[OK, OK, fails(404)])
    for _ in range(2):
        await scene.ask("a", "b")
    assert (await scene.ask("a", "b")).answered_by == "a/m"


async def test_a_pinned_model_is_always_asked_but_not_again_and_again() -> None:
    scene = Scene(a=[fails(503)])
    await scene.ask("a")
    await scene.ask("a")
    assert scene.calls["a"] == 4
    record = await scene.ask("a")
    assert scene.calls["a"] == 5
    assert record.status is Status.ERROR


async def test_a_breaker_is_for_one_key() -> None:
    scene = Scene(a=[*[fails(503)] * 4, OK], b=[OK])
    await scene.ask("a", "b")
    await scene.ask("a", "b")
    scene.keys["a"] = "sk-another-0123456789abcdef"
    assert (await scene.ask("a", "b")).answered_by == "a/m"


async def test_health_is_told_from_what_was_asked() -> None:
    scene = Scene(a=[OK, fails(503), fails(503), OK, fails(400)])
    await scene.ask("a")
    await scene.ask("a")
    await scene.ask("a")
    health = scene.standing.health_of(m("a"))
    assert (health.asked, health.failed, health.success) == (4, 2, 0.5)
    assert health.ttft_p50_ms is not None
    scene.hands.now += 3601
    assert scene.standing.health_of(m("a")).asked == 0


async def test_what_other_processes_met_is_known() -> None:
    ends = [AttemptEnd(m("a"), NOON - timedelta(seconds=3), failed=True) for _ in range(4)]
    scene = Scene(a=[OK], b=[OK], past=ends)
    assert (await scene.ask("a", "b")).answered_by == "b/m"
    assert scene.standing.states()[m("a")].failed == 4
    recovered = Scene(
        a=[OK], b=[OK], past=[*ends, AttemptEnd(m("a"), NOON - timedelta(seconds=1), failed=False)]
    )
    assert (await recovered.ask("a", "b")).answered_by == "a/m"
