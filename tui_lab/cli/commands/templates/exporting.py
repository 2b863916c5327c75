"""`tui-lab templates export`: templates as the TOML of their tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tui_lab.cli.asking import confirm
from tui_lab.cli.output import narrate, write_raw
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.export.new_file import new_file

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "write templates as TOML, for others or for elsewhere"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="which ones; all of your own if none")
    parser.add_argument("--output", metavar="FILE", help="where to (standard output)")
    parser.add_argument("--yes", action="store_true", help="replace a file that exists")


def run(args: argparse.Namespace, lab: Lab) -> int:
    templates = lab.templates
    own = [one.id for one in templates.library.templates if templates.is_own(one)]
    ids = args.ids or own
    if not ids:
        raise LabError(
            ErrorKind.USAGE, "there are no templates of your own", "name those that you want"
        )
    text = "\n".join(templates.source(one).text.strip("\n") + "\n" for one in ids)
    if args.output is None:
        write_raw(text)
        return 0
    path = Path(args.output).expanduser()
    if replace := path.is_file():
        confirm(f"{path} exists already: it is replaced", yes=args.yes)
    with new_file(path, replace=replace) as file:
        file.write(text)
        file.finish()
    narrate(f"{len(ids)} template{'s' * (len(ids) != 1)} in {args.output}")
    return 0
