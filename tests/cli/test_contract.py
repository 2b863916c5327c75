"""What scripts rely on: commands, options, fields, exit codes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from tests.cli.program import ECHO, Program
from tui_lab.core.event_json import stamped_from_json
from tui_lab.core.fold import fold
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.record_json import record_from_json, record_to_json
from tui_lab.core.usage import Usage

RECORD = """
schema id batch_id lane repeat parent_id created_at workspace source status finish_reason
finish_reason_raw model answered_by provider served_model simulated prompt system messages
parameters dropped_parameters attachments template text reasoning refusal tool_calls logprobs usage
cost timing attempts route error tags rating note
""".split()
USAGE = """
input_tokens output_tokens total_tokens cached_tokens cache_write_tokens reasoning_tokens estimated
""".split()
TIMING = """
connect_ms headers_ms first_event_ms ttft_ms first_visible_ms last_ms latency_ms itl_ms
tokens_per_second
""".split()
ATTEMPT = "n model status error http_status request_id usage cost timing rate_limits".split()
ERROR = "kind message hint status retry_after_s raw".split()
NOT_IN_LISTS = {"messages", "reasoning", "tool_calls", "logprobs", "attempts"}
ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def assert_is_record(record: dict[str, Any]) -> None:
    assert list(record) == RECORD
    assert record["schema"] == 1
    assert ULID.fullmatch(record["id"])
    assert ULID.fullmatch(record["batch_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["created_at"])
    assert list(record["usage"]) == USAGE
    assert list(record["cost"]) == ["usd", "source", "price_date"]
    assert set(TIMING) <= set(record["timing"])
    for attempt in record["attempts"]:
        assert list(attempt) == ATTEMPT
    if record["error"] is not None:
        assert list(record["error"]) == ERROR


def blank(record: dict[str, Any]) -> RunRecord:
    """The run as it was before its first event."""
    whole = record_from_json(record)
    return RunRecord(
        id=whole.id,
        batch_id=whole.batch_id,
        model=whole.model,
        provider=whole.provider,
        created_at=whole.created_at,
        prompt=whole.prompt,
        messages=whole.messages,
        lane=whole.lane,
        repeat=whole.repeat,
        system=whole.system,
        parameters=whole.parameters,
        simulated=whole.simulated,
        workspace=whole.workspace,
        source=whole.source,
    )


def test_every_record_has_every_field_whatever_became_of_the_run(program: Program) -> None:
    models = ["echo", "reasoner", "refuser", "drop", "down"]
    words = [word for model in models for word in ("-m", f"sandbox/{model}")]
    done = program("run", "hi", *words, "-m", "openai/gpt-4o", *ECHO[2:], "--json")
    assert done.code == 3
    records = done.json
    for record in records:
        assert_is_record(record)
    ended = {record["model"]: (record["status"], record["finish_reason"]) for record in records}
    assert ended == {
        "sandbox/echo": ("ok", "stop"),
        "sandbox/reasoner": ("ok", "stop"),
        "sandbox/refuser": ("refused", "stop"),
        "sandbox/drop": ("error", None),
        "sandbox/down": ("error", None),
        "openai/gpt-4o": ("blocked", None),
    }
    assert [record["lane"] for record in records] == [0, 1, 2, 3, 4, 5]
    assert records[1]["reasoning"]
    assert records[3]["text"]
    assert records[5]["error"]["kind"] == "no_key"
    assert records[5]["attempts"] == []
    assert program("history", "show", records[3]["id"], "--json").json == records[3]


def test_json_lines_parse_alone_and_fold_to_the_record_that_ends_them(program: Program) -> None:
    words = ["-m", "sandbox/reasoner", "-m", "sandbox/drop", "-m", "sandbox/refuser"]
    done = program("run", "hi", *words, *ECHO[2:], "--repeat", "2", "--jsonl")
    assert done.code == 1
    assert b"\x1b" not in done.out
    events: dict[str, list[dict[str, Any]]] = {}
    records: list[dict[str, Any]] = []
    for line in done.lines:
        if line["type"] == "run":
            records.append(line["run"])
        else:
            assert {"type", "run_id", "t_ms"} <= set(line)
            assert not any(record["id"] == line["run_id"] for record in records)
            events.setdefault(line["run_id"], []).append(line)
    assert sorted((record["lane"], record["repeat"]) for record in records) == [
        (lane, repeat) for lane in range(3) for repeat in range(2)
    ]
    for record in records:
        happened = [stamped_from_json(line) for line in events[record["id"]]]
        assert record_to_json(fold(blank(record), happened)) == record
        assert events[record["id"]][-1]["type"] == "recorded"
        assert program_types(events[record["id"]]) >= {"routed", "started", "recorded"}


def program_types(lines: list[dict[str, Any]]) -> set[str]:
    return {line["type"] for line in lines}


def test_several_runs_are_a_list_in_the_order_asked(program: Program) -> None:
    words = ("-m", "sandbox/fast", "-m", "sandbox/echo", "-o", "sandbox.tokens=20")
    done = program("run", "one two", *words, "--repeat", "2", "--json")
    assert done.code == 0
    assert [(run["model"], run["repeat"]) for run in done.json] == [
        ("sandbox/fast", 0),
        ("sandbox/fast", 1),
        ("sandbox/echo", 0),
        ("sandbox/echo", 1),
    ]
    assert len({run["batch_id"] for run in done.json}) == 1


def test_answers_as_text_stand_in_the_order_asked(program: Program) -> None:
    done = program(
        "run", "one two", "-m", "sandbox/markdown", "-m", "sandbox/echo", "--repeat", "2",
        "-o", "sandbox.tokens=400", "-o", "sandbox.pace=2000",
    )  # fmt: skip
    assert done.code == 0
    first, _, second = done.text.partition("one two")
    assert len(first) > 500
    assert first.endswith("\n\n")
    assert second.count("one two") > 2
    heads = [line for line in done.errors.splitlines() if line.startswith("──")]
    assert heads == [
        "── sandbox/markdown",
        "── sandbox/markdown, repeat 1",
        "── sandbox/echo",
        "── sandbox/echo, repeat 1",
    ]


def test_a_text_that_is_safe_already_comes_out_the_same_raw_or_not(program: Program) -> None:
    text = "Zeile «eins»\n\tzwei 日本 👩‍💻\n"
    plain = program("run", text, *ECHO)
    raw = program("run", text, *ECHO, "--raw")
    assert plain.out == raw.out == text.encode()
    assert program("history", "show", "last", "--raw").out == text.encode()


def test_a_list_has_brief_records_and_a_cursor_over_all_pages(program: Program) -> None:
    long = "word " * 300
    assert program("run", long, *ECHO, "--repeat", "23").code == 0
    first = program("history", "list", "--json").json
    assert list(first) == ["items", "next"]
    assert len(first["items"]) == 20
    item = first["items"][0]
    assert [*item] == [name for name in RECORD if name not in NOT_IN_LISTS]
    assert len(item["text"]) == 500
    ids: list[str] = []
    after: list[str] = []
    while True:
        page = program("history", "list", "--json", "--limit", "9", *after).json
        ids += [run["id"] for run in page["items"]]
        if page["next"] is None:
            break
        after = ["--after", page["next"]]
    assert len(ids) == 23
    assert ids == sorted(ids, reverse=True)
    found = program("history", "search", "WORD", "--json", "--limit", "100").json
    assert [run["id"] for run in found["items"]] == ids
    assert found["next"] is None
    assert program("history", "search", "absent", "--json").json == {"items": [], "next": None}


def test_runs_are_found_by_what_they_were(program: Program) -> None:
    program("run", "alpha", "-m", "sandbox/refuser", *ECHO[2:], "--workspace", "blue")
    program("--workspace", "red", "run", "beta", *ECHO)

    def prompts(*words: str) -> list[str]:
        return [run["prompt"] for run in program("history", "list", "--json", *words).json["items"]]

    assert prompts() == ["beta", "alpha"]
    assert prompts("--status", "refused") == ["alpha"]
    assert prompts("-m", "sandbox/echo") == ["beta"]
    assert prompts("--provider", "sandbox") == ["beta", "alpha"]
    assert prompts("--workspace", "red") == ["beta"]
    shown = program("history", "show", "last", "--workspace", "blue", "--json").json
    assert shown["prompt"] == "alpha"
    beginning = shown["id"][:-1]
    assert program("history", "show", shown["id"], "--field", "text").json == shown["text"]
    assert program("history", "show", beginning, "--json").code in (0, 2)


def test_a_run_shown_to_a_person_has_all_its_parts(program: Program) -> None:
    words = ("-s", "be brief", "-o", "temperature=0.5", "-o", "seed=7")
    program("run", "why", "-m", "sandbox/reasoner", *ECHO[2:], *words)
    shown = program("history", "show", "last").text
    for part in ("be brief", "── prompt\nwhy", "── reasoning", "── answer", "temperature 0.5"):
        assert part in shown


def test_a_conversation_goes_on_from_an_answer(program: Program) -> None:
    first = program("run", "first", *ECHO, "-s", "be kind", "--json").json
    second = program("run", "second", *ECHO[2:], "--continue", "last", "--json").json
    assert second["parent_id"] == first["id"]
    assert second["model"] == "sandbox/echo"
    assert second["system"] == "be kind"
    turns = [(turn["role"], turn["parts"][0]["text"]) for turn in second["messages"]]
    assert turns == [("user", "first"), ("assistant", "first"), ("user", "second")]


def test_every_parameter_that_was_sent_is_kept_as_it_was_given(program: Program) -> None:
    options = {
        "temperature": "0.7",
        "top_p": "0.9",
        "top_k": "40",
        "max_tokens": "100",
        "seed": "7",
        "reasoning": "low",
        "logprobs": "3",
        "schema": '{"type": "object"}',
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    stops = ["-o", "stop=END", "-o", r"stop=a\nb"]
    record = program("run", "hi", *ECHO, *words, *stops, "--json").json
    assert record["parameters"] == {
        "temperature": 0.7,
        "top_p": 0.9,
        "max_tokens": 100,
        "stop": ["END", "a\nb"],
        "seed": 7,
        "reasoning": "low",
        "schema": {"type": "object"},
        "logprobs": 3,
    }
    assert [one["name"] for one in record["dropped_parameters"]] == ["top_k"]


def test_an_unstreamed_answer_has_the_same_text_and_fields(program: Program) -> None:
    words = ("run", "hi", "-m", "sandbox/markdown", *ECHO[2:], "-o", "sandbox.seed=3", "--json")
    streamed, whole = program(*words).json, program(*words, "--no-stream").json
    assert whole["text"] == streamed["text"]
    assert whole["usage"] == streamed["usage"]
    assert whole["timing"]["itl_ms"] is None
    assert streamed["timing"]["itl_ms"] is not None


def test_nothing_is_kept_of_a_run_that_must_not_be_recorded(program: Program) -> None:
    assert program("run", "secret", *ECHO, "--no-record").text == "secret\n"
    assert program("history", "list", "--json").json["items"] == []


def test_a_dry_run_shows_the_request_and_sends_nothing(program: Program) -> None:
    key = "sk-proj-abcdefghijklmnopqrstuvwxyz"
    lab = program.with_environ(ANTHROPIC_API_KEY=key)
    words = ("-m", "openai/gpt-4o", "-m", "anthropic/claude-haiku-4-5", "-o", "top_k=5")
    done = lab("run", "hi", *words, "--dry-run")
    assert done.code == 0
    openai, anthropic = done.json
    assert openai["url"] == "https://api.openai.com/v1/chat/completions"
    assert openai["method"] == "POST"
    assert openai["headers"]["authorization"] == "Bearer $OPENAI_API_KEY"
    assert openai["body"]["messages"] == [{"role": "user", "content": "hi"}]
    assert [one["name"] for one in openai["dropped_parameters"]] == ["top_k"]
    assert anthropic["headers"]["x-api-key"] == "sk-p…wxyz"
    assert anthropic["body"]["top_k"] == 5
    assert key not in done.text + done.errors
    assert program("history", "list", "--json").json["items"] == []


def test_templates_are_listed_shown_and_run(program: Program) -> None:
    listed = program("templates", "list", "--json").json["items"]
    assert len(listed) == 10
    assert len({one["category"] for one in listed}) == 9
    fields = "id name category description version own system prompt input variables"
    assert [*listed[0]] == [*fields.split(), "suggested_models"]
    shown = program("templates", "show", "write-poem", "--json").json
    assert shown == next(one for one in listed if one["id"] == "write-poem")
    record = program(
        "templates", "run", "write-poem", "-v", "lines=3", *ECHO, "the sea", "--json"
    ).json
    assert record["source"] == "template"
    assert record["template"] == {
        "id": "write-poem",
        "version": 1,
        "variables": {"lines": "3", "subject": "the sea"},
    }
    assert "3 lines about the sea" in record["prompt"]
    piped = program("run", "-t", "write-poem", *ECHO, "--json", given=b"the hills").json
    assert piped["template"]["variables"] == {"subject": "the hills"}
    assert "the hills" in piped["text"]


def test_models_and_providers_tell_what_can_be_asked(program: Program) -> None:
    lab = program.with_environ(GROQ_API_KEY="gsk_0123456789abcdefghij")
    models = lab("models", "--json").json["items"]
    assert [*models[0]][:5] == ["model", "provider", "usable", "simulated", "local"]
    usable = {one["provider"] for one in models if one["usable"]}
    assert {"sandbox", "groq"} <= usable
    assert "openai" not in usable
    providers = {one["id"]: one for one in lab("providers", "--json").json["items"]}
    assert providers["groq"]["key"] == "gsk_…ghij"
    assert providers["groq"]["source"] == "environment GROQ_API_KEY"
    assert providers["openai"]["key"] is None
    assert lab("providers", "groq", "--json").json == providers["groq"]


def test_doctor_looks_at_everything_and_says_where_keys_are_missing(program: Program) -> None:
    done = program("doctor", "--json")
    checks = {check["name"] for check in done.json["items"]}
    assert {"python", "sqlite", "history", "settings", "keys", "terminal", "encoding"} <= checks
    assert done.code == 0
    text = program("doctor").text
    assert "no keys configured" in text
    assert "export OPENAI_API_KEY" in text


REFUSED = [
    (["rum"], 2, "did you mean run?"),
    (["--foo"], 2, "there is no option --foo"),
    (["run", "hi"], 2, "no model is chosen (use -m or --route, or set default_model; there are: "),
    (["run", "hi", "-m", "opnai/x"], 2, "did you mean openai?"),
    (["run", "hi", "-m", "sandbox/ecko"], 2, "did you mean echo?"),
    (["run", "hi", "-m", "eco"], 2, "did you mean sandbox/echo?"),
    (["run", "hi", *ECHO, "-o", "temprature=1"], 2, "did you mean temperature?"),
    (["run", "hi", *ECHO, "-o", "temperature=9"], 2, "a number from 0 to 2"),
    (["run", "hi", *ECHO, "-o", "timeout.totl=1"], 2, "did you mean total?"),
    (["run", "hi", *ECHO, "-o", "timeout.total=-1"], 2, "above 0"),
    (["run", "hi", *ECHO, "-o", "sandbox.pce=1"], 2, "did you mean pace?"),
    (["run", "hi", *ECHO, "-o", "seed"], 2, "is not NAME=VALUE"),
    (["run", "hi", *ECHO, "-t", "wrte-poem"], 2, "did you mean write-poem?"),
    (["run", "-t", "write-poem", *ECHO, "-v", "line=1"], 2, "did you mean lines?"),
    (["run", "hi", *ECHO, "-v", "line=1"], 2, "-v goes with a template"),
    (["run", "hi", *ECHO, "--jsn"], 2, "did you mean --json?"),
    (["run", "hi", *ECHO, "--repeat", "0"], 2, "--repeat 1 or more"),
    (["run", "hi", *ECHO, "--continue", "zz"], 2, "there is no run 'zz'"),
    (["run", "hi", *ECHO, "--file", "absent"], 2, "absent cannot be read"),
    (["run", "hi", "-m", "openai/gpt-4o"], 3, "set OPENAI_API_KEY"),
    (["history", "lst"], 2, "did you mean list?"),
    (["history", "list", "--limt", "3"], 2, "did you mean --limit?"),
    (["history", "list", "--limit", "101"], 2, "from 1 to 100"),
    (["history", "list", "--status", "okay"], 2, "did you mean ok?"),
    (["history", "list", "--after", "x"], 2, "not a cursor"),
    (["history", "show", "zz"], 2, "tui-lab history list"),
    (["run", "hi", *ECHO[:2], "-o", "sandbox.pace=abc"], 2, "sandbox.pace cannot be 'abc'"),
    (["templates", "run", "write-poem", "sea", "-m", "sandbox/echo", "sky"], 2, "too many words"),
    (["templates", "show", "wrte-poem"], 2, "did you mean write-poem?"),
    (["providers", "opnai"], 2, "did you mean openai?"),
    (["models", "--provider", "grok"], 2, "did you mean groq?"),
    (["sandbox", "serve", "--port", "99999"], 2, "port"),
    ([], 2, "needs a terminal"),
]


def test_wrong_words_are_refused_in_a_line_with_the_nearest_right_one(program: Program) -> None:
    wrong = []
    for words, code, said in REFUSED:
        done = program(*words)
        lines = done.errors.count("\n")
        if done.code != code or said not in done.errors or done.out or (code == 2 and lines != 1):
            wrong.append((words, done.code, done.errors))
    assert wrong == []


def test_help_names_every_command_and_option(program: Program) -> None:
    text = program("--help").text
    for command in ("run", "history", "templates", "models", "providers", "sandbox", "doctor"):
        assert command in text
    options = """--model --system --template --var --continue --option --workspace --json --jsonl
        --no-stream --raw --no-record --dry-run --repeat --file"""
    text = program("run", "--help").text
    for option in options.split():
        assert option in text
    assert program("--version").text == program("-V").text


def test_the_blank_record_of_these_tests_is_blank() -> None:
    record = RunRecord("r", "b", "sandbox/echo", "sandbox", datetime.now(UTC), "hi", ())
    assert record_to_json(blank(record_to_json(record)))["status"] == Status.RUNNING
    assert blank(json.loads(json.dumps(record_to_json(record)))).usage == Usage()
