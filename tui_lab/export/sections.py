"""The texts of a run in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui_lab.core.record import RunRecord


@dataclass(frozen=True, slots=True)
class Section:
    """`language` is what the text is written in, where we know that; never a model's own word."""

    title: str
    text: str
    language: str = ""


def sections(record: RunRecord) -> Iterator[Section]:
    """Those that there are; the answer always, also when it is empty."""
    if record.system:
        yield Section("System prompt", record.system)
    for message in record.messages[:-1]:
        yield Section("Answer before" if message.role == "assistant" else "Before", message.text)
    yield Section("Prompt", record.prompt)
    if record.reasoning:
        yield Section("Reasoning", record.reasoning)
    yield Section("Answer", record.text)
    if record.refusal:
        yield Section("Refusal", record.refusal)
    for call in record.tool_calls:
        yield Section("Tool call", f"{call.name or ''}\n{call.arguments}".strip("\n"))
    if record.error is not None:
        error = record.error
        words = [f"{error.kind}: {error.message}", error.hint, error.raw or ""]
        yield Section("Error", "\n".join(filter(None, words)))
    if record.note:
        yield Section("Note", record.note)
