"""`tui-lab templates diff`: what changed between two versions."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_lab.cli.output import narrate, print_text
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.template_versions import TemplateVersion, best_version, content_text
from tui_lab.templates.template import Template

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "what changed between two versions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument(
        "one", nargs="?", type=int, metavar="V1", help="the version that did best, if left out"
    )
    parser.add_argument(
        "other", nargs="?", type=int, metavar="V2", help="as it is now, if left out"
    )


def run(args: argparse.Namespace, lab: Lab) -> int:
    template = lab.templates.library.get(args.id)
    versions = lab.templates.versions(template.id).result()
    one = args.one if args.one is not None else _best(template, versions)
    other = args.other if args.other is not None else template.version
    before, after = (_text(number, template, versions).splitlines() for number in (one, other))
    was, now = (f"{template.id}, version {number}" for number in (one, other))
    lines = list(difflib.unified_diff(before, after, was, now, lineterm=""))
    if lines:
        print_text("\n".join(lines))
    else:
        narrate(f"versions {one} and {other} ask the same")
    return 0


def _best(template: Template, versions: Sequence[TemplateVersion]) -> int:
    best = best_version(versions)
    if best is None:
        raise LabError(ErrorKind.USAGE, f"{template.id} has not been run yet", "run it first")
    return best.version


def _text(number: int, template: Template, versions: Sequence[TemplateVersion]) -> str:
    if number == template.version:
        return content_text(template.content)
    known = {one.version: one.content for one in versions}
    if number not in known:
        numbers = sorted({*known, template.version})
        hint = f"there is {', '.join(map(str, numbers))}"
        raise LabError(ErrorKind.USAGE, f"{template.id} has no version {number}", hint)
    content = known[number]
    if content is None:
        hint = "versions are kept from their next run on"
        raise LabError(ErrorKind.USAGE, f"the text of version {number} is not known", hint)
    return content_text(content)
