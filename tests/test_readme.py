"""What the README says is so."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from tui_lab.cli.arguments import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_table_of_keys_is_that_of_the_bindings() -> None:
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs" / "make.py")
    assert spec is not None
    assert spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert make.with_keys(README) == README, "run: python docs/make.py --keys"


def test_its_first_two_commands_set_everything_up() -> None:
    block = README.split("```")[1].split("\n")
    assert [line.split("#")[0].strip() for line in block if line.strip()] == [
        "make run",
        "make test",
    ]


def test_every_command_is_told_and_every_told_command_exists() -> None:
    told = set(re.findall(r"`tui-lab ([a-z]+)", README)) | set(
        re.findall(r"^tui-lab ([a-z]+)", README, re.M)
    )
    assert told == set(COMMANDS)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((docs/[^)]+)\)", README)
    assert pictures
    assert [name for name in pictures if not (ROOT / name).is_file()] == []
