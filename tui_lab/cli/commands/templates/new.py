"""`tui-lab templates new`: a template of one's own, from options, a file, an editor or another."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tui_lab.cli.commands.templates.edit import edited
from tui_lab.cli.commands.templates.fields import add_field_arguments, given_fields, with_fields
from tui_lab.cli.output import narrate
from tui_lab.cli.text_editor import read_given
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.toml_edit import Value, with_key

if TYPE_CHECKING:
    from tui_lab.lab import Lab

HELP = "make a template of your own"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a-z, 0-9, - and _")
    parser.add_argument("--copy", metavar="ID", help="begin with a copy of this one")
    add_field_arguments(parser)


def run(args: argparse.Namespace, lab: Lab) -> int:
    fields = given_fields(args)
    if (found := lab.templates.library.find(args.id)) and lab.templates.is_own(found):
        message = f"there is a template {args.id!r} of your own already"
        raise LabError(ErrorKind.USAGE, message, f"tui-lab templates edit {args.id}")
    if args.file is not None:
        table = with_key(read_given(args.file), "id", args.id)
        template = lab.templates.save(with_fields(table, fields))
    elif args.copy is not None:
        table = lab.templates.copy(args.copy, args.id)
        template = lab.templates.save(with_fields(table, fields))
    elif args.prompt is not None:
        template = lab.templates.save(_table(args.id, fields))
    else:
        template = lab.templates.save(edited(_table(args.id, fields), args.id, lab))
    narrate(f"{template.id} is in {template.file}")
    return 0


def _table(template_id: str, fields: list[tuple[str, Value]]) -> str:
    """A table with everything that a template needs."""
    from tui_lab.templates.own import table_of

    needed = {
        "id": template_id,
        "name": template_id.replace("-", " ").replace("_", " ").capitalize(),
        "category": "own",
        "description": "",
        "prompt": "Write about {{topic}}.\n",
    }
    return table_of(list((needed | dict(fields)).items()))
