"""`tui-lab doctor`: what is well, what is not, and the line that mends it."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict

from tui_lab.cli.output import print_json, print_table, print_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Exits 0, or 5 where the history cannot be recorded, or 3 where something else is wrong."""
    from tui_lab.doctor.check import GLYPHS
    from tui_lab.doctor.surroundings import ask_terminal, surroundings
    from tui_lab.lab import Lab
    from tui_lab.lab.check_up import check_up

    around = surroundings(os.environ, ask_terminal(os.environ))
    with Lab(known_secrets=args.known_secrets) as lab:
        checks = check_up(lab, around)
        not_recording = lab.history.state.not_recording
    if args.json:
        print_json({"items": [asdict(check) for check in checks], "next": None})
    else:
        print_table([GLYPHS[check.status], check.name, check.message] for check in checks)
        for check in checks:
            if check.fix is not None and check.status != "ok":
                print_text(f"\n{check.name}: {check.message}\n  → {check.fix}")
    if not_recording is not None:
        return not_recording.exit_code
    return 3 if any(check.status == "problem" for check in checks) else 0
