"""What a draft asks of one model, once it is fitted to what the model takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tui_lab.core.draft import Draft
from tui_lab.core.messages import Message
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.refs import ModelRef
from tui_lab.models.context import fit_context
from tui_lab.models.fitting import check_attachments, fit_parameters
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.wire import Call

T = TypeVar("T")

LONG_PROMPT = 100_000
"""Characters of a prompt that is worked on beside the event loop."""


@dataclass(frozen=True, slots=True)
class FittedCall:
    """A call that the model takes, as far as that is known.

    `dropped` are the parameters that are left out, and why; `note` says what was done to the
    prompt, or what is doubtful about it; `cut` are the messages where they are not the draft's own.
    """

    call: Call
    dropped: tuple[tuple[str, str], ...] = ()
    note: str | None = None
    cut: tuple[Message, ...] | None = None


def fitted_call(draft: Draft, model: ModelRef, provider: Provider, facts: ModelFacts) -> FittedCall:
    """The call for one model. Raises `LabError` for what it certainly does not take.

    `usage`: an attachment that it cannot read, a value beyond its limits, an option that the
    provider does not have. `context_overflow`: a prompt that is too long.
    """
    options = draft.options.get(provider.id, {})
    headers = {name.lower(): value for name, value in provider.headers.items()}
    headers |= provider.option_headers(options)
    if window := provider.window_set(options):
        facts = replace(facts, context_window=window, guessed=False)
    check_attachments(facts, draft.messages)
    parameters, dropped = fit_parameters(facts, draft.parameters)
    prompt = fit_context(
        facts, draft.system, draft.messages, parameters.max_tokens, truncate=draft.truncate
    )
    call = Call(
        model=model.model,
        messages=prompt.messages,
        system=draft.system,
        parameters=parameters,
        stream=draft.stream,
        headers=headers,
        accent=provider.accent,
    )
    cut = prompt.messages if prompt.messages != draft.messages else None
    return FittedCall(call, dropped, prompt.note, cut)


async def beside_the_loop(messages: Sequence[Message], work: Callable[[], T]) -> T:
    """Does something that takes time by the length of these messages.

    Tokens of a long prompt take a while to count: the other lanes must not wait for that.
    """
    long = sum(len(message.text) for message in messages) > LONG_PROMPT
    return await asyncio.to_thread(work) if long else work()
