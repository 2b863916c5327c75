"""The dialects that the lab speaks. A new one is a module and a row here."""

from __future__ import annotations

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.providers.anthropic import AnthropicMessages
from tui_lab.providers.gemini import Gemini
from tui_lab.providers.ollama import OllamaNative
from tui_lab.providers.openai_chat import OpenAIChat
from tui_lab.providers.openai_responses import OpenAIResponses
from tui_lab.providers.wire import Dialect

_DIALECTS: dict[str, type[Dialect]] = {
    OpenAIChat.id: OpenAIChat,
    OpenAIResponses.id: OpenAIResponses,
    AnthropicMessages.id: AnthropicMessages,
    Gemini.id: Gemini,
    OllamaNative.id: OllamaNative,
}
DIALECT_IDS = tuple(_DIALECTS)


def dialect(dialect_id: str) -> Dialect:
    """The dialect of this id; raises `LabError` of kind `config` with the nearest one."""
    if dialect_id not in _DIALECTS:
        raise LabError(
            ErrorKind.CONFIG,
            f"there is no dialect {dialect_id!r}",
            nearest(dialect_id, DIALECT_IDS),
        )
    return _DIALECTS[dialect_id]()
