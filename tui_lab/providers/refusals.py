"""Which parameter a provider refused, so that it can be dropped once, with a note."""

from __future__ import annotations

import re

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.parameters import PARAMETER_NAMES

# Each finds the wire's name of the parameter. Words of OpenAI, Anthropic, xAI, Groq and kin; the
# last four are Gemini's and Ollama's.
_REFUSALS = (
    re.compile(r"(?:unsupported|unknown) (?:parameter|value|argument): ['\"`]?([\w.]+)", re.I),
    re.compile(r"([\w.]+): extra inputs are not permitted", re.I),
    re.compile(r"does not support (?:the )?(?:parameter )?['\"`]?(effort)\b", re.I),
    re.compile(r"does not support (?:the )?parameters?:? ['\"`]?(\w+)", re.I),
    re.compile(r"argument not supported on this model: ['\"`]?(\w+)", re.I),
    re.compile(
        r"['\"`](\w+)['\"`] (?:is|are) (?:not supported|unsupported|deprecated) "
        r"(?:for|with|by|on|in) (?:this|the \w+) model",
        re.I,
    ),
    re.compile(r"unknown name \\?['\"`](\w+)", re.I),
    re.compile(r"does not support (thinking)\b", re.I),
    re.compile(
        r"\b(thinking|logprobs|json mode|seed)(?: \w+){0,2} is not (?:enabled|supported)", re.I
    ),
    re.compile(r"(?:only works in|the) (thinking) (?:mode|budget [-\d]+ is invalid)", re.I),
)
_PARAM_FIELD = re.compile(r'"param"\s*:\s*"([\w.]+)')

_OURS = {
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "num_predict": "max_tokens",
    "stop_sequences": "stop",
    "random_seed": "seed",
    "top_logprobs": "logprobs",
    "response_format": "schema",
    "format": "schema",
    "json mode": "schema",
    "response_mime_type": "schema",
    "response_json_schema": "schema",
    "response_logprobs": "logprobs",
    "reasoning_effort": "reasoning",
    "effort": "reasoning",
    "summary": "reasoning",  # OpenAI shows it only to organisations that it has verified
    "think": "reasoning",
    "thinking": "reasoning",
    "thinking_budget": "reasoning",
    "thinking_config": "reasoning",
    "thinking_level": "reasoning",
}


def refused_word(message: str) -> str | None:
    """The wire's name of the parameter that this message refuses; None if it refuses none."""
    for refusal in _REFUSALS:
        if found := refusal.search(message):
            return found.group(1)
    return None


def refused_parameter(error: LabError) -> str | None:
    """The name in `Parameters` of what was refused; None if that is not one of ours."""
    if error.kind is not ErrorKind.UNSUPPORTED_PARAMETER:
        return None
    word = refused_word(error.message)
    if word is None and (field := _PARAM_FIELD.search(error.raw or "")):
        word = field.group(1)
    return _our_name(word) if word else None


def _our_name(word: str) -> str | None:
    # camelCase (xAI) and the last part of a path (`output_config.effort`) mean the same.
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word.strip(".").rpartition(".")[2]).lower()
    name = _OURS.get(name, name)
    return name if name in PARAMETER_NAMES else None
