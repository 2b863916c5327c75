"""`tui-lab` without a command: the full-screen lab."""

from __future__ import annotations

import argparse
import sys

from tui_lab.core.errors import ErrorKind, LabError


def run(args: argparse.Namespace) -> int:
    """Opens the lab; returns its exit code. Raises `LabError` where it cannot be shown."""
    _check_terminal()
    from tui_lab.ui.app import LabApp

    app = LabApp(workspace=args.workspace, low_bandwidth=args.low_bandwidth)
    code = app.run()
    return (app.return_code or 0) if code is None else code


def _check_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise LabError(
            ErrorKind.USAGE,
            "the full-screen lab needs a terminal",
            "without one use: tui-lab run PROMPT -m MODEL",
        )
    # Textual writes to the original standard error, in its encoding.
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    try:
        "│●✓".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        raise LabError(
            ErrorKind.USAGE,
            f"this terminal's encoding is {encoding}: the lab cannot be drawn in it",
            "choose a UTF-8 locale, for example: LC_ALL=C.UTF-8 tui-lab",
        ) from None
