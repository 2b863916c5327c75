"""Why a model cannot answer a prompt, or may not: in words for people, None where it can.

A person who names a model may try what nobody knows; a model that is chosen for them must be known
to read what is attached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from tui_lab.core.estimate import Estimate
from tui_lab.core.model_facts import Input, ModelFacts
from tui_lab.core.money import dollars
from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef


@dataclass(frozen=True, slots=True)
class Spending:
    """How much a prompt may cost, US dollars, each with the name of who says so.

    `limits` are for one run; `unknown` names what lets nothing through whose price nobody knows.
    `in_total` is for all of `times` runs together.
    """

    limits: tuple[tuple[str, Decimal], ...] = ()
    unknown: str | None = None
    times: int = 1
    in_total: Decimal | None = None


def too_long(facts: ModelFacts, tokens: int, parameters: Parameters) -> str | None:
    """Whether prompt and answer are more than a context window that is known."""
    needed = tokens + (parameters.max_tokens or 0)
    if facts.guessed or needed <= facts.context_window:
        return None
    answer = " with the answer" if parameters.max_tokens else ""
    return f"it reads {facts.context_window:,} tokens; the prompt has about {needed:,}{answer}"


def unreadable(facts: ModelFacts, attached: Sequence[Input], *, named: bool) -> str | None:
    """`named`: the person has named the model, and may know more than we do."""
    for kind in attached:
        reads = facts.reads(kind)
        if reads is False:
            return f"it reads no {kind}s"
        if reads is None and not named:
            return f"nobody knows whether it reads {kind}s"
    return None


def unable(facts: ModelFacts, parameters: Parameters) -> str | None:
    """Whether an answer would not be what was asked for: other parameters can be left out."""
    if parameters.schema is not None and "schema" in facts.refused:
        return "it takes no schema"
    return None


def too_dear(estimate: Estimate, spending: Spending) -> str | None:
    """Whether it may cost more than is allowed: counted with the longest answer."""
    if estimate.unknown:
        who = spending.unknown or ("--max-total" if spending.in_total is not None else None)
        return f"nobody knows what it costs, and {who} lets no such run through" if who else None
    for who, most in spending.limits:
        if estimate.cap > most:
            return f"it may cost up to {dollars(estimate.cap)}, and {who} is {dollars(most)}"
    total = estimate.cap * spending.times
    if spending.in_total is not None and total > spending.in_total:
        return f"it may cost up to {dollars(total)} in all, of {dollars(spending.in_total)}"
    return None


def fits(model: ModelRef, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns (as of file names) is for this model: by its full name, its
    name, or its provider.
    """
    names = (str(model), model.model, model.provider)
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns for name in names)
