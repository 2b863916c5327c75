"""The terminal: its kind, its size, its colours, the widths that it gives to characters."""

from __future__ import annotations

from tui_lab.doctor.check import Check
from tui_lab.doctor.measuring import CELLS, Measured
from tui_lab.doctor.surroundings import NO_KIND, Surroundings

SMALLEST_TERMINAL = (60, 16)
"""Columns and rows under which the screens cannot be drawn."""

COMMON = "export TERM=xterm-256color"


def check_terminal(around: Surroundings) -> Check:
    """The kind of terminal and its size."""
    kind = around.environ.get("TERM", "")
    if around.size is None:
        return Check(
            "terminal", "warning", "no terminal: only the headless commands", "try tui-lab run"
        )
    if kind in NO_KIND:
        told = f"TERM is {kind}" if kind else "TERM is not set"
        return Check("terminal", "problem", told, COMMON)
    columns, rows = around.size
    if not (columns and rows):
        return Check("terminal", "warning", "it does not tell its size", "stty rows 40 cols 120")
    if columns < SMALLEST_TERMINAL[0] or rows < SMALLEST_TERMINAL[1]:
        needed = "{}×{}".format(*SMALLEST_TERMINAL)
        return Check(
            "terminal", "problem", f"{columns}×{rows} is too small", f"make it at least {needed}"
        )
    told = f"{kind}{_within(around)}, {columns}×{rows}"
    if around.is_in_tmux and not kind.startswith(("tmux", "screen")):
        fix = "tmux set -g default-terminal tmux-256color (and set TERM nowhere else)"
        return Check("terminal", "warning", f"{told}: in tmux TERM is tmux-256color", fix)
    if around.is_in_terminfo is False:
        fix = COMMON
        if around.is_remote:
            fix = f"on your own machine: infocmp -x {kind} | ssh THIS-HOST tic -x -; or {COMMON}"
        return Check("terminal", "warning", f"{told}: editors here do not know this TERM", fix)
    if isinstance(around.measured, Measured) and around.measured.name:
        told += f", {around.measured.name}"
    return Check("terminal", "ok", told)


def _within(around: Surroundings) -> str:
    names = (
        (around.is_in_tmux, "tmux"),
        (bool(around.environ.get("STY")), "screen"),
        (around.is_in_mosh, "mosh"),
    )
    return "".join(f" in {name}" for there, name in names if there)


def check_colours(around: Surroundings) -> Check:
    """How many colours there are, by the customary variables and by what the terminal answers."""
    environ = around.environ
    kind = environ.get("TERM", "")
    measured = around.measured
    answered = measured.has_true_colour if isinstance(measured, Measured) else None
    if environ.get("NO_COLOR"):
        return Check("colours", "ok", "none, as NO_COLOR asks")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        if answered is False:
            words = "COLORTERM says 16 million, the terminal says that it has fewer"
            return Check("colours", "warning", words, "unset COLORTERM")
        if around.tmux is not None and around.tmux.features is not None:
            return _colours_in_tmux(around.tmux.features, around.tmux.terminal)
        return Check("colours", "ok", "16 million")
    if "256color" in kind:
        if answered or (around.tmux and around.tmux.features and "RGB" in around.tmux.features):
            words = "256, though the terminal has 16 million: COLORTERM is not set"
            return Check("colours", "warning", words, _colorterm(around))
        return Check("colours", "ok", "256", f"if it can show more: {_colorterm(around)}")
    if around.is_in_tmux:
        fix = "in ~/.tmux.conf: set -g default-terminal tmux-256color"
    else:
        fix = f"if it can show more: {COMMON}"
    return Check("colours", "warning", "16", fix)


def _colours_in_tmux(features: frozenset[str], terminal: str) -> Check:
    if "RGB" in features:
        return Check("colours", "ok", "16 million, also of the terminal that tmux is seen on")
    words = f"16 million, of which tmux shows 256: it does not know that {terminal} has more"
    fix = f"if it has: tmux set -as terminal-features ',{terminal}:RGB', then detach and attach"
    return Check("colours", "warning", words, fix)


def _colorterm(around: Surroundings) -> str:
    line = "export COLORTERM=truecolor"
    if around.is_remote:
        line += (
            " (for good: SendEnv COLORTERM in your ~/.ssh/config, "
            "AcceptEnv COLORTERM in this host's /etc/ssh/sshd_config)"
        )
    return line


def check_widths(around: Surroundings) -> Check | None:
    """Whether characters are as wide as the lab counts them; None where that was not measured."""
    if not isinstance(around.measured, Measured) or not around.measured.cells:
        return None
    measured = around.measured.cells
    wrong = [text for text in measured if measured[text] != CELLS[text]]
    if not wrong:
        words = "accents, lines, Chinese and emoji are as wide as they should be"
        return Check("widths", "ok", words)
    told = ", ".join(f"{text} takes {measured[text]} cells, not {CELLS[text]}" for text in wrong)
    if around.tmux is not None and not around.tmux.utf8:
        fix = "attach with: tmux -u attach"
    elif any(measured[text] > CELLS[text] for text in wrong):
        fix = "in the terminal's settings: show ambiguous characters narrow, and use UTF-8"
    else:
        fix = "take a terminal, or a tmux, that knows Unicode 9 or newer"
    return Check("widths", "warning", f"{told}: what stands behind is shifted", fix)
