"""The words of a command line, made sense of."""

from __future__ import annotations

import argparse
import importlib
import os
from collections.abc import Sequence
from typing import Any, NoReturn

from tui_lab import __version__
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest

COMMANDS = {
    "run": "run a prompt against one or several models",
    "history": "list, show and search the runs of the past",
    "templates": "prompt templates: list, run, make, change, share them",
    "stats": "runs, tokens, money and speed, in all and by day, model, provider, workspace",
    "votes": "which models people find better, by the answers they compared",
    "route": "which models would answer a prompt, in which order, and why; asks none of them",
    "models": "the models that can be used",
    "providers": "the providers, and whether each has a key",
    "keys": "the keys of a workspace: list, set, test, delete",
    "sandbox": "serve the simulated models to any OpenAI or Anthropic client",
    "doctor": "check this machine and terminal",
}
"""Every command is a module of `cli.commands` with `add_arguments(parser)` and `run(args)`."""

PATHS = ("file", "image", "document", "output")
"""Arguments that name files: their bytes stay as they are."""

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


def parse(words: Sequence[str]) -> tuple[str, argparse.Namespace]:
    """The command and its arguments; only the modules that they need are imported."""
    parser = Parser(prog="tui-lab", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("-V", "--version", action="version", version=f"tui-lab {__version__}")
    parser.add_argument("--workspace", metavar="NAME", help="the workspace to open")
    parser.add_argument(
        "--low-bandwidth", action="store_true", help="paint less often, for slow links"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(
            name, help=help_text, description=help_text.capitalize() + ".", allow_abbrev=False
        )
        if name in words:
            module = importlib.import_module(f"tui_lab.cli.commands.{name}")
            module.add_arguments(command)
    args, rest = parser.parse_known_args(words)
    if len(rest) == 1 and not rest[0].startswith("-") and getattr(args, "prompt", "") is None:
        # `ID -m MODEL TEXT`: argparse has given up on the text before it came to the options.
        args.prompt = rest.pop()
    if rest:
        _innermost(parser, args).error(f"unrecognized arguments: {' '.join(rest)}")
    for name, value in vars(args).items():
        if name not in PATHS:
            setattr(args, name, _as_text(value))
    return args.command or "lab", args


def _innermost(
    parser: argparse.ArgumentParser, args: argparse.Namespace
) -> argparse.ArgumentParser:
    """The parser of the command, and of its action, that these arguments name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            chosen = getattr(args, action.dest, None)
            return _innermost(action.choices[chosen], args) if chosen else parser
    return parser


def _as_text(value: Any) -> Any:
    """Words as text: bytes in them that are not UTF-8 become U+FFFD."""
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    try:
        if isinstance(value, str):
            value.encode()
        return value
    except UnicodeEncodeError:
        return os.fsencode(value).decode("utf-8", "replace")
