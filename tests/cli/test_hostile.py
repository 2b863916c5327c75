"""Text that would take over a terminal: from models, providers, prompts, files and errors."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import ECHO, Done, Program
from tests.cli.servers import Asked, Reply, chat, cut, serving
from tests.cli.test_providers import pointed_at
from tui_lab.core.sanitise import Sanitiser

EVIL = (
    "\x1b]0;owned\x07\x1b[2J\x1b]52;c;cm0=\x1b\\ a\x00\x08b\rc \x9b31m "
    "\u202egnp\u202c \U000e0041\x7f"
)


def assert_tame(done: Done) -> None:
    """Nothing on either stream but text, newlines and tabs."""
    for stream in (done.text, done.errors):
        controls = {char for char in stream if ord(char) < 32 or 127 <= ord(char) < 160}
        assert controls <= {"\n", "\t"}
        assert "\u202e" not in stream
        assert "\U000e0041" not in stream
    assert b"Traceback" not in done.error_bytes


def test_a_hostile_model_reaches_a_terminal_as_text_only(program: Program) -> None:
    words = ("-m", "sandbox/hostile", "-o", "sandbox.pace=0", "-o", "sandbox.seed=2")
    raw = program("run", "hi", *words, "--raw")
    assert b"\x1b" in raw.out
    plain = program("run", "hi", *words)
    assert_tame(plain)
    sanitiser = Sanitiser()
    assert plain.text.strip() == (sanitiser.feed(raw.text) + sanitiser.end()).strip()
    record = program("run", "hi", *words, "--json")
    assert_tame(record)
    assert record.json["text"] == raw.text
    assert_tame(program("run", "hi", *words, "--jsonl"))
    assert_tame(program("history", "show", "last"))
    assert program("history", "show", "last", "--raw").text == raw.text


def test_recorded_escape_streams_come_out_tame_in_any_pieces(
    program: Program, shared_data: Path
) -> None:
    folder = shared_data / "corpora/terminal-escape"
    texts = [
        path.read_bytes().decode("utf-8", "replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".md", ".json")
    ][:12]
    assert texts

    def script(asked: Asked) -> Reply:
        text = texts[int(asked.body["model"])][:20_000]
        return Reply(cut(chat(*(text[at : at + 7] for at in range(0, len(text), 7))).pieces[0], 9))

    with serving(script) as provider:
        models = [word for number in range(len(texts)) for word in ("-m", f"own/{number}")]
        lab = pointed_at(program, provider)
        assert_tame(lab("run", "hi", *models))
        assert_tame(lab("history", "search", "hi"))


def test_a_hostile_prompt_is_tame_wherever_it_is_shown(program: Program) -> None:
    assert_tame(program("run", *ECHO, "-s", "be \x1b[31m", given=EVIL.encode()))
    for words in (("list",), ("search", "owned"), ("show", "last"), ("list", "--json")):
        assert_tame(program("history", *words))
    assert program.last()["prompt"] == EVIL


def test_a_hostile_provider_is_tame_in_names_and_errors(program: Program) -> None:
    def script(asked: Asked) -> Reply:
        if asked.body["model"] == "named":
            return chat("hi", model=EVIL)
        body = json.dumps({"error": {"message": EVIL, "code": EVIL}}).encode()
        return Reply([body], 400, "application/json", headers={"x-request-id": "a\tb"})

    with serving(script) as provider:
        lab = pointed_at(program, provider, TUI_LAB_PROVIDERS__OWN__NAME=EVIL.replace("\0", ""))
        for model in ("own/named", "own/failing", "own/\x1b[31mred"):
            assert_tame(lab("run", "hi", "-m", model))
        for words in (("history", "list"), ("history", "show", "last"), ("providers",)):
            assert_tame(lab(*words))
    assert (
        lab("history", "list", "--json", "-m", "own/named").json["items"][0]["served_model"] == EVIL
    )


def test_hostile_files_are_tame_in_lists_and_in_problems(program: Program) -> None:
    quoted = json.dumps(EVIL.replace("\x7f", "").replace("\x9b", ""))
    fields = f"name = {quoted}\ncategory = {quoted}\ndescription = {quoted}\nprompt = {quoted}"
    quotable = fields.replace("\\udb40\\udc41", "\\U000e0041")
    program.configure(f'[[template]]\nid = "evil"\n{quotable}\n', "templates.toml")
    program.configure('"a\\u001b[31m" = 1\n[providers."\\u001b]0;x"]\ndialect = "x"\n')
    for words in (
        ("templates", "list"),
        ("templates", "show", "evil"),
        ("templates", "list", "--category", "\x1b[31m"),
        ("doctor",),
        ("providers",),
        ("run", "hi", "-m", "\x1b[31m/x"),
        ("run", "-t", "\x1b[31m", *ECHO),
        ("\x1b[31m",),
        ("run", "--\x1b[31m"),
        ("run", "hi", *ECHO, "--file", "\x1b[31m"),
    ):
        assert_tame(program(*words))
    assert "evil" in program("templates", "list").text
