"""`tui-lab` without a command: the full-screen lab."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from tui_lab.core.errors import ErrorKind, LabError

if TYPE_CHECKING:
    import argparse

    from tui_lab.core.secret import KnownSecrets


def run(args: argparse.Namespace) -> int:
    """Opens the lab as its options say; returns its exit code."""
    return open_lab(args.known_secrets, workspace=args.workspace, low_bandwidth=args.low_bandwidth)


def open_lab(
    known: KnownSecrets, *, workspace: str | None = None, low_bandwidth: bool = False
) -> int:
    """Opens the lab; returns its exit code. Raises `LabError` where it cannot be shown."""
    _check_terminal()
    gc.disable()  # all that a start makes stays: looking through it would delay the first paint
    from tui_lab.ui.app import LabApp

    app = LabApp(
        workspace=workspace,
        low_bandwidth=low_bandwidth,
        when_open=_collect_from_now,
        known_secrets=known,
    )
    code = app.run()
    return (app.return_code or 0) if code is None else code


def _collect_from_now() -> None:
    """What is there by now is not looked through again: that would hold up a stream."""
    gc.freeze()
    gc.enable()


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise LabError(
            ErrorKind.USAGE,
            "the full-screen lab needs a terminal",
            "without one use: tui-lab run PROMPT -m MODEL",
        )
    # Textual writes to the original standard error, in its encoding.
    screen = sys.__stderr__
    if screen is None or not screen.isatty():
        raise LabError(
            ErrorKind.USAGE,
            "the lab draws on standard error, which is not a terminal here",
            "start it without 2>",
        )
    encoding = screen.encoding or "ascii"
    try:
        "│●✓".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        raise LabError(
            ErrorKind.USAGE,
            f"this terminal's encoding is {encoding}: the lab cannot be drawn in it",
            "choose a UTF-8 locale, for example: LC_ALL=C.UTF-8 tui-lab",
        ) from None
