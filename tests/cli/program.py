"""The program as a person or a script meets it: another process, with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.cli.warm import WarmProgram

COMMAND = (sys.executable, "-m", "tui_lab")
ECHO = ("-m", "sandbox/echo", "-o", "sandbox.pace=0")
CHECKOUT = Path(__file__).parents[2]
READ_AT_START = {"LC_ALL", "PYTHONIOENCODING", "PYTHONUTF8"}


@cache
def warm_program() -> WarmProgram:
    """The one that all tests of this process use."""
    return WarmProgram()


@dataclass(frozen=True)
class Done:
    """How it ended, and what it said."""

    code: int
    out: bytes
    error_bytes: bytes

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def errors(self) -> str:
        return self.error_bytes.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """`tui-lab` with directories below `home` and nothing of this process's environment."""

    home: Path
    environ: Mapping[str, str] | None = None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def database(self) -> Path:
        return self.data / "history.db"

    def variables(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(CHECKOUT),
            "TUI_LAB_CONFIG_DIR": str(self.home / "config"),
            "TUI_LAB_DATA_DIR": str(self.data),
        } | dict(self.environ or {})

    def with_environ(self, **more: str) -> Program:
        return Program(self.home, {**(self.environ or {}), **more})

    def configure(self, text: str, name: str = "config.toml") -> Path:
        """Writes a file of the person's own."""
        path = self.home / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def start(self, *words: str | bytes, **how: Any) -> subprocess.Popen[bytes]:
        """The program under way, its three streams piped unless `how` says otherwise."""
        streams: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        process: subprocess.Popen[bytes] = subprocess.Popen(
            [*COMMAND, *words], env=self.variables(), cwd=self.home, **streams | how
        )
        return process

    def __call__(self, *words: str | bytes, given: bytes | None = None, **how: Any) -> Done:
        """Runs it to its end; `given` is what a pipe brings.

        Where streams or what Python reads at its start are special, it is `start`ed anew.
        """
        if not how and READ_AT_START.isdisjoint(self.environ or {}):
            texts = [os.fsdecode(word) for word in words]
            return Done(*warm_program().run(texts, self.variables(), self.home, given))
        if given is not None:
            how["stdin"] = subprocess.PIPE
        with self.start(*words, **how) as process:
            try:
                out, errors = process.communicate(given, timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Done(process.returncode, out or b"", errors or b"")

    def last(self) -> Any:
        """The newest record."""
        return self("history", "show", "last", "--json").json
