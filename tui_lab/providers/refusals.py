"""Which parameter a provider refused, so that it can be dropped once, with a note."""

from __future__ import annotations

import re

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.parameters import PARAMETER_NAMES

_WIRE_NAMES = (
    r"temperature|top_?[pk]|max_(?:completion_|output_)?tokens|stop(?:_sequences| sequences)?|"
    r"(?:random_)?seed|(?:top_?|response_)?logprobs|reasoning_?effort|thinking|"
    r"response_?format|response format|json mode|json_schema|structured outputs"
)
_REFUSED = (
    r"not supported|unsupported|not enabled|not permitted|unavailable|deprecated|must be unset|"
    r"may only be set|cannot both be|only \d+ is allowed"
)

# Each finds the wire's name of the parameter, in the words of OpenAI, Anthropic, xAI, Groq,
# Gemini, Ollama and kin: first where its place tells it, then known names beside a refusal.
_REFUSALS = (
    re.compile(r"(?:unsupported|unknown) (?:parameter|value|argument): ['\"`]?([\w.]+)", re.I),
    re.compile(r"unrecognized (?:request )?arguments?(?: supplied)?: ['\"`]?(\w+)", re.I),
    re.compile(r"([\w.]+): extra inputs are not permitted", re.I),
    re.compile(r"does not support (?:the )?(?:parameter )?['\"`]?(effort)\b", re.I),
    re.compile(r"does not support (?:the )?parameters?:? ['\"`]?(\w+)", re.I),
    re.compile(r"argument not supported on this model: ['\"`]?(\w+)", re.I),
    re.compile(r"unknown name \\?['\"`](\w+)", re.I),
    re.compile(r"\b(think) value .{1,20} is not supported", re.I),
    re.compile(r"(?:only works in|the) (thinking) (?:mode|budget [-\d]+ is invalid)", re.I),
    re.compile(r"\b(thinking)[\w.]*: input should be", re.I),
    re.compile(rf"\b({_WIRE_NAMES})\b[^;\n]{{0,40}}?\b(?:{_REFUSED})\b", re.I),
    re.compile(rf"\b(?:does not|not) support\b[^.;\n]{{0,30}}?\b({_WIRE_NAMES})\b", re.I),
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
    "json_schema": "schema",
    "response format": "schema",
    "structured outputs": "schema",
    "stop sequences": "stop",
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


_INSTEAD = re.compile(r"\buse ['\"`]?(max_(?:completion_|output_)?tokens)\b.{0,2} instead", re.I)


def wanted_word(error: LabError) -> str | None:
    """The word that a refusal asks for in place of the one that was sent."""
    found = _INSTEAD.search(error.message)
    return found.group(1) if found else None


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
