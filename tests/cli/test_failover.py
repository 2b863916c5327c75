"""Providers that fail, seen from outside: who is called how often, and what a script is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import pytest

from tests.cli.program import Done, Program
from tests.cli.servers import Asked, Provider, Reply, chat, serving

Scene = Callable[..., tuple[Program, dict[str, Provider]]]


def fails(status: int, message: str = "no") -> Reply:
    """An error whose retry need not be waited for."""
    body = json.dumps({"error": {"message": message}}).encode()
    return Reply([body], status, "application/json", headers={"retry-after-ms": "1"})


def wants(seconds: int) -> Reply:
    body = json.dumps({"error": {"message": "slow down"}}).encode()
    return Reply([body], 429, "application/json", headers={"retry-after": str(seconds)})


@pytest.fixture
def scene(program: Program) -> Iterator[Scene]:
    """`scene(a=[fails(500)], b=[chat("hello")])`: each plays its replies, the last one for ever."""
    with ExitStack() as stack:

        def begin(**plays: Sequence[Reply | None]) -> tuple[Program, dict[str, Provider]]:
            lab, providers = program, {}
            for name, replies in plays.items():
                provider = stack.enter_context(serving(_playing(replies)))
                prefix = f"TUI_LAB_PROVIDERS__{name.upper()}__"
                lab = lab.with_environ(
                    **{f"{prefix}DIALECT": "openai-chat", f"{prefix}BASE_URL": provider.url}
                )
                providers[name] = provider
            return lab, providers

        yield begin


def _playing(replies: Sequence[Reply | None]) -> Callable[[Asked], Reply | None]:
    left = list(replies)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]


def calls(providers: dict[str, Provider]) -> dict[str, int]:
    return {name: len(provider.asked) for name, provider in providers.items()}


def run(lab: Program, *words: str) -> Done:
    return lab("run", "hi", "-m", "a/m", *words)


OK = chat("hello")
BOTH = ("--fallback", "b/m", "--fallback", "c/m", "--json")


@pytest.mark.parametrize(
    ("a", "b", "asked"),
    [
        (fails(503), fails(401), {"a": 3, "b": 1, "c": 1}),
        (fails(429), fails(404), {"a": 1, "b": 1, "c": 1}),
        (fails(402), fails(500), {"a": 1, "b": 3, "c": 1}),
        (fails(403), Reply([b"<html>login</html>"]), {"a": 1, "b": 1, "c": 1}),
    ],
)
def test_the_last_answers_where_the_first_and_the_middle_fail(
    scene: Scene, a: Reply, b: Reply, asked: dict[str, int]
) -> None:
    lab, providers = scene(a=[a], b=[b], c=[OK])
    done = run(lab, *BOTH)
    record = done.json
    assert (done.code, record["status"], record["text"]) == (0, "ok", "hello")
    assert (record["model"], record["answered_by"], record["provider"]) == ("a/m", "c/m", "c")
    assert calls(providers) == asked
    assert len(record["attempts"]) == sum(asked.values())
    assert [one["model"] for one in record["route"]["candidates"]] == ["m", "m", "m"]
    assert lab.last() == record


def test_all_fail_and_the_error_names_them(scene: Scene) -> None:
    lab, providers = scene(a=[fails(500)], b=[fails(404)], c=[wants(90)])
    done = run(lab, *BOTH)
    record = done.json
    assert (done.code, record["status"], record["text"]) == (1, "error", "")
    assert record["error"]["kind"] == "rate_limit"
    assert all(f"{name}/m" in record["error"]["message"] for name in "abc")
    assert record["error"]["retry_after_s"] == 90
    assert calls(providers) == {"a": 3, "b": 1, "c": 1}
    assert record["answered_by"] is None


@pytest.mark.parametrize("reply", [fails(400), fails(400, "rejected by our content policy")])
def test_what_no_other_provider_would_take_is_sent_to_none(scene: Scene, reply: Reply) -> None:
    lab, providers = scene(a=[reply], b=[OK], c=[OK])
    assert run(lab, *BOTH).code == 1
    assert calls(providers) == {"a": 1, "b": 0, "c": 0}


def test_behind_the_first_text_nobody_else_is_asked(scene: Scene) -> None:
    (whole,) = chat("Half").pieces
    lab, providers = scene(a=[Reply([whole.split(b"\n\n")[0] + b"\n\n"])], b=[OK], c=[OK])
    done = run(lab, *BOTH)
    assert (done.code, done.json["status"], done.json["text"]) == (1, "error", "Half")
    assert "run it again" in done.json["error"]["hint"]
    assert calls(providers) == {"a": 1, "b": 0, "c": 0}


def test_without_a_fallback_nobody_else_is_asked(scene: Scene) -> None:
    lab, providers = scene(a=[fails(500)], b=[OK])
    done = run(lab, "--json")
    assert (done.code, done.json["error"]["kind"]) == (1, "server")
    assert done.json["route"] is None
    assert calls(providers) == {"a": 3, "b": 0}


def test_a_silent_provider_is_left_after_its_time_and_charged_by_estimate(scene: Scene) -> None:
    lab, providers = scene(a=[None], b=[OK])
    lab.configure('[prices."a/m"]\ninput = 1000\noutput = 1000\n')
    done = run(lab, "--fallback", "b/m", "-o", "timeout.first_event=2", "--json")
    assert done.json["answered_by"] == "b/m"
    given_up = done.json["attempts"][0]
    assert (given_up["error"]["kind"], given_up["usage"]["estimated"]) == ("timeout", True)
    assert float(given_up["cost"]["usd"]) > 0
    assert calls(providers) == {"a": 1, "b": 1}


def test_the_story_is_told_as_it_happens(scene: Scene) -> None:
    lab, _ = scene(a=[fails(429), OK], b=[fails(404)])
    told = run(lab, "--fallback", "b/m").errors
    assert "a/m: 429: no" in told
    assert "b/m is asked instead" in told
    assert "a 429 → b 404 → a ok, +" in told
    lab, _ = scene(a=[fails(429)], b=[OK])
    types = [line["type"] for line in run(lab, "--fallback", "b/m", "--jsonl").lines]
    assert types[:3] == ["planned", "routed", "attempt_failed"]
    assert types.count("routed") == 2


def test_an_outage_can_be_simulated(scene: Scene) -> None:
    lab, providers = scene(a=[OK], b=[OK])
    lab = lab.with_environ(TUI_LAB_OUTAGE="a", TUI_LAB_RETRIES="0")
    done = run(lab, "--fallback", "b/m", "--json")
    assert done.json["answered_by"] == "b/m"
    assert "simulated outage" in done.json["attempts"][0]["error"]["message"]
    assert calls(providers) == {"a": 0, "b": 1}
    assert "the outage of a is simulated" in lab("doctor").text


def test_a_strategy_asks_whom_it_finds_and_says_so(scene: Scene) -> None:
    lab, providers = scene(a=[fails(500)], b=[OK])
    lab = lab.with_environ(
        TUI_LAB_PROVIDERS__A__MODELS="m",
        TUI_LAB_PROVIDERS__B__MODELS="m",
        TUI_LAB_ROUTING__PINNED="a/m",
    )
    record = lab("run", "hi", "--route", "auto", "--json").json
    assert (record["model"], record["answered_by"]) == ("auto", "b/m")
    assert record["route"]["strategy"] == "auto"
    assert record["route"]["complexity"]["level"] == "simple"
    assert calls(providers) == {"a": 3, "b": 1}
    planned = lab("run", "hi", "--route", "auto", "--dry-run").json
    assert planned["model"] == "a/m"
    assert planned["route"]["strategy"] == "auto"
    assert calls(providers) == {"a": 3, "b": 1}


def test_a_dry_run_names_the_fallbacks(scene: Scene) -> None:
    lab, providers = scene(a=[OK], b=[OK])
    route = run(lab, "--fallback", "b/m", "--dry-run").json["route"]
    assert [one["provider"] for one in route["candidates"]] == ["a", "b"]
    assert (route["strategy"], route["complexity"]) == (None, None)
    assert calls(providers) == {"a": 0, "b": 0}


def test_without_anybody_to_ask_the_run_is_blocked(program: Program) -> None:
    for words in (("--route", "auto"), ("-m", "openai/gpt-4o", "--fallback", "groq/x")):
        done = program("run", "hi", *words, "--json")
        assert (done.code, done.json["status"]) == (4, "blocked")
        assert done.json["error"]["kind"] == "no_route"
        assert done.json["attempts"] == []


def test_health_is_told_from_what_was_asked(scene: Scene) -> None:
    lab, _ = scene(a=[fails(503)], b=[OK])
    run(lab, "--fallback", "b/m")
    run(lab)
    items = {one["provider"]: one for one in lab("providers", "--health", "--json").json["items"]}
    assert (items["a"]["asked"], items["a"]["failed"], items["b"]["success"]) == (4, 4, 1)
    assert items["a"]["breaker"] in ("open", "half-open")
    assert "a/m: 4 of 4 failed" in lab("doctor").text
    assert lab("providers", "b", "--ping").text.startswith("b:")
