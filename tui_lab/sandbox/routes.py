"""Which dialect a path is of, and what it asks for: the customary paths of the real providers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qs, unquote

from tui_lab.sandbox import anthropic, gemini, ollama, openai_chat, openai_responses
from tui_lab.sandbox.wire import Dialect


class Purpose(Enum):
    ANSWER = auto()
    MODELS = auto()
    OLLAMA_SHOW = auto()
    OLLAMA_VERSION = auto()


METHODS: dict[Purpose, tuple[str, ...]] = {
    Purpose.ANSWER: ("POST",),
    Purpose.MODELS: ("GET", "HEAD"),
    Purpose.OLLAMA_SHOW: ("POST",),
    Purpose.OLLAMA_VERSION: ("GET", "HEAD"),
}


@dataclass(frozen=True, slots=True)
class Route:
    """Whose words are spoken, and what for (None: nobody has such a path).

    `said` is what the path says that other dialects say in the body.
    """

    dialect: Dialect
    purpose: Purpose | None
    said: Mapping[str, Any] = field(default_factory=dict)


_ANSWERS: dict[str, Dialect] = {
    "/chat/completions": openai_chat,
    "/responses": openai_responses,
    "/messages": anthropic,
}
_OLLAMA = {
    "/api/chat": Purpose.ANSWER,
    "/api/tags": Purpose.MODELS,
    "/api/show": Purpose.OLLAMA_SHOW,
    "/api/version": Purpose.OLLAMA_VERSION,
}
_GEMINI = re.compile(r"/models/([^/]+):(generateContent|streamGenerateContent)\Z")


def find_route(target: str, headers: Mapping[str, str]) -> Route:
    """The route of a path with its query; `/v1` and `/v1beta` may be left out."""
    path, _, query = target.partition("?")
    if path.startswith("/api/"):
        return Route(ollama, _OLLAMA.get(path))
    bare = re.sub(r"\A/v1(?:beta)?(?=/)", "", path)
    if call := _GEMINI.match(bare):
        stream = call[2] == "streamGenerateContent"
        as_array = stream and parse_qs(query).get("alt") != ["sse"]
        said = {"model": unquote(call[1]), "stream": stream, "as_array": as_array}
        return Route(gemini, Purpose.ANSWER, said)
    if bare in _ANSWERS:
        return Route(_ANSWERS[bare], Purpose.ANSWER)
    purpose = Purpose.MODELS if bare == "/models" else None
    if path.startswith("/v1beta/") or "x-goog-api-key" in headers:
        return Route(gemini, purpose)
    return Route(anthropic if "anthropic-version" in headers else openai_chat, purpose)
