"""What of a request a model takes: decided from facts, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import ImagePart, Message
from tui_lab.core.model_facts import Input, ModelFacts, Reasoning
from tui_lab.core.parameters import Parameters

Dropped = tuple[str, str]
"""The name of a parameter that is not sent, and why."""


def fit_parameters(facts: ModelFacts, given: Parameters) -> tuple[Parameters, tuple[Dropped, ...]]:
    """What can be sent, and what cannot, with reasons.

    A parameter that the model refuses is dropped. Raises `LabError` of kind `usage` for a value
    beyond the limits of one that it takes.
    """
    dropped = dict(_refused(facts, given))
    fitting = given.without(*dropped)
    _check_limits(facts, fitting)
    return fitting, tuple(dropped.items())


def check_attachments(facts: ModelFacts, messages: Iterable[Message]) -> None:
    """Raises `LabError` of kind `usage` for an attachment that the model certainly cannot read."""
    for part in (part for message in messages for part in message.attachments):
        kind: Input = "image" if isinstance(part, ImagePart) else "document"
        if facts.reads(kind) is False:
            unread = f"takes no {kind}s where it is served"
            instead = "give its text instead" if kind == "document" else "leave it out"
            raise LabError(
                ErrorKind.USAGE,
                f"{facts.name} {unread if kind in facts.unread else f'reads no {kind}s'}",
                f"{instead}, or choose one that does: tui-lab models --can {kind}",
            )


def _refused(facts: ModelFacts, given: Parameters) -> Iterator[Dropped]:
    """Those that are set and cannot be sent; the first reason for each comes last."""
    wanted = given.as_dict()
    exclusive = [name for name in facts.exclusive if name in wanted]
    for name in exclusive[1:]:
        yield name, f"{facts.name} takes only one of {' and '.join(facts.exclusive)}"
    steerable = _reasoning_fault(facts.name, facts.reasoning, given.reasoning)
    if steerable is not None:
        yield "reasoning", steerable
    if _reasons(facts, None if steerable or "reasoning" in facts.refused else given.reasoning):
        for name in facts.refused_reasoning & wanted.keys():
            yield name, f"{facts.name} does not take it while it reasons"
    for name in facts.refused & wanted.keys():
        yield name, f"{facts.name} does not take it"


def _reasoning_fault(
    model: str, reasoning: Reasoning | None, given: str | int | None
) -> str | None:
    """Why this word or budget cannot be sent; None if it can, or if nobody knows."""
    if given is None or reasoning is None:
        return None
    if not reasoning.efforts and reasoning.budget is None:
        return f"{model} cannot be told how much to reason"
    if isinstance(given, str) and given not in reasoning.efforts:
        words = ", ".join(reasoning.efforts) or "no words"
        budget = "" if reasoning.budget is None else " or a number of tokens"
        return f"{model} takes {words}{budget}"
    if isinstance(given, int) and reasoning.budget is None:
        return f"{model} takes {', '.join(reasoning.efforts)}, not a number of tokens"
    return None


def _reasons(facts: ModelFacts, asked: str | int | None) -> bool:
    if asked is None:
        return facts.reasoning is not None and facts.reasoning.unasked
    return asked not in ("none", 0)


def _check_limits(facts: ModelFacts, given: Parameters) -> None:
    temperature, tokens, reasoning = given.temperature, given.max_tokens, given.reasoning
    if temperature is not None and temperature > facts.highest_temperature:
        raise _beyond(
            facts, f"temperature cannot be {temperature:g}", f"0 to {facts.highest_temperature:g}"
        )
    if tokens is not None and facts.max_output is not None and tokens > facts.max_output:
        raise _beyond(facts, f"max_tokens cannot be {tokens}", f"1 to {facts.max_output}")
    if isinstance(reasoning, int) and facts.reasoning and facts.reasoning.budget:
        least, most = facts.reasoning.budget
        switched_off = reasoning == 0 and "none" in facts.reasoning.efforts
        if not (least <= reasoning <= most or switched_off):
            raise _beyond(
                facts, f"reasoning cannot be {reasoning} tokens", f"{least} to {most} tokens"
            )


def _beyond(facts: ModelFacts, message: str, allowed: str) -> LabError:
    return LabError(ErrorKind.USAGE, f"{message} for {facts.name}", f"it takes {allowed}")
