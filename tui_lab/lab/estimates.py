"""What drafts may cost, as a face sees it before it runs them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from decimal import Decimal

from tui_lab.core.draft import Draft
from tui_lab.core.estimate import Estimate, Tariff, in_total, prompt_tokens, sent_tokens
from tui_lab.core.model_facts import ModelFacts
from tui_lab.core.money import dollars
from tui_lab.core.refs import ModelRef
from tui_lab.engine.thread import LoopThread
from tui_lab.lab.models import LabModels
from tui_lab.settings import Settings


@dataclass(frozen=True, slots=True)
class DraftEstimate:
    """What a draft may cost: one run of each of its models and fallbacks, and all of its runs
    together, each by the dearest that may answer it.

    `confirm` is the sum from which on the person wants to be asked first, None: never.
    """

    runs: Mapping[ModelRef, Estimate]
    total: Estimate
    confirm: Decimal | None = None

    @property
    def question(self) -> str | None:
        """What the person is to be asked before it is run; None where there is no need to."""
        if self.confirm is None or self.total.cap < self.confirm or not self.total.cap:
            return None
        most = dollars(self.total.cap)
        may = f"up to {most}" if self.total.bound else f"{most} or more"
        return (
            f"this may cost {may}, likely {dollars(self.total.likely)}; "
            f"you want to be asked from {dollars(self.confirm)} on"
        )


class LabEstimates:
    """Prices are looked up beside the loops; what comes after that is arithmetic."""

    def __init__(self, settings: Settings, models: LabModels, thread: LoopThread) -> None:
        self._settings = settings
        self._models = models
        self._thread = thread

    def tariffs(
        self, models: Iterable[ModelRef], workspace: str
    ) -> Future[Mapping[ModelRef, Tariff]]:
        """What an estimate needs of these models. Those of no provider are left out."""
        return self._thread.call(asyncio.to_thread(self._tariffs, tuple(models), workspace))

    def of(self, draft: Draft) -> Future[DraftEstimate]:
        """What a draft may cost, its tokens counted whole."""
        return self._thread.call(asyncio.to_thread(self._of, draft))

    def together(self, drafts: Sequence[Draft]) -> Future[DraftEstimate]:
        """The same for several drafts of the same models and workspace; `runs` are the first's."""
        return self._thread.call(asyncio.to_thread(self._together, drafts))

    def _tariffs(self, models: Iterable[ModelRef], workspace: str) -> Mapping[ModelRef, Tariff]:
        return {
            model: Tariff(
                self._models.price(model),
                self._models.facts(model),
                self._settings.budget_rules_of(workspace, model.provider).assume_output,
            )
            for model in models
            if model.provider in self._models.providers
        }

    def _together(self, drafts: Sequence[Draft]) -> DraftEstimate:
        each = [self._of(draft) for draft in drafts]
        return replace(each[0], total=in_total(one.total for one in each))

    def _of(self, draft: Draft) -> DraftEstimate:
        asked = (*draft.models, *draft.fallbacks)
        runs = {
            model: tariff.estimate(_sent(draft, tariff.facts), draft.parameters)
            for model, tariff in self._tariffs(asked, draft.workspace).items()
        }
        stand_ins = [runs[model] for model in draft.fallbacks if model in runs]
        dearest = [
            max([runs[model], *stand_ins], key=lambda one: one.cap)
            for model in draft.models
            if model in runs
        ]
        total = in_total(dearest, draft.repeat)
        return DraftEstimate(runs, total, self._settings.confirm_above(draft.workspace))


def _sent(draft: Draft, facts: ModelFacts) -> int:
    whole = prompt_tokens(draft.system, draft.messages, facts)
    return sent_tokens(whole, facts, truncate=draft.truncate)
