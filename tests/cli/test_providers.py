"""Providers on loopback, known from the environment or the file alone, as they really answer."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program
from tests.cli.servers import (
    STREAM,
    Asked,
    Provider,
    Reply,
    Script,
    chat,
    chat_stream,
    cut,
    serving,
)
from tests.providers.test_recorded_answers import our_usage

KEY = "sk-proj-0123456789abcdefghijKLMNOPQRSTUV"
CODES = {"auth": 3, "no_key": 3, "config": 3, "cancelled": 130}
AT_ONCE = 12


def pointed_at(program: Program, provider: Provider, **more: str) -> Program:
    """A lab that knows the provider `own` from the environment alone."""
    return program.with_environ(
        TUI_LAB_PROVIDERS__OWN__DIALECT="openai-chat",
        TUI_LAB_PROVIDERS__OWN__BASE_URL=f"{provider.url}/v1",
        **more,
    )


def recordings(folder: Path, dialect: str, kind: str) -> dict[str, dict[str, Any]]:
    entries = json.loads((folder / "wire/manifest.json").read_text())["files"]
    chosen = [one for one in entries if one["dialect"] == dialect and one["kind"] == kind]
    return {f"m{number}": entry for number, entry in enumerate(chosen)}


def replaying(entries: dict[str, dict[str, Any]], folder: Path) -> Script:
    """Answers each model with its recording, cut at random."""

    def script(asked: Asked) -> Reply:
        entry = entries[asked.body["model"]]
        body = (folder / "wire" / entry["file"]).read_bytes()
        headers = entry.get("response_headers") or {}
        usual = STREAM if entry["kind"] == "stream" else "application/json"
        content_type = headers.get("content-type", usual)
        return Reply(
            cut(body, len(body)),
            entry["status"],
            content_type,
            headers={"retry-after": headers["retry-after"]} if "retry-after" in headers else {},
        )

    return script


def asked_all(program: Program, names: list[str], *words: str) -> dict[str, dict[str, Any]]:
    """The records of one prompt to all these models, some at a time."""
    records = {}
    for start in range(0, len(names), AT_ONCE):
        models = [word for name in names[start : start + AT_ONCE] for word in ("-m", f"own/{name}")]
        done = program("run", "hi", *models, *words, "--json")
        assert "Traceback" not in done.errors
        found = done.json if isinstance(done.json, list) else [done.json]
        records.update({record["model"].removeprefix("own/"): record for record in found})
        kinds = [record["error"] and record["error"]["kind"] for record in found]
        refused = [record["status"] == "refused" for record in found]
        failed = [CODES.get(kind, 1) for kind in kinds if kind]
        assert done.code == max([*failed, *refused, 0])
    return records


def assert_as_recorded(record: dict[str, Any], entry: dict[str, Any]) -> None:
    assert record["text"] == entry["expected_text"]
    assert record["reasoning"] == entry["expected_reasoning"]
    calls = [{k: c[k] for k in ("id", "name", "arguments")} for c in record["tool_calls"]]
    assert calls == (entry.get("expected_tool_calls") or [])
    if entry.get("expected_error"):
        assert record["status"] in ("error", "refused")
        return
    assert record["finish_reason_raw"] == entry["expected_finish_reason"]
    assert record["served_model"]
    usage = our_usage(entry)
    if usage.input_tokens is not None and usage.output_tokens is not None:
        assert record["usage"]["input_tokens"] == usage.input_tokens
        assert record["usage"]["output_tokens"] == usage.output_tokens
        assert record["usage"]["total_tokens"] == usage.input_tokens + usage.output_tokens
        assert record["usage"]["estimated"] is False
    else:
        assert record["usage"]["estimated"] is True
    cost = entry["expected_usage"].get("cost")
    if cost is not None:
        assert Decimal(record["cost"]["usd"]) == Decimal(str(cost))


CONFIG = """
[providers.own]
dialect = "{dialect}"
base_url = "{url}"
"""


@pytest.mark.parametrize("kind", ["stream", "nonstream"])
@pytest.mark.parametrize(
    ("recorded", "dialect", "base"),
    [("openai-chat", "openai-chat", "/v1"), ("anthropic-messages", "anthropic", "/v1")],
)
def test_recorded_answers_become_records(
    program: Program, shared_data: Path, recorded: str, dialect: str, base: str, kind: str
) -> None:
    entries = recordings(shared_data, recorded, kind)
    assert entries
    words = ["--no-stream"] if kind == "nonstream" else []
    with serving(replaying(entries, shared_data)) as provider:
        program.configure(CONFIG.format(dialect=dialect, url=provider.url + base))
        records = asked_all(program, list(entries), *words)
    for name, entry in entries.items():
        try:
            assert_as_recorded(records[name], entry)
        except AssertionError as error:
            error.add_note(entry["file"])
            raise


@pytest.mark.parametrize(
    ("recorded", "dialect"), [("openai-chat", "openai-chat"), ("anthropic-messages", "anthropic")]
)
def test_recorded_refusals_have_a_kind_and_say_what_the_provider_said(
    program: Program, shared_data: Path, recorded: str, dialect: str
) -> None:
    entries = recordings(shared_data, recorded, "error")
    assert entries
    with serving(replaying(entries, shared_data)) as provider:
        program.configure(CONFIG.format(dialect=dialect, url=f"{provider.url}/v1"))
        records = asked_all(program, list(entries))
    for name, entry in entries.items():
        error = records[name]["error"]
        assert error["status"] == entry["status"], entry["file"]
        assert error["message"], entry["file"]
        assert "\n" not in error["message"] + error["hint"]
        expected = {401: "auth", 404: "not_found", 500: "server", 529: "server"}.get(
            entry["status"]
        )
        assert error["kind"] == (expected or error["kind"]), entry["file"]


def test_a_provider_of_the_environment_alone_is_asked_with_its_key(program: Program) -> None:
    with serving(lambda asked: Reply(cut(chat_stream("Hel", "lo"), 1))) as provider:
        more = {"TUI_LAB_PROVIDERS__OWN__KEY_ENV": "OWN_KEY", "OWN_KEY": KEY}
        lab = pointed_at(program, provider, **more)
        done = lab("run", "hi", "-s", "be kind", "-m", "own/a/b:c", "-o", "seed=4", "--json")
        assert done.code == 0
        assert lab("run", "hi", "-m", "own/x", "--jsonl").code == 0
    record = done.json
    assert (record["text"], record["finish_reason"]) == ("Hello", "stop")
    assert (record["provider"], record["answered_by"]) == ("own", "own/a/b:c")
    assert (record["served_model"], record["simulated"]) == ("m-1", False)
    assert record["usage"]["total_tokens"] == 8
    asked = provider.asked[0]
    assert asked.path == "/v1/chat/completions"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.body["model"] == "a/b:c"
    assert asked.body["seed"] == 4
    assert asked.body["messages"] == [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "hi"},
    ]


def test_tool_calls_are_told_beside_the_text(program: Program) -> None:
    function = {"name": "weather", "arguments": '{"city": "Oslo"}'}
    message = {"content": None, "tool_calls": [{"id": "c", "function": function}]}
    body = {"choices": [{"message": message, "finish_reason": "tool_calls"}]}
    reply = Reply([json.dumps(body).encode()], content_type="application/json")
    with serving(lambda asked: reply) as provider:
        done = pointed_at(program, provider)("run", "hi", "-m", "own/m", "--no-stream")
    assert done.code == 0
    assert done.text == ""
    assert 'calls weather({"city": "Oslo"})' in done.errors


def test_a_key_is_nowhere_but_in_the_header(program: Program) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    ends: list[bytes] = []

    def script(asked: Asked) -> Reply:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                ends.append(path.read_bytes())
        return Reply([body], 401, "application/json")

    with serving(script) as provider:
        more = {"TUI_LAB_PROVIDERS__OWN__KEY_ENV": "OWN_KEY", "OWN_KEY": KEY}
        lab = pointed_at(program, provider, **more)
        anew: dict[str, Any] = {
            "stdin": subprocess.DEVNULL
        }  # a process with a command line of its own
        outputs = [
            lab("run", "hi", "-m", "own/x", "--jsonl", **anew),
            lab("run", "hi", "-m", "own/x", **anew),
            lab("history", "show", "last", "--json"),
            lab("history", "list"),
            lab("providers"),
            lab("doctor"),
        ]
    assert [done.code for done in outputs[:2]] == [3, 3]
    assert len(provider.asked) == 2
    for done in outputs:
        assert KEY not in done.text + done.errors
    assert "sk-p…STUV" in outputs[4].text
    assert any(b"tui_lab" in line for line in ends)
    assert not any(KEY.encode() in line for line in ends)
    for path in program.home.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


@pytest.mark.parametrize("key", [f"{KEY}\nx", f"“{KEY}”", f"{KEY} x"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_shown(
    program: Program, key: str
) -> None:
    with serving(lambda asked: chat("never")) as provider:
        more = {"TUI_LAB_PROVIDERS__OWN__KEY_ENV": "OWN_KEY", "OWN_KEY": key}
        done = pointed_at(program, provider, **more)("run", "hi", "-m", "own/x", "--json")
    assert done.code == 3
    assert done.json["error"]["kind"] == "auth"
    assert "holds a character that no key has" in done.json["error"]["message"]
    assert KEY not in done.text + done.errors
    assert provider.asked == []


def test_a_pinned_model_fails_rather_than_another_answers(program: Program) -> None:
    unavailable = Reply([b'{"error":{"message":"no capacity"}}'], 503, "application/json")
    with serving(lambda asked: unavailable) as provider:
        lab = pointed_at(program, provider, TUI_LAB_DEFAULT_MODEL="sandbox/echo")
        done = lab("run", "hi", "-m", "own/x", "--json")
    assert done.code == 1
    assert (done.json["model"], done.json["answered_by"]) == ("own/x", None)
    assert {attempt["model"] for attempt in done.json["attempts"]} == {"own/x"}
    assert {asked.body["model"] for asked in provider.asked} == {"x"}


def test_silence_stalls_drips_and_endless_answers_have_their_time_limits(program: Program) -> None:
    first, _, _ = chat_stream("partial").partition(b"\n\n")
    stream = cut(chat_stream(*["word "] * 400), 3, pieces=400)

    def script(asked: Asked) -> Reply | None:
        match asked.body["model"]:
            case "silent":
                return None
            case "stalling":
                return Reply([first + b"\n\n", b"data: "], pause=20)
            case _:
                return Reply(stream, pause=0.05)

    limits = ("first_event=0.4", "idle=0.6", "total=1.2")
    words = [word for limit in limits for word in ("-o", f"timeout.{limit}")]
    with serving(script) as provider:
        lab = pointed_at(program, provider)
        models = ("-m", "own/silent", "-m", "own/stalling", "-m", "own/dripping")
        done = lab("run", "hi", *models, *words, "--json")
    assert done.code == 1
    silent, stalling, dripping = done.json
    assert {record["error"]["kind"] for record in done.json} == {"timeout"}
    assert (silent["text"], stalling["text"]) == ("", "partial")
    assert dripping["text"].startswith("word ")
    assert 300 < silent["timing"]["latency_ms"] < 1100
    assert 500 < stalling["timing"]["latency_ms"] < 1200
    assert 1100 < dripping["timing"]["latency_ms"] < 2500
    assert stalling["usage"]["estimated"] is True


def test_three_runs_side_by_side_keep_their_answers_apart(program: Program) -> None:
    def script(asked: Asked) -> Reply:
        return Reply(cut(chat_stream(*[asked.body["model"]] * 20), 5), pause=0.01)

    with serving(script) as provider:
        models = ("-m", "own/a", "-m", "own/b", "-m", "own/c")
        done = pointed_at(program, provider)("run", "hi", *models, "--json")
    assert [record["text"] for record in done.json] == ["a" * 20, "b" * 20, "c" * 20]
    assert [record["usage"]["total_tokens"] for record in done.json] == [8, 8, 8]
