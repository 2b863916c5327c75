"""What running the prompt may cost, with every key that is pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_lab.core.budget import LimitState
    from tui_lab.core.estimate import Estimate, Tariff
    from tui_lab.core.messages import Message
    from tui_lab.core.parameters import Parameters
    from tui_lab.core.refs import ModelRef


def _estimate(messages: Sequence[Message], vendor: str) -> int:
    from tui_lab.core.attachment_tokens import estimate_attachments

    return estimate_attachments(messages, vendor)


class PromptCosts:
    """Prices are those of the moment when a model was chosen; files are counted once."""

    def __init__(self, count: Callable[..., int] = _estimate) -> None:
        self._count = count
        self.tariffs: Mapping[ModelRef, Tariff] = {}
        self.budgets: tuple[LimitState, ...] = ()
        self._counted: list[object] = []
        self._files: dict[str, int] = {}

    def of(
        self,
        models: Sequence[ModelRef],
        parameters: Parameters,
        messages: Sequence[Message],
        words: int,
    ) -> dict[ModelRef, Estimate]:
        """One call of each model; those that are not looked up yet are left out.

        `words` are the tokens of all that is text.
        """
        return {
            model: tariff.estimate(words + self._tokens(messages, tariff.facts.vendor), parameters)
            for model in models
            if (tariff := self.tariffs.get(model)) is not None
        }

    def tokens_in(self, models: Sequence[ModelRef], messages: Sequence[Message], words: int) -> int:
        """What one call reads, of the model that counts the most for what is attached."""
        vendors = {self.tariffs[one].facts.vendor if one in self.tariffs else "" for one in models}
        return words + max(self._tokens(messages, vendor) for vendor in vendors or {""})

    def over(self, estimates: Mapping[ModelRef, Estimate]) -> str:
        """`■ over today's budget`: what would block these calls, `!` where it only warns."""
        from tui_lab.core.budget import OverBudget, without_room

        calls = [(model.provider, one.cap) for model, one in estimates.items() if not one.unknown]
        state = without_room(self.budgets, calls)
        if state is None:
            return ""
        sign = "■" if state.limit.over is OverBudget.BLOCK else "!"
        return f"{sign} over {state.limit.name}"

    def _tokens(self, messages: Sequence[Message], vendor: str) -> int:
        """Of what is attached: it may have megabytes, and changes rarely."""
        parts = [part for message in messages for part in message.attachments]
        same = len(parts) == len(self._counted) and all(map(_is, parts, self._counted))
        if not same:
            self._counted, self._files = [*parts], {}
        if vendor not in self._files:
            self._files[vendor] = self._count(messages, vendor)
        return self._files[vendor]


def _is(first: object, second: object) -> bool:
    return first is second
