"""The tool calls of an answer as text."""

from __future__ import annotations

from collections.abc import Sequence

from tui_lab.core.record import ToolCall
from tui_lab.ui.text.json_text import indented

CALL_MARK = "→ "
"""Before the name of what is called."""


def tool_calls_text(calls: Sequence[ToolCall]) -> str:
    """Name and arguments of each, the arguments with a line for each value."""
    return "\n".join(f"{CALL_MARK}{call.name or '?'}\n{indented(call.arguments)}" for call in calls)


def raw_tool_calls_text(calls: Sequence[ToolCall]) -> str:
    """The arguments as they came."""
    return "\n".join(f"{call.name or '?'}({call.arguments})" for call in calls)
