"""From the words of a command line to a command, and from what goes wrong to an exit code."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from tui_lab import __version__
from tui_lab.cli.output import say_error
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest

COMMANDS = {
    "run": "run a prompt against one or several models",
    "history": "list, show and search the runs of the past",
    "templates": "list, show and run prompt templates",
    "models": "the models that can be used",
    "providers": "the providers, and whether each has a key",
    "sandbox": "serve the simulated models to any OpenAI or Anthropic client",
    "doctor": "check this machine and terminal",
}
"""Every command is a module of `cli.commands` with `add_arguments(parser)` and `run(args)`."""

DESCRIPTION = """\
A laboratory for language models. Without a command the full-screen lab opens.
"""


class Parser(argparse.ArgumentParser):
    """Refuses in one line, with the nearest valid word."""

    def error(self, message: str) -> NoReturn:
        hint = f"see {self.prog} --help"
        if message.startswith("unrecognized arguments: "):
            words = message.removeprefix("unrecognized arguments: ").split()
            options = [word for word in words if word.startswith("-")]
            if options:
                option = options[0].partition("=")[0]
                message = f"there is no option {option}"
                hint = nearest(option, self._option_string_actions)
            else:
                message = f"too many words: {' '.join(words)}"
        raise LabError(ErrorKind.USAGE, message, hint)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            name = "command" if isinstance(action, argparse._SubParsersAction) else action.dest
            words = [str(choice) for choice in action.choices]
            raise LabError(
                ErrorKind.USAGE, f"there is no {name} {value!r}", nearest(str(value), words)
            )


def run_program(words: Sequence[str]) -> int:
    """Runs one command; every failure becomes one line on standard error and an exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        command, args = parse(words)
        return int(importlib.import_module(f"tui_lab.cli.commands.{command}").run(args))
    except LabError as error:
        say_error(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be said there.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parse(words: Sequence[str]) -> tuple[str, argparse.Namespace]:
    """The command and its arguments; only the modules that they need are imported."""
    parser = Parser(prog="tui-lab", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"tui-lab {__version__}")
    parser.add_argument("--workspace", metavar="NAME", help="the workspace to open")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(
            name, help=help_text, description=help_text.capitalize() + ".", allow_abbrev=False
        )
        if name in words:
            module = importlib.import_module(f"tui_lab.cli.commands.{name}")
            module.add_arguments(command)
    args, rest = parser.parse_known_args(words)
    if rest:
        refuser = commands.choices[args.command] if args.command else parser
        refuser.error(f"unrecognized arguments: {' '.join(rest)}")
    return args.command or "lab", args


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
