"""A terminal that takes little, or nothing: streams, stamps and records do not wait for it."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

from tests.ui.terminal import PATIENCE_S, Terminal, a_terminal, an_environment
from tui_lab.core.errors import LabError
from tui_lab.core.record import RunRecord, Status
from tui_lab.lab import Lab

TOKENS = 150
NEXT_PANE = "\x0e"


def a_stream(folder: Path) -> dict[str, str]:
    headers = f'{{"x-sandbox-pace": "100", "x-sandbox-tokens": "{TOKENS}"}}'
    return an_environment(folder, "sandbox/markdown", TUI_LAB_PROVIDERS__SANDBOX__HEADERS=headers)


def run(terminal: Terminal) -> None:
    terminal.until("sandbox/markdown")
    terminal.press("Go")
    terminal.until("Go")
    terminal.press("\n")


def recorded(lab: Lab) -> RunRecord | None:
    """The last run, once it is over."""
    try:
        record = lab.history.run("last").result()
    except LabError:
        return None
    return record if record.status is not Status.RUNNING else None


def test_an_answer_is_recorded_whole_while_the_terminal_takes_nothing(tmp_path: Path) -> None:
    environ = a_stream(tmp_path)
    with a_terminal(environ) as terminal, Lab(environ) as lab:
        run(terminal)
        stuck = len(terminal.written)
        end = monotonic() + PATIENCE_S
        while (record := recorded(lab)) is None:
            assert monotonic() < end, "the run never ended"
        assert len(terminal.written) == stuck
        assert record.status is Status.OK
        assert record.usage.output_tokens == TOKENS
        assert record.timing.itl_ms is not None
        terminal.until("✓ stop")


def test_keys_are_answered_and_the_end_is_shown_over_a_slow_link(tmp_path: Path) -> None:
    environ = a_stream(tmp_path)
    with a_terminal(environ, drain=20_000) as terminal, Lab(environ) as lab:
        run(terminal)
        terminal.until("tok/s")
        terminal.press("\x1b")
        terminal.until("models")
        terminal.press(" on")
        terminal.until("Go on")
        terminal.until("✓ sandbox/markdown")
        terminal.press(NEXT_PANE)
        terminal.until("✓ stop")
        record = recorded(lab)
        assert record is not None
        last_words = record.text.split()[-1]
        terminal.until(last_words)
