"""`tui-lab history show`, as a person reads it."""

from __future__ import annotations

import json

from tests.cli.program import ECHO, Program
from tests.cli.servers import Asked, Reply, serving


def facts(program: Program) -> dict[str, str]:
    head = program("history", "show", "last").text.split("\n\n")[0]
    pairs = (line.split(None, 1) for line in head.splitlines())
    return dict(pairs)


def test_everything_that_is_recorded_of_a_run_is_told(program: Program) -> None:
    program("run", "Hello", *ECHO, "-o", "temperature=0.5")
    program("history", "tag", "last", "keep")
    program("history", "rate", "last", "4", "--note", "short and right")
    told = facts(program)
    assert told["outcome"].startswith("✓ stop · sandbox/echo")
    assert told["parameters"] == "temperature 0.5"
    assert told["tags"] == "keep"
    assert told["rating"] == "4"
    assert told["note"] == "short and right"
    assert "first token" in told["arrival"]
    assert told["run"] == program.last()["id"]


def test_a_template_is_told_with_its_variables(program: Program) -> None:
    words = ("-t", "code-function", "-v", "language=Rust", "parse a duration")
    program("run", *words, *ECHO)
    assert "language = Rust" in facts(program)["template"]


def test_an_error_is_told_as_the_provider_said_it_without_keys(program: Program) -> None:
    key = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"

    def refusing(asked: Asked) -> Reply:
        body = {"error": {"message": f"no more, {key}", "type": "rate_limit_error"}}
        headers = {"retry-after": "7200"}
        return Reply([json.dumps(body).encode()], 429, "application/json", headers=headers)

    with serving(refusing) as server:
        lab = program.with_environ(
            TUI_LAB_PROVIDERS__OPENAI__BASE_URL=server.url, OPENAI_API_KEY="sk-other-0123456789abc"
        )
        lab("run", "Hello", "-m", "openai/gpt-4o-mini")
        text = lab("history", "show", "last").text
    error = text.split("── error\n")[1]
    assert error.startswith("rate_limit:")
    assert "HTTP 429" in error
    assert "7200 s" in error
    assert "rate_limit_error" in error
    assert key not in text
