"""What is asked of a server that speaks OpenAI's chat completions, in the accent that it has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, assert_never

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Message, Part, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.providers.accent import Accent
from tui_lab.providers.attachments import base64_data, url_of
from tui_lab.providers.wire import Call

_REASONING_FAMILIES = re.compile(r"(?:.*[/:])?(?:o\d|gpt-(?:[5-9]|\d\d))(?![a-z0-9])")
"""OpenAI's models that refuse `max_tokens`; most other servers know nothing else."""


def chat_messages(call: Call) -> list[dict[str, Any]]:
    system = [{"role": "system", "content": call.system}] if call.system else []
    return system + [
        {"role": message.role, "content": _content(message, call.accent)}
        for message in call.messages
    ]


def _content(message: Message, accent: Accent) -> str | list[dict[str, Any]]:
    """A plain string where it will do: not every server takes parts."""
    if not message.attachments:
        return message.text
    return [_part(part, accent) for part in message.parts]


def _part(part: Part, accent: Accent) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ImagePart():
            return {"type": "image_url", "image_url": {"url": url_of(part)}}
        case DocumentPart():
            return _document(part, accent)
        case _:
            assert_never(part)


def _document(part: DocumentPart, accent: Accent) -> dict[str, Any]:
    match accent.document:
        case "document_url":
            return {"type": "document_url", "document_url": url_of(part)}
        case "file_url":  # its bytes come without the head of a `data:` URL
            return {"type": "file_url", "file_url": {"url": part.url or base64_data(part)}}
        case "file" if part.url is not None:
            raise LabError(
                ErrorKind.USAGE,
                "chat completions take no documents by address",
                "download it and attach the file",
            )
        case "file" | "file_by_address":
            name = part.name or "document.pdf"
            return {"type": "file", "file": {"filename": name, "file_data": url_of(part)}}
        case _:
            assert_never(accent.document)


def chat_parameters(model: str, given: Parameters, accent: Accent) -> dict[str, Any]:
    newer = _REASONING_FAMILIES.match(model)
    words = {"max_tokens": "max_completion_tokens"} if newer else {}
    words |= accent.words
    values: dict[str, Any] = {
        "temperature": given.temperature,
        "top_p": given.top_p,
        "top_k": given.top_k,
        "max_tokens": given.max_tokens,
        "stop": list(given.stop) if given.stop else None,
        "seed": given.seed,
        "response_format": _response_format(given.schema),
        **_reasoning(given.reasoning, accent),
        **_logprobs(given.logprobs, accent),
    }
    return {words.get(name, name): value for name, value in values.items() if value is not None}


def _reasoning(asked: str | int | None, accent: Accent) -> dict[str, Any]:
    if asked is None:
        return {}
    word = asked if isinstance(asked, str) else None if asked else "none"
    match accent.reasoning:
        case "object":
            return {"reasoning": {"max_tokens": asked} if word is None else {"effort": word}}
        case _ if word is None:
            return {}
        case "effort":
            return {"reasoning_effort": word}
        case "thinking":
            if word == "none":
                return {"thinking": {"type": "disabled"}}
            return {"thinking": {"type": "enabled"}, "reasoning_effort": word}
        case "template":
            # Templates with a switch read the one, templates with levels the other; vLLM has some
            # models that do without a template, and are told by the field.
            if word == "none":
                return {"chat_template_kwargs": {"enable_thinking": False}}
            arguments = {"enable_thinking": True, "reasoning_effort": word}
            return {"reasoning_effort": word, "chat_template_kwargs": arguments}
        case _:
            assert_never(accent.reasoning)


def _logprobs(asked: int | None, accent: Accent) -> dict[str, Any]:
    if asked is None:
        return {}
    if accent.counts_logprobs:
        return {"logprobs": max(1, asked)}
    return {"logprobs": True, "top_logprobs": asked or None}


def _response_format(schema: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if schema is None:
        return None
    form = {"name": "answer", "strict": True, "schema": schema}
    return {"type": "json_schema", "json_schema": form}


def dropped_parameters(given: Parameters, accent: Accent) -> tuple[tuple[str, str], ...]:
    """What there is no word for, and why."""
    is_budget = isinstance(given.reasoning, int) and given.reasoning > 0
    if is_budget and accent.reasoning != "object":
        return (("reasoning", "chat completions take an effort word, not a budget"),)
    return ()
