"""`tui-lab templates edit`: the table of a template, in an editor or by options."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tui_lab.cli.commands.templates.fields import add_field_arguments, given_fields, with_fields
from tui_lab.cli.output import narrate, say_error
from tui_lab.cli.text_editor import edit_file, read_given
from tui_lab.core.errors import LabError

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "change a template; one that comes with tui-lab becomes a copy of your own"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    add_field_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    source = lab.templates.source(args.id)
    before = lab.templates.library.find(args.id)
    fields = given_fields(args)
    table = source.text if args.file is None else read_given(args.file)
    if args.file is None and not fields:
        table = edited(source.text, args.id, lab)
    table = with_fields(table, fields)
    if table.strip("\n") == source.text.strip("\n"):
        narrate("nothing was changed")
        return 0
    try:
        template = lab.templates.save(table, source)
    except LabError as error:
        _keep(table, error, args.id, lab)
        raise
    if not source.own:
        narrate(f"{args.id} comes with tui-lab: your own copy takes its place")
    risen = before is not None and template.version > before.version
    words = f", now version {template.version}" if risen else ""
    narrate(f"{template.id} is in {template.file}{words}")
    return 0


def edited(table: str, template_id: str, lab: Lab) -> str:
    """The table as the person's editor leaves it; again, while something is wrong with it and the
    person changes it."""
    from tui_lab.templates.own import template_in

    with tempfile.TemporaryDirectory(dir=lab.directories.data) as folder:
        path = Path(folder) / f"{template_id}.toml"
        path.write_text(table, encoding="utf-8")
        while True:
            before = path.read_bytes()
            edit_file(path)
            text = read_given(str(path))
            try:
                template_in(text, path.name)
            except LabError as error:
                if path.read_bytes() == before and text != table:
                    _keep(text, error, template_id, lab)
                    raise
                if text == table:
                    raise
                say_error(error)
                narrate("the editor opens again; leave it without a change to give up")
            else:
                return text


def _keep(table: str, error: LabError, template_id: str, lab: Lab) -> None:
    """What could not be saved is not lost."""
    path = lab.directories.data / f"{template_id}.unsaved.toml"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(table)
    error.hint = f"{error.hint}; what you wrote is in {path}".removeprefix("; ")
