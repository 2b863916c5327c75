"""Log probabilities of simulated tokens: always the same for a token."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from zlib import crc32

from tui_lab.sandbox.asked import RequestError

_ALTERNATIVES = (" the", " a", " it", " and", " of", " in", " to", ".", ",", " is")


def alternatives_asked(given: Mapping[str, Any], name: str) -> int:
    """How many alternatives are asked for, 0 if none; raises `RequestError`."""
    number = given.get(name) or 0
    if not isinstance(number, int) or not 0 <= number <= 20:
        raise RequestError(
            f"Invalid '{name}': expected an integer from 0 to 20.",
            param=name,
            code="invalid_value",
        )
    return number


def logprob(token: str, alternatives: int) -> dict[str, Any]:
    """OpenAI's form: the token's own, and less for each alternative."""
    chance = 0.5 + crc32(token.encode("utf-8", "replace")) % 500 / 1000
    others = [other for other in _ALTERNATIVES * 2 if other != token]
    ranked = [_scored(token, chance)] + [
        _scored(other, (1 - chance) / 2**rank) for rank, other in enumerate(others, 1)
    ]
    return ranked[0] | {"top_logprobs": ranked[:alternatives]}


def _scored(token: str, chance: float) -> dict[str, Any]:
    return {
        "token": token,
        "logprob": round(math.log(chance), 6),
        "bytes": list(token.encode("utf-8", "replace")),
    }
