"""What a call may cost, before it is made. Arithmetic alone: every key press can have it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tui_lab.core.attachment_tokens import estimate_attachments
from tui_lab.core.messages import Message
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.money import dollars
from tui_lab.core.parameters import Parameters
from tui_lab.core.price import Price
from tui_lab.core.tokens import estimate_messages

LIKELY_ANSWER = 400
"""Tokens of an answer where nobody knows more: most recorded chat answers have 150 to 600."""

LIKELY_THOUGHT = 1200
"""Tokens that a reasoning model thinks before it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """US dollars: for a short answer, for one of usual length, and for the longest.

    `bound`: the longest is as long as the call lets it be; else it is as long as is assumed, and a
    longer one costs more. `unknown` counts the calls in a sum whose price nobody knows.
    """

    low: Decimal = Decimal(0)
    likely: Decimal = Decimal(0)
    cap: Decimal = Decimal(0)
    bound: bool = True
    unknown: int = 0

    @property
    def likely_words(self) -> str:
        """`~$0.00042`, `$0`, `?`."""
        if not self.cap:
            return "?" if self.unknown else "$0"
        return f"~{dollars(self.likely)}{' + ?' if self.unknown else ''}"

    @property
    def words(self) -> str:
        """`~$0.00042 ≤$0.0012`; `$0`, `?`, `~$0.00042 + ?` where not all is known."""
        if not self.cap:
            return "?" if self.unknown else "$0"
        most = f" ≤{dollars(self.cap)}" if self.bound and not self.unknown else ""
        return f"~{dollars(self.likely)}{most}{' + ?' if self.unknown else ''}"


UNKNOWN = Estimate(unknown=1)


def prompt_tokens(system: str | None, messages: Sequence[Message], facts: ModelFacts) -> int:
    """Words and files together; it takes a while for long ones."""
    return estimate_messages(system, messages) + estimate_attachments(messages, facts.vendor)


def sent_tokens(prompt: int, facts: ModelFacts, *, truncate: bool) -> int:
    """So many of a prompt's tokens are sent at most: one that may be cut is cut to the window."""
    return min(prompt, facts.context_window) if truncate else prompt


def most_output(parameters: Parameters, facts: ModelFacts, assumed: int) -> int:
    """As many tokens as the person allows, else as are assumed, and no more than the model can."""
    wanted = parameters.max_tokens
    if wanted is None:
        reasoning = parameters.reasoning
        wanted = assumed + (reasoning if isinstance(reasoning, int) else 0)
    return wanted if facts.max_output is None else min(wanted, facts.max_output)


def likely_output(parameters: Parameters, facts: ModelFacts) -> int:
    """Tokens of a usual answer, with the thought before it where the model thinks."""
    reasoning, steered = parameters.reasoning, facts.reasoning
    if isinstance(reasoning, int):
        return LIKELY_ANSWER + reasoning
    thinks = reasoning not in (None, "none") or (
        reasoning is None and steered is not None and steered.unasked
    )
    return LIKELY_ANSWER + (LIKELY_THOUGHT if thinks else 0)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What an estimate needs of a chosen model, looked up once: so it stays what it was shown as.

    `assumed`: tokens of an answer where `max_tokens` is not set.
    """

    price: Price | None
    facts: ModelFacts
    assumed: int

    def estimate(self, input_tokens: int, parameters: Parameters) -> Estimate:
        """For one call with so much input."""
        if self.price is None:
            return UNKNOWN
        most = most_output(parameters, self.facts, self.assumed)
        likely = min(likely_output(parameters, self.facts), most)
        allowed = self.facts.max_output
        return Estimate(
            self.price.usd(input_tokens, likely // 4),
            self.price.usd(input_tokens, likely),
            self.price.usd(input_tokens, most),
            bound=parameters.max_tokens is not None or most == allowed,
        )


def in_total(estimates: Iterable[Estimate], times: int = 1) -> Estimate:
    """The sum, each of them so many times."""
    low = likely = cap = Decimal(0)
    bound, unknown = True, 0
    for one in estimates:
        low, likely, cap = low + one.low, likely + one.likely, cap + one.cap
        bound, unknown = bound and one.bound, unknown + one.unknown
    return Estimate(low * times, likely * times, cap * times, bound, unknown * times)
