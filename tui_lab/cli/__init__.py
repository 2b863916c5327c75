"""The headless face: every command, for people, pipes and scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `tui-lab`; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        # Asked for by scripts and completions: nothing else is imported.
        from tui_lab import __version__

        sys.stdout.write(f"tui-lab {__version__}\n")
        return 0
    try:
        from tui_lab.cli.program import run_program

        return run_program(words)
    except KeyboardInterrupt:
        # What ran is recorded by now. A thread may still wait for a locked database: it has
        # nothing to lose, and nobody should wait for it.
        os._exit(INTERRUPTED)
