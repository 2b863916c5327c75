"""`tui-lab history diff`: two runs, their answers word by word."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui_lab.cli.commands.history.references import add_workspace_argument, find_run
from tui_lab.cli.output import is_coloured, narrate, print_json, print_table, print_text, write_text
from tui_lab.core.run_diff import Pair, RunDiff, run_diff
from tui_lab.core.sanitise import sanitise
from tui_lab.core.text_diff import Change, Segment, TextDiff

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "what two runs have in common, and what not"
CONTEXT = 3
"""Lines of what is the same that stand before and after a change."""

# Told by marks, not by colour alone: as of `git diff --word-diff`.
_MARKS = {Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}")}
_COLOURS = {Change.REMOVED: "\x1b[31m", Change.ADDED: "\x1b[32m"}
_PLAIN = "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="A", help="an id, its unique beginning, or last")
    parser.add_argument("after", metavar="B", help="the other run")
    parser.add_argument("--json", action="store_true", help="print every fact and every segment")
    add_workspace_argument(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    before, after = (find_run(ref, args, lab) for ref in (args.before, args.after))
    found = run_diff(before, after)
    if args.json:
        print_json({"runs": [before.id, after.id]} | _to_json(found))
        return 0
    ids = ["run", before.id, "", after.id]
    print_table([ids, *map(_row, (*found.asked, *found.measured))])
    for title, diff in found.texts.items():
        if diff.segments:
            _print_text(title, diff)
    return 0


def _row(pair: Pair) -> list[str]:
    return [pair.name, pair.before.words, "=" if pair.is_same else "≠", pair.after.words]


def _print_text(title: str, diff: TextDiff) -> None:
    if diff.is_same:
        print_text(f"\n── {title}: the same")
        return
    print_text(f"\n── {title}: [-only in the first-] {{+only in the second+}}")
    coloured = is_coloured()
    last = len(diff.segments) - 1
    for index, segment in enumerate(diff.segments):
        safe = sanitise(segment.text)
        if segment.change is Change.SAME:
            write_text(_shortened(safe, is_first=index == 0, is_last=index == last))
            continue
        begin, end = _MARKS[segment.change]
        marked = f"{begin}{safe}{end}"
        write_text(f"{_COLOURS[segment.change]}{marked}{_PLAIN}" if coloured else marked)
    write_text("\n")
    if diff.is_coarse:
        narrate(f"  of the {title}, parts were too long to compare word by word")


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Without the lines that are far from any change."""
    lines = text.split("\n")
    head = 0 if is_first else CONTEXT + 1
    tail = 0 if is_last else CONTEXT + 1
    if (hidden := len(lines) - head - tail) <= 1:
        return text
    kept = [*lines[:head], f"… {hidden} lines are the same …", *lines[len(lines) - tail :]]
    return "\n".join(kept)


def _to_json(found: RunDiff) -> dict[str, Any]:
    return {
        "asked": _pairs_to_json(found.asked),
        "measured": _pairs_to_json(found.measured),
        **{
            name: {
                "same": diff.is_same,
                "coarse": diff.is_coarse,
                "segments": [_segment_to_json(segment) for segment in diff.segments],
            }
            for name, diff in found.texts.items()
        },
    }


def _pairs_to_json(pairs: Iterable[Pair]) -> dict[str, list[Any]]:
    """By name: the first run's value, then the second's."""
    return {pair.name.replace(" ", "_"): [pair.before.value, pair.after.value] for pair in pairs}


def _segment_to_json(segment: Segment) -> dict[str, str]:
    return {"change": segment.change.value, "text": segment.text}
