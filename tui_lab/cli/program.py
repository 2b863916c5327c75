"""From the words of a command line to a command, and from what goes wrong to an exit code."""

from __future__ import annotations

import importlib
import os
import signal
import time
from collections.abc import Sequence
from types import FrameType

from tui_lab.cli.guard import guarded_output, no_core_dumps
from tui_lab.cli.output import OutputLostError, narrate, say_error, say_lost
from tui_lab.core.errors import LabError
from tui_lab.core.secret import KnownSecrets

SAME_WISH_SECONDS = 1.0


def run_program(words: Sequence[str]) -> int:
    """Runs one command; every failure becomes one line on standard error and an exit code.

    Raises `KeyboardInterrupt` for ctrl-c, SIGTERM and SIGHUP, after what ran was recorded.
    """
    interrupt = _Interrupt()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) is not signal.SIG_IGN:  # as nohup wants it
            signal.signal(signum, interrupt)
    no_core_dumps()
    known = KnownSecrets()
    with guarded_output(known):
        return _end_of(words, known, interrupt)


def _end_of(words: Sequence[str], known: KnownSecrets, interrupt: _Interrupt) -> int:
    try:
        return _run(words, known)
    except LabError as error:
        say_error(error)
        return error.exit_code
    except OutputLostError as lost:
        say_lost(lost)
        return lost.exit_code
    except Exception as error:
        if interrupt.wished_at is not None:  # some code makes another error of an interruption
            raise KeyboardInterrupt from error
        return _own_failure(error, known)


def _run(words: Sequence[str], known: KnownSecrets) -> int:
    if not words:  # the screens wait for nothing that they do not need
        from tui_lab.cli.commands.lab import open_lab

        return open_lab(known)
    from tui_lab.cli.arguments import parse

    command, args = parse(words)
    args.known_secrets = known
    return int(importlib.import_module(f"tui_lab.cli.commands.{command}").run(args))


class _Interrupt:
    """Interrupts; but a signal soon after another is the same wish, sent twice.

    A shell and a terminal both tell a program that its terminal has gone. The second must not cut
    short what the first has begun: the recording of what ran.
    """

    def __init__(self) -> None:
        self.wished_at: float | None = None

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.wished_at is None or now - self.wished_at > SAME_WISH_SECONDS:
            self.wished_at = now
            raise KeyboardInterrupt


def _own_failure(error: Exception, known: KnownSecrets) -> int:
    import logging

    from tui_lab.directories import directories
    from tui_lab.log import log_to, stop_log

    handler = log_to(directories(os.environ).data / "tui-lab.log", known)
    logging.getLogger(__name__).error("the command failed", exc_info=error)
    stop_log(handler)
    narrate(
        f"tui-lab: tui-lab itself failed: {type(error).__name__} "
        "(this is a defect; the log in the data directory has the details)"
    )
    return 1
