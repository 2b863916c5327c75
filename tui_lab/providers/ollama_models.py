"""What Ollama tells of its models one by one: its list holds no more than their names.

https://docs.ollama.com/api-reference/show-model-details
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_lab.core.errors import LabError
from tui_lab.core.model_facts import Input, ListedModel
from tui_lab.core.parameters import REASONING_EFFORTS
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.get_json import get_json
from tui_lab.providers.payload import as_count, as_list, as_object, as_text

if TYPE_CHECKING:  # the HTTP client is slow to import, and here only a type
    from tui_lab.providers.http import HttpRoom

_NUM_CTX = re.compile(r"^num_ctx\s+(\d{1,9})\s*$", re.MULTILINE)


async def described(
    room: HttpRoom,
    provider: Provider,
    key: Secret | None,
    models: Sequence[ListedModel],
    *,
    connect_s: float,
    total_s: float,
) -> tuple[ListedModel, ...]:
    """The models with what is told of each; one that is not told of in time stays as it is."""

    async def ask(model: ListedModel) -> ListedModel | None:
        try:
            async with asyncio.timeout(total_s):
                asked = {"model": model.id}
                told = await get_json(
                    room, provider, key, "/api/show", connect_s=connect_s, posted=asked
                )
        except (LabError, TimeoutError):
            return model
        return _with_facts(model, told)

    answers = await asyncio.gather(*map(ask, models))
    return tuple(model for model in answers if model is not None)


def _with_facts(model: ListedModel, told: Mapping[str, Any]) -> ListedModel | None:
    """None for one that one cannot talk to."""
    able = as_list(told.get("capabilities"))
    if able and "completion" not in able:
        return None
    sees: frozenset[Input] = frozenset({"image"} if "vision" in able else ())
    return replace(
        model,
        context_window=_context_window(told),
        inputs=sees if able else None,
        efforts=_efforts(able, as_object(told.get("thinking"))),
    )


def _context_window(told: Mapping[str, Any]) -> int | None:
    """What the model can read, or less where its Modelfile sets that."""
    info = as_object(told.get("model_info")).items()
    trained = next((as_count(n) for name, n in info if name.endswith(".context_length")), None)
    chosen = _NUM_CTX.search(as_text(told.get("parameters")))
    windows = [trained, int(chosen[1]) if chosen else None]
    return min((window for window in windows if window), default=None)


def _efforts(able: Sequence[Any], thinking: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The words that it takes: none where it does not think, None where it does not name them."""
    if able and "thinking" not in able:
        return ()
    values = as_list(thinking.get("values"))
    words = [word for word in REASONING_EFFORTS if word in values]
    return (*(["none"] if False in values else []), *words) if words else None
