"""Which way a copy takes, and what is known of its end."""

from __future__ import annotations

from tui_lab.doctor.check import Check
from tui_lab.doctor.measuring import Measured
from tui_lab.doctor.surroundings import Surroundings
from tui_lab.tmux import Tmux

_TRY = "to know, copy something and paste it"
_MOSH = r"tmux set -as terminal-overrides ',*:Ms=\E]52;c%p1%.0s;%p2%s\7'"
"""mosh takes copies for the selection `c` alone, and tmux names none."""


def check_copying(around: Surroundings, route: str) -> Check:
    """`route` is the setting `clipboard`."""
    if route == "file":
        return _ok("into files, as `clipboard` is set")
    if route in ("auto", "native") and around.clipboard_tool:
        if route == "native" or not around.is_remote:
            return _ok(f"with {around.clipboard_tool}")
    elif route == "native":
        words = "`clipboard` is native, but no tool works here: copies are saved to files"
        return Check("copying", "warning", words, 'clipboard = "auto"')
    if around.size is None:
        return _ok("no terminal to copy to")
    if around.is_in_tmux:
        return _by_tmux(around, around.tmux)
    if around.is_from_tmux:
        return _from_tmux(around)
    if around.is_in_screen:
        return _ok(f"by OSC 52 through screen; {_TRY}")
    if isinstance(around.measured, Measured) and around.measured.takes_copies:
        return _ok("by OSC 52, which the terminal says it takes")
    return _ok(f"by OSC 52; whether the terminal takes it is unknown: {_TRY}")


def _by_tmux(around: Surroundings, tmux: Tmux | None) -> Check:
    if tmux is None:
        return _ok(f"by OSC 52 through tmux; {_TRY}")
    if not tmux.terminal:
        return _ok("tmux is seen on no terminal now")
    if tmux.features is None:  # an old one
        if tmux.set_clipboard == "on":
            return _ok(f"by OSC 52 through tmux, whose set-clipboard is on; {_TRY}")
        words = f"tmux {tmux.version} may keep copies from its terminal"
        return Check("copying", "warning", words, "tmux set -s set-clipboard on")
    if "clipboard" not in tmux.features:
        words = f"tmux does not know that {tmux.terminal} can take copies"
        fix = f"tmux set -as terminal-features ',{tmux.terminal}:clipboard', then attach again"
        return Check("copying", "warning", words, fix)
    if around.is_in_mosh:
        words = "mosh takes no copies in the form that tmux gives them"
        return Check("copying", "warning", words, f"{_MOSH}, then attach again")
    settings = f"set-clipboard {tmux.set_clipboard}, allow-passthrough "
    settings += "on" if tmux.passes_through else "off"
    return _ok(f"tmux gives them to {tmux.terminal} by OSC 52 ({settings}: both will do); {_TRY}")


def _from_tmux(around: Surroundings) -> Check:
    if around.environ.get("TERM", "").startswith("screen"):
        words = "TERM says that this is screen, and copies are made for screen; but it is tmux"
        fix = "on the machine of that tmux: tmux set -g default-terminal tmux-256color"
        return Check("copying", "warning", words, fix)
    return _ok(
        "by OSC 52 to the tmux you came from, which takes it after `tmux set -s set-clipboard on` "
        f"there; {_TRY}"
    )


def _ok(words: str) -> Check:
    return Check("copying", "ok", words)
