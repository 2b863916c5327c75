"""A run as the command line that repeats it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tui_lab.core.asked import asked_of
from tui_lab.core.messages import ImagePart, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import RunRecord
from tui_lab.core.shell import is_plain, printed, word


def as_command(record: RunRecord) -> str:
    """The `tui-lab run` that asks the same again.

    What a command line cannot say word for word (a conversation, texts beside the prompt, control
    characters in a system prompt) is asked again from the history. Files that were attached are
    named as they were: only the names are kept.
    """
    words = ["tui-lab", "run", *_options(record)]
    if not _is_one_prompt(record) or not all(map(is_plain, words)):
        return " ".join(("tui-lab", "history", "rerun", record.id))
    command = " ".join(map(word, words))
    if is_plain(record.prompt) and not record.prompt.startswith("-"):
        return f"{command} {word(record.prompt)}"
    return f"{printed(record.prompt)} | {command}"


def _is_one_prompt(record: RunRecord) -> bool:
    if len(record.messages) != 1 or not record.prompt.strip():
        return False
    *attached, last = record.messages[0].parts
    return last == TextPart(record.prompt) and not any(isinstance(p, TextPart) for p in attached)


def _options(record: RunRecord) -> Iterator[str]:
    if record.workspace != "default":
        yield f"--workspace={record.workspace}"
    asked = asked_of(record)
    for option, values in (("-m", asked.models), ("--fallback", asked.fallbacks)):
        for model in values:
            yield from (option, str(model))
    for strategy in (*asked.routes, asked.strategy):
        if strategy is not None:
            yield from ("--route", strategy.value)
    if record.system:
        yield f"--system={record.system}"
    for option in parameter_options(record.parameters):
        yield from ("-o", option)
    for part in record.messages[0].attachments:
        kind = "image" if isinstance(part, ImagePart) else "document"
        yield f"--{kind}={part.url or part.name or 'unnamed'}"


def parameter_options(parameters: Parameters) -> Iterator[str]:
    """Each parameter as `NAME=VALUE`, the way back from `Parameters.with_text`."""
    for name, value in parameters.as_dict().items():
        match name:
            case "stop":
                for stop in value:
                    yield f"stop={stop.encode('unicode_escape').decode()}"
            case "schema":
                yield f"schema={json.dumps(value)}"
            case _:
                yield f"{name}={value}"
