"""What of a run can be copied."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui_lab.core.command_line import as_command
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.record_json import record_to_json
from tui_lab.core.sanitise import sanitise

if TYPE_CHECKING:
    from tui_lab.lab import Lab


class Copyable(NamedTuple):
    """`text` raises `LabError` where it cannot be made; `words` may be foreign."""

    name: str
    words: str
    text: Callable[[], str]


def copyables(record: RunRecord, lab: Lab) -> Iterator[Copyable]:
    """All that the run has, what is wanted most first."""
    for name, text in (
        ("answer", record.text or record.refusal),
        ("prompt", record.prompt),
        ("system prompt", record.system),
        ("reasoning", record.reasoning),
    ):
        if text:
            yield Copyable(name, _first_line(text), partial(str, text))
    for language, code in code_blocks(record.text):
        yield Copyable(f"code: {language or 'text'}", _first_line(code), partial(str, code))
    if record.status is not Status.RUNNING:
        if record.provider:
            told = "the request, with the key's variable in place of the key"
            yield Copyable("curl", told, partial(lab.curl, record))
        yield Copyable("command", "that asks the same again", partial(as_command, record))
    yield Copyable("record", "all of it, as JSON", partial(record_text, record))
    yield Copyable("id", record.id, partial(str, record.id))


def record_text(record: RunRecord) -> str:
    """The record as indented JSON, every character as it is."""
    return json.dumps(record_to_json(record), ensure_ascii=False, indent=2)


def code_blocks(answer: str) -> list[tuple[str, str]]:
    """(language, code) of each fence."""
    from tui_lab.ui.text.document import Document

    document = Document(80, markdown=True)
    document.append(sanitise(answer))
    document.end()
    return document.code_blocks()


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
