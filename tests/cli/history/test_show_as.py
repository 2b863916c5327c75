"""`tui-lab history show --as curl|command`: a run as something to do in a shell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, ECHO, Program
from tests.cli.servers import Asked, Reply, serving

KEY = "sk-test-0123456789abcdefghij"
HOSTILE = 'it\'s "me" $HOME `id` \\n %s\n\x1b[31m\u202e\t<é猫👩\u200d🚀> -H @x\n\n'
PLAIN = 'it\'s "me" $HOME `id` $(id) \\n %s é猫\n!!'
MODELS = {
    "openai-chat": "openai/gpt-4o-mini",
    "openai-responses": "openai/gpt-4o-mini",
    "anthropic": "anthropic/claude-haiku-4-5",
    "gemini": "gemini/gemini-2.5-flash",
    "ollama": "ollama/llama3.2",
}
KEY_HEADERS = ("authorization", "x-api-key", "x-goog-api-key")


def refusing(asked: Asked) -> Reply:
    return Reply([b"{}"], status=400, content_type="application/json")


def in_shell(command: str, program: Program, folder: Path) -> None:
    """Runs the command, in which `tui-lab` is this program."""
    script = folder / "bin" / "tui-lab"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    script.chmod(0o755)
    variables = program.variables()
    variables["PATH"] = f"{script.parent}:{variables['PATH']}"
    subprocess.run(
        ["/bin/sh", "-c", command],
        env=variables,
        cwd=program.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("spoken", "prompt"),
    [*((spoken, HOSTILE) for spoken in MODELS), ("openai-chat", PLAIN)],
    ids=[*MODELS, "plain"],
)
def test_curl_sends_the_same_request(
    program: Program, tmp_path: Path, spoken: str, prompt: str
) -> None:
    model = MODELS[spoken]
    provider = model.partition("/")[0].upper()
    names = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY")
    with serving(refusing) as server:
        lab = program.with_environ(
            **dict.fromkeys(names, KEY),
            **{
                f"TUI_LAB_PROVIDERS__{provider}__BASE_URL": server.url,
                f"TUI_LAB_PROVIDERS__{provider}__DIALECT": spoken,
            },
        )
        lab("run", "-m", model, "-o", "temperature=0.5", given=prompt.encode())
        command = lab("history", "show", "last", "--as", "curl").text
        posted = [one for one in server.asked if one.raw]
        in_shell(command, lab, tmp_path)
    again = server.asked[-1]
    assert again is not posted[-1]
    assert (again.path, again.raw) == (posted[-1].path, posted[-1].raw)
    for name in (*KEY_HEADERS, "content-type", "accept", "anthropic-version"):
        assert again.headers.get(name) == posted[-1].headers.get(name)
    assert any(KEY in again.headers.get(name, "") for name in KEY_HEADERS) is (spoken != "ollama")
    assert KEY not in command
    assert "\x1b" not in command


@pytest.mark.parametrize("prompt", [PLAIN, HOSTILE], ids=["plain", "hostile"])
def test_the_command_asks_the_same_again(program: Program, tmp_path: Path, prompt: str) -> None:
    program("run", *ECHO, "-s", "Be 'brief'", "-o", "stop=\\n\\n\\n", given=prompt.encode())
    before = program.last()
    in_shell(program("history", "show", "last", "--as", "command").text, program, tmp_path)
    after = program.last()
    assert after["id"] != before["id"]
    assert after["prompt"] == prompt
    for name in ("model", "system", "messages", "parameters"):
        assert after[name] == before[name]


def test_what_is_gone_makes_no_request(program: Program) -> None:
    (program.home / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 8)
    program("run", "Look", *ECHO, "--image", "cat.png")
    done = program("history", "show", "last", "--as", "curl")
    assert (done.code, done.out) == (2, b"")
    assert "cat.png was attached" in done.errors
