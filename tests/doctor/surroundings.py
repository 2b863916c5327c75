"""Surroundings for tests: a plain terminal unless a test says otherwise."""

from __future__ import annotations

from typing import Any

from tui_lab.doctor.surroundings import Surroundings
from tui_lab.tmux import Tmux

XTERM = {"TERM": "xterm-256color"}
IN_TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}


def around(environ: dict[str, str] | None = None, **more: Any) -> Surroundings:
    values = {"environ": XTERM if environ is None else environ, "size": (120, 40)}
    return Surroundings(**values | more)


def in_tmux(**more: Any) -> Surroundings:
    """`more` is of tmux, but for what surroundings have."""
    facts: dict[str, Any] = {
        "version": "3.3a",
        "set_clipboard": "external",
        "passes_through": False,
        "escape_ms": 10,
        "features": frozenset({"256", "RGB", "clipboard"}),
        "terminal": "xterm-256color",
        "utf8": True,
        "client_pid": 1,
    }
    outside = {name: more.pop(name) for name in ("ancestors", "measured") if name in more}
    environ = IN_TMUX | more.pop("environ", {})
    return around(environ, tmux=Tmux(**facts | more), **outside)
