"""The tmux around this process: what it tells, and what it is given."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

ANSWER_SECONDS = 2.0

_FACTS = (
    "version",
    "set-clipboard",
    "allow-passthrough",
    "escape-time",
    "client_termfeatures",
    "client_termname",
    "client_utf8",
    "client_pid",
)
_PASSES = {"on", "all", "1"}


@dataclass(frozen=True, slots=True)
class Tmux:
    """What it tells of itself and of the terminal that it is seen on.

    `features` is what it holds that terminal to be capable of (`RGB`, `clipboard` …), None where it
    does not tell; so is `escape_ms`, for which an ESC waits for the rest of its sequence.
    """

    version: str
    set_clipboard: str
    passes_through: bool
    escape_ms: int | None
    features: frozenset[str] | None
    terminal: str
    utf8: bool
    client_pid: int


def command(environ: Mapping[str, str], *words: str, given: bytes = b"") -> str | None:
    """What tmux answers to a command; None where there is none, or it refuses or is silent."""
    if not environ.get("TMUX"):
        return None
    try:
        done = subprocess.run(  # noqa: S603
            ["tmux", *words],  # noqa: S607
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=ANSWER_SECONDS,
            check=True,
            env=dict(environ),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").removesuffix("\n")


def ask(environ: Mapping[str, str]) -> Tmux | None:
    """None outside of tmux, and where it does not answer."""
    told = command(environ, "display-message", "-p", "|".join(f"#{{{name}}}" for name in _FACTS))
    if told is None or told.count("|") != len(_FACTS) - 1:
        return None
    version, set_clipboard, passes, escape, features, terminal, utf8, pid = told.split("|")
    return Tmux(
        version=version,
        set_clipboard=set_clipboard,
        passes_through=passes in _PASSES,
        escape_ms=int(escape) if escape.isdigit() else None,
        features=frozenset(features.split(",")) if features else None,
        terminal=terminal,
        utf8=utf8 == "1",
        client_pid=int(pid or 0),
    )


def is_remote(environ: Mapping[str, str]) -> bool | None:
    """Whether who looks at the session now came by SSH, which the variables of a pane that is older
    do not tell; None where tmux does not know."""
    told = command(environ, "show-environment", "SSH_CONNECTION")
    return None if told is None else not told.startswith("-")
