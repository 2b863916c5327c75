"""Keys that are looked up where the person keeps them."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
from pathlib import Path

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.keys import references
from tui_lab.keys.references import Reference

KEY = "sk-proj-0123456789abcdefghij"


def python(code: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def read(text: str, **environ: str) -> str:
    return Reference.parse(text).read(environ).reveal()


def failure(text: str, **environ: str) -> LabError:
    with pytest.raises(LabError) as failed:
        read(text, **environ)
    assert failed.value.kind is ErrorKind.NO_KEY
    return failed.value


def test_a_key_of_another_variable() -> None:
    assert read("env:WORK_KEY", WORK_KEY=f" {KEY} ") == KEY
    assert "WORK_KEY is not set" in failure("env:WORK_KEY", OTHER=KEY).message


def test_a_key_in_a_file_as_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    assert read(f"file:{file}") == KEY
    file.write_text("changed-key")
    assert read(f"file:{file}") == "changed-key"
    assert "no such file" in failure(f"file:{tmp_path / 'other'}").message


def test_a_pipe_that_nobody_writes_to_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LabError, match="gives nothing"):
        Reference("file", str(tmp_path / "pipe")).read({}, pipe_seconds=0.01)


def test_a_key_that_a_program_writes_to_a_named_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=[f"{KEY}\n"])
    writer.start()  # it waits until somebody reads
    assert read(f"file:{pipe}") == KEY
    writer.join()


def test_a_key_that_a_command_prints() -> None:
    command = python("print('sk-' + 'x' * 20)")
    assert read(f"command:{command}") == "sk-" + "x" * 20


def test_a_command_has_no_shell_unless_it_is_asked_for() -> None:
    assert read("command:echo a;echo b | cat $HOME") == "a;echo b | cat $HOME"
    assert read("shell:echo $WORD | tr a-z A-Z", WORD="quiet", PATH="/usr/bin:/bin") == "QUIET"


def test_a_command_does_not_get_the_passphrase() -> None:
    code = "import os; print(os.environ.get('TUI_LAB_VAULT_PASSPHRASE', 'not there'))"
    assert read(f"command:{python(code)}", TUI_LAB_VAULT_PASSPHRASE="secret words") == "not there"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import sys; sys.exit('locked\\x1b[2J ' + 'sk-' + 'x' * 20)", "code 1: locked"),
        ("print('first'); print('second')", "gives 2 lines"),
        ("print()", "gives nothing"),
        ("print('x')", "one character"),
    ],
)
def test_a_command_that_gives_no_key_is_told_without_what_it_gave(code: str, told: str) -> None:
    error = failure(f"command:{python(code)}")
    assert told in error.message
    # The command itself is shown: it is the reference.
    shown = error.message.replace(python(code), "")
    assert not any(word in shown for word in ("first", "xxxx", "\x1b"))


def test_a_command_that_is_not_there() -> None:
    assert "no such file" in failure("command:/nowhere/pass show key").message


def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "COMMAND_SECONDS", 0.3)
    mark = tmp_path / "mark"
    error = failure(f"shell:(sleep 1; touch {mark}) & sleep 60", PATH="/usr/bin:/bin")
    assert "did not end within" in error.message
    time.sleep(1.2)
    assert not mark.exists()


@pytest.mark.parametrize(
    "text", ["", "WORK_KEY", "env:", "file: ", "vault:x", f"command:echo {KEY}", f"env:{KEY}"]
)
def test_what_is_no_reference_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(LabError) as refused:
        Reference.parse(text)
    assert refused.value.kind is ErrorKind.USAGE
    assert KEY not in refused.value.message


def test_an_open_quotation_is_refused_at_once() -> None:
    with pytest.raises(LabError, match="open quotation"):
        Reference.parse("command:pass show 'x")
