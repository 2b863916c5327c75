"""Which models a provider serves, in its own words: each dialect's list, page by page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.model_facts import Input, ListedModel
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.get_json import get_json
from tui_lab.providers.listed_prices import listed_price
from tui_lab.providers.ollama_models import described
from tui_lab.providers.payload import as_count, as_list, as_object, as_text, unreadable

if TYPE_CHECKING:  # the HTTP client is slow to import, and here only a type
    from tui_lab.providers.http import HttpRoom

_MOST_PAGES = 20
_MOST_MODELS = 5000
_NAME = re.compile(r"[!-~]{1,200}\Z")  # what a model can be called in a URL or on a command line
_NO_CHAT = re.compile(
    r"embed|whisper|tts|transcribe|realtime|dall-e|sora|moderation|image|rerank|guard|ocr"
)
"""Models that a list names beside those one can talk to, where it does not tell them apart."""

SOURCE = "the provider's own list"
"""Of prices that stand in it."""

_OURS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "stop": "stop",
    "seed": "seed",
    "reasoning": "reasoning",
    "reasoning_effort": "reasoning",
    "structured_outputs": "schema",
    "logprobs": "logprobs",
}
"""OpenRouter's names of parameters, and ours."""


class _Page(NamedTuple):
    models: Iterable[ListedModel | None]
    next_path: str | None = None


class _Form(NamedTuple):
    """Where a dialect has its list, and how a page of it is read."""

    path: str
    read: Callable[[Mapping[str, Any]], _Page]


async def fetch_models(
    room: HttpRoom,
    provider: Provider,
    key: Secret | None,
    *,
    connect_s: float = 5,
    total_s: float = 30,
) -> tuple[ListedModel, ...]:
    """The chat models of a provider's list, in its order. Raises `LabError`."""
    try:
        async with asyncio.timeout(total_s):
            models = await _all_pages(room, provider, key, connect_s)
    except TimeoutError:
        raise LabError(
            ErrorKind.TIMEOUT, f"{provider.name} did not list its models within {total_s:g} s"
        ) from None
    if provider.dialect != "ollama":
        return models
    return await described(room, provider, key, models, connect_s=connect_s, total_s=total_s)


async def _all_pages(
    room: HttpRoom, provider: Provider, key: Secret | None, connect_s: float
) -> tuple[ListedModel, ...]:
    form = _FORMS[provider.dialect]
    models: dict[str, ListedModel] = {}
    asked: list[str] = []
    path: str | None = form.path
    while path is not None and path not in asked and len(asked) < _MOST_PAGES:
        asked.append(path)
        page = form.read(await get_json(room, provider, key, path, connect_s=connect_s))
        found = [one for one in page.models if one is not None and _NAME.match(one.id)]
        models |= {one.id: one for one in found[:_MOST_MODELS]}
        path = page.next_path
    return tuple(models.values())[:_MOST_MODELS]


def _items(page: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """What a page lists. One without a list is no page: it must not pass for an empty one."""
    if name not in page:
        raise unreadable("")
    return [as_object(item) for item in as_list(page[name])]


def _openai_page(page: Mapping[str, Any]) -> _Page:
    return _Page(map(_openai_model, _items(page, "data")))


def _openai_model(item: Mapping[str, Any]) -> ListedModel | None:
    """One model in OpenAI's form, with what others add to it; None for what is not for chat."""
    name, shape = as_text(item.get("id")), as_object(item.get("architecture"))
    top, capabilities = as_object(item.get("top_provider")), as_object(item.get("capabilities"))
    outputs = as_list(shape.get("output_modalities")) or ["text"]
    kind = as_text(item.get("type"))
    if "text" not in outputs or capabilities.get("completion_chat") is False:
        return None
    if kind and kind not in ("chat", "language", "code", "model", "llm", "vlm"):
        return None
    if not shape and _NO_CHAT.search(name.lower()):
        return None
    return ListedModel(
        name,
        as_text(item.get("name")) or as_text(item.get("display_name")) or None,
        _context_window(item),
        _first(top, "max_completion_tokens") or _first(item, "max_completion_tokens"),
        _inputs(shape.get("input_modalities")),
        _parameters(item.get("supported_parameters")),
        _efforts(as_object(item.get("reasoning")).get("supported_efforts")),
        listed_price(item, SOURCE),
    )


def _context_window(item: Mapping[str, Any]) -> int | None:
    """As OpenRouter and Together, Groq, Mistral, vLLM, llama.cpp, DeepInfra call it."""
    return (
        _first(item, "context_length", "context_window", "max_context_length", "max_model_len")
        or _first(as_object(item.get("meta")), "n_ctx")
        or _first(as_object(item.get("metadata")), "context_length")
    )


def _anthropic_page(page: Mapping[str, Any]) -> _Page:
    last = as_text(page.get("last_id"))
    more = last and page.get("has_more") is True
    return _Page(
        map(_anthropic_model, _items(page, "data")),
        f"{_ANTHROPIC_PATH}&after_id={quote(last, safe='')}" if more else None,
    )


def _anthropic_model(item: Mapping[str, Any]) -> ListedModel:
    return ListedModel(
        as_text(item.get("id")),
        as_text(item.get("display_name")) or None,
        _first(item, "max_input_tokens"),
        _first(item, "max_tokens"),
    )


def _gemini_page(page: Mapping[str, Any]) -> _Page:
    token = as_text(page.get("nextPageToken"))
    return _Page(
        map(_gemini_model, _items(page, "models")),
        f"{_GEMINI_PATH}&pageToken={quote(token, safe='')}" if token else None,
    )


def _gemini_model(item: Mapping[str, Any]) -> ListedModel | None:
    name = as_text(item.get("name")).removeprefix("models/")
    methods = as_list(item.get("supportedGenerationMethods"))
    if "generateContent" not in methods or _NO_CHAT.search(name):
        return None
    return ListedModel(
        name,
        as_text(item.get("displayName")) or None,
        _first(item, "inputTokenLimit"),
        _first(item, "outputTokenLimit"),
    )


def _ollama_page(page: Mapping[str, Any]) -> _Page:
    models = (as_text(item.get("name")) for item in _items(page, "models"))
    return _Page(ListedModel(name) for name in models if not _NO_CHAT.search(name))


_ANTHROPIC_PATH = "/models?limit=1000"
_GEMINI_PATH = "/models?pageSize=1000"
_FORMS = {
    "openai-chat": _Form("/models", _openai_page),
    "openai-responses": _Form("/models", _openai_page),
    "anthropic": _Form(_ANTHROPIC_PATH, _anthropic_page),
    "gemini": _Form(_GEMINI_PATH, _gemini_page),
    "ollama": _Form("/api/tags", _ollama_page),
}


def _first(item: Mapping[str, Any], *names: str) -> int | None:
    """The first of these counts that is there and is one."""
    counts = (as_count(item.get(name)) for name in names)
    return next((count for count in counts if count), None)


def _inputs(modalities: object) -> frozenset[Input] | None:
    if not isinstance(modalities, list):
        return None
    return frozenset(_input_kinds(modalities))


def _input_kinds(modalities: list[Any]) -> Iterator[Input]:
    if "image" in modalities:
        yield "image"
    if "file" in modalities or "pdf" in modalities:
        yield "document"


def _parameters(names: object) -> frozenset[str] | None:
    if not isinstance(names, list):
        return None
    return frozenset(_OURS[name] for name in names if isinstance(name, str) and name in _OURS)


def _efforts(words: object) -> tuple[str, ...] | None:
    if not isinstance(words, list):
        return None
    return tuple(word for word in words if isinstance(word, str))
