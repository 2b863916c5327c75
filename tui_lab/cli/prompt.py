"""The prompt and everything beside it, from the words of a command line."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from tui_lab import attached
from tui_lab.cli.choosing import add_model_arguments, chosen_models, chosen_preset
from tui_lab.core.asked import Asked
from tui_lab.core.attachments import turn_of
from tui_lab.core.draft import Draft, continue_messages
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import Message
from tui_lab.core.nearest import nearest
from tui_lab.core.parameters import PARAMETER_NAMES, Parameters
from tui_lab.core.record import RunRecord, Source, TemplateUse

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.templates.template import Template

TIME_LIMITS = ("connect", "first_event", "idle", "total")


def add_draft_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say what to ask; `draft_from` reads them."""
    add_model_arguments(parser)
    parser.add_argument("-s", "--system", metavar="TEXT", help="the system prompt")
    parser.add_argument(
        "-v",
        "--var",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable of the template",
    )
    parser.add_argument(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help=f"a parameter ({', '.join(PARAMETER_NAMES)}), a time limit "
        f"({', '.join('timeout.' + name for name in TIME_LIMITS)}, in seconds) "
        "or a provider's own option (sandbox.pace=TOKENS_PER_SECOND, 0: no waiting)",
    )
    parser.add_argument(
        "--image",
        action="append",
        default=[],
        metavar="PATH|URL",
        help="show this image to the model (png, jpeg, webp, gif); may be given several times",
    )
    parser.add_argument(
        "--document",
        action="append",
        default=[],
        metavar="PATH|URL",
        help="give this document (pdf, or any text file); may be given several times",
    )
    parser.add_argument("--file", metavar="PATH", help="read the prompt from a file")
    parser.add_argument(
        "--truncate",
        action="store_true",
        help="cut the middle out of a prompt that is longer than the model reads",
    )
    parser.add_argument(
        "--max-cost",
        type=max_cost,
        metavar="USD",
        help="ask nothing of a model that may cost more than so many US dollars a run",
    )
    parser.add_argument("--repeat", type=int, metavar="N", help="run N times")
    parser.add_argument(
        "--workspace", default=argparse.SUPPRESS, metavar="NAME", help="the workspace of the run"
    )


def draft_from(
    args: argparse.Namespace, lab: Lab, *, template_id: str | None, parent: RunRecord | None
) -> Draft:
    """The draft that these arguments describe; raises `LabError` where they are wrong."""
    text = prompt_text(args.prompt, args.file)
    template = lab.templates.library.get(template_id) if template_id else None
    system, use = parent.system if parent else None, None
    if template is not None:
        text, system, use = fill_template(template, dict(pairs(args.var, "-v")), text)
    elif args.var:
        raise LabError(ErrorKind.USAGE, "-v goes with a template", "choose one with -t")
    if not text:
        raise LabError(
            ErrorKind.USAGE, "the prompt is empty", "give it as an argument, --file or a pipe"
        )
    return draft_of(text, args, lab, system=system, template=template, use=use, parent=parent)


def draft_of(
    text: str,
    args: argparse.Namespace,
    lab: Lab,
    *,
    system: str | None,
    template: Template | None,
    use: TemplateUse | None,
    parent: RunRecord | None = None,
) -> Draft:
    """The draft of a prompt that is known, everything beside it from the arguments."""
    if (preset := chosen_preset(args, lab)) is not None:
        asked, parameters = preset.asked, preset.parameters
    else:
        models = chosen_models(args, lab, parent, template)
        fallbacks = tuple(map(lab.models.find, args.fallback))
        asked, parameters = Asked(models, (), fallbacks, args.route), Parameters()
    draft = Draft(
        messages=_messages(_turn(text, args), parent),
        models=asked.models,
        routes=asked.routes,
        fallbacks=asked.fallbacks,
        strategy=asked.strategy,
        repeat=asked.repeat if args.repeat is None else args.repeat,
        parameters=parameters,
        system=system if args.system is None else args.system or None,
        template=use,
        truncate=args.truncate,
        max_cost=args.max_cost,
        parent_id=parent.id if parent else None,
        workspace=lab.workspace,
        source=Source.TEMPLATE if use else Source.CLI,
    )
    return with_options(draft, pairs(args.option, "-o"), lab)


def max_cost(text: str) -> Decimal:
    """Raises `LabError` of kind `usage` for what is no amount of money."""
    try:
        usd = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        usd = Decimal("NaN")
    if not usd.is_finite() or usd < 0:
        hint = "an amount of US dollars, such as 0.05"
        raise LabError(ErrorKind.USAGE, f"--max-cost cannot be {text!r}", hint)
    return usd


def prompt_text(argument: str | None, file: str | None) -> str:
    """The prompt from argument, file and standard input; those that are there, in this order."""
    texts = []
    if argument is not None:
        texts.append(argument)
    if file is not None:
        texts.append(_read_file(Path(file)))
    if _is_piped(sys.stdin.fileno() if sys.stdin else None):
        texts.append(sys.stdin.buffer.read().decode("utf-8", "replace"))
    return "\n\n".join(text for text in texts if text.strip())


def fill_template(
    template: Template, given: Mapping[str, str], text: str
) -> tuple[str, str | None, TemplateUse]:
    """The template's prompt and system prompt with the variables filled in.

    A text beside the template fills its input variable; where that was given, it follows the
    prompt.
    """
    values = dict(given)
    if text and template.input is not None and template.input not in values:
        values[template.input], text = text, ""
    prompt, system = template.fill(values)
    use = TemplateUse(template.id, template.version, values)
    return (f"{prompt}\n\n{text}" if text else prompt), system, use


def with_options(draft: Draft, options: Sequence[tuple[str, str]], lab: Lab) -> Draft:
    """The draft with `-o` options: parameters, time limits, and providers' own."""
    parameters: Parameters = draft.parameters
    limits: dict[str, float] = {}
    own: dict[str, dict[str, str]] = {}
    for name, value in options:
        group, dot, rest = name.partition(".")
        if not dot:
            parameters = parameters.with_text(name, value)
        elif group == "timeout":
            limits[rest] = _time_limit(rest, value)
        elif group in lab.models.providers:
            lab.models.providers[group].option_headers({rest: value})
            own.setdefault(group, {})[rest] = value
        else:
            groups = ["timeout", *(p.id for p in lab.models.providers.values() if p.options)]
            raise LabError(
                ErrorKind.USAGE, f"there are no options {group}.…", nearest(group, groups)
            )
    return replace(draft, parameters=parameters, time_limits=limits, options=own)


def _turn(text: str, args: argparse.Namespace) -> Message:
    images = map(attached.image, args.image)
    return turn_of(text, (*images, *map(attached.document, args.document)))


def _messages(turn: Message, parent: RunRecord | None) -> tuple[Message, ...]:
    if parent is None:
        return (turn,)
    if not (parent.text or parent.refusal):
        raise LabError(
            ErrorKind.USAGE, f"run {parent.id} has no answer to continue", "choose another run"
        )
    return continue_messages(parent, turn)


def pairs(words: Sequence[str], option: str) -> list[tuple[str, str]]:
    """`NAME=VALUE` words as names and values; raises `LabError` of kind `usage` for others."""
    found = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise LabError(
                ErrorKind.USAGE, f"{option} {word!r} is not NAME=VALUE", f"{option} {name}=…"
            )
        found.append((name, value))
    return found


def _time_limit(name: str, text: str) -> float:
    if name not in TIME_LIMITS:
        raise LabError(
            ErrorKind.USAGE, f"there is no time limit {name!r}", nearest(name, TIME_LIMITS)
        )
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise LabError(
            ErrorKind.USAGE, f"timeout.{name} cannot be {text!r}", "a number of seconds above 0"
        )
    return seconds


def _read_file(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise LabError(
            ErrorKind.USAGE, f"{path} cannot be read: {error.strerror}", "check the path"
        ) from error


def _is_piped(fd: int | None) -> bool:
    """Whether standard input brings something: a pipe or a file, not a terminal or nothing."""
    if fd is None:
        return False
    mode = os.fstat(fd).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)
