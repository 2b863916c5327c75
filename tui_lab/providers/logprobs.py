"""Log probabilities of tokens, in the one form that events carry (`core.events.TextDelta`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_lab.providers.payload import as_list, as_number, as_object, as_text
from tui_lab.providers.unicode_text import valid_text

Logprobs = tuple[Mapping[str, Any], ...]


def token_logprobs(tokens: object) -> Logprobs:
    """Those of a list of `{token, logprob, top_logprobs}`: OpenAI's form, and Ollama's."""
    return tuple(
        _scored(token) | {"top": [_scored(as_object(other)) for other in _alternatives(token)]}
        for token in map(as_object, as_list(tokens))
    )


def choice_logprobs(told: object, text: object) -> Logprobs:
    """Those of a choice: in OpenAI's form, or in Together's.

    Together's are two lists (`LogprobsPart` in its SDK, together/types/common.py), and in a stream
    one number beside one token.
    """
    match told:
        case {"tokens": list() as tokens, "token_logprobs": list() as values}:
            pairs = zip(tokens, values, strict=False)
            return tuple(scored(token, value) | {"top": []} for token, value in pairs)
        case dict():
            return token_logprobs(told.get("content"))
        case _ if as_number(told) is not None:
            return (scored(text, told) | {"top": []},)
        case _:
            return ()


def scored(token: object, logprob: object) -> dict[str, Any]:
    """One token and its natural logarithm of probability."""
    return {"token": valid_text(as_text(token)), "logprob": as_number(logprob)}


def _scored(token: Mapping[str, Any]) -> dict[str, Any]:
    return scored(token.get("token"), token.get("logprob"))


def _alternatives(token: Mapping[str, Any]) -> list[Any]:
    return as_list(token.get("top_logprobs"))
