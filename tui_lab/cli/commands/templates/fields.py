"""The options that say what a template is, for those who make or change one without an editor."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tui_lab.core.toml_edit import Value, with_key

TEXTS = ("name", "category", "description", "system", "prompt", "input")


def add_field_arguments(parser: argparse.ArgumentParser) -> None:
    words = {
        "name": "what it is called",
        "category": "the heading that it stands under",
        "description": "what it is for",
        "system": "the system prompt",
        "prompt": "the prompt, with {{variables}}",
        "input": "the variable that a text beside the template fills",
    }
    for field in TEXTS:
        parser.add_argument(f"--{field}", metavar="TEXT", help=words[field])
    parser.add_argument(
        "--suggest",
        action="append",
        metavar="MODEL",
        help="a suggested model; may be given several times",
    )
    parser.add_argument("--file", metavar="PATH", help="its whole table, as TOML; - is the pipe")


def given_fields(args: argparse.Namespace) -> list[tuple[str, Value]]:
    fields: list[tuple[str, Value]] = [
        (field, getattr(args, field)) for field in TEXTS if getattr(args, field) is not None
    ]
    if args.suggest is not None:
        fields.append(("suggested_models", args.suggest))
    return fields


def with_fields(table: str, fields: Sequence[tuple[str, Value]]) -> str:
    for field, value in fields:
        table = with_key(table, field, value)
    return table
