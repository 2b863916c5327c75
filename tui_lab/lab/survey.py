"""Every model that the lab knows, held against one draft: who can be asked, and who cannot and why.

All of it takes time (servers are looked for, prices looked up, tokens counted): not for a loop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from tui_lab.core.attachment_tokens import estimate_attachments
from tui_lab.core.budget import OverBudget, Period, UnknownCost
from tui_lab.core.draft import Draft
from tui_lab.core.errors import LabError
from tui_lab.core.estimate import Tariff, sent_tokens
from tui_lab.core.messages import ImagePart
from tui_lab.core.model_facts import Input
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Exclusion, Level, Preferences, Ratings
from tui_lab.core.tokens import estimate_messages
from tui_lab.lab.models import LabModels
from tui_lab.models.fitting import fit_parameters
from tui_lab.routing.obstacles import Spending, fits, too_dear, too_long, unable, unreadable
from tui_lab.routing.quality import Quality, QualityTable, corrected
from tui_lab.routing.strategies import Option
from tui_lab.settings import Settings


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a choice beside the draft: it is run `times` times, for at most `in_total`
    US dollars, by models of at least this quality (0 to 100). `level` is how hard it is, where
    nobody need look for that.
    """

    times: int = 1
    in_total: Decimal | None = None
    least_quality: float = 0
    level: Level | None = None


NO_MORE = Demand()


class Survey:
    """One draft and all models; `first` is the one that the person has named, None: nobody."""

    def __init__(
        self,
        draft: Draft,
        first: ModelRef | None,
        demand: Demand,
        *,
        models: LabModels,
        settings: Settings,
        table: QualityTable,
        ratings: Mapping[str, Ratings],
    ) -> None:
        self._draft = draft
        self._first = first
        self._demand = demand
        self._models = models
        self._settings = settings
        self._table = table
        self._ratings = ratings
        self._preferences: Preferences = settings.preferences_of(draft.workspace)
        self._attached = _attached(draft)
        self._words = estimate_messages(draft.system, draft.messages)
        self._files = lru_cache(lambda vendor: estimate_attachments(draft.messages, vendor))
        self._runs = lru_cache(lambda provider: models.is_running(models.providers[provider]))

    def present(self) -> tuple[list[ModelRef], list[Exclusion]]:
        """Those whose providers can be asked now, and the others."""
        known = self._models.known()
        if self._first is not None and self._first not in known:
            known = [self._first, *known]
        return _sorted_out((model, self._absence(model)) for model in known)

    def fitting(self, models: Iterable[ModelRef]) -> tuple[list[Option], list[Exclusion]]:
        """Those of the models that can answer for what may be spent, and the others."""
        options: list[Option] = []
        exclusions: list[Exclusion] = []
        for model in models:
            option = self._option(model)
            if isinstance(option, str):
                exclusions.append(Exclusion(model, option))
            else:
                options.append(option)
        return options, exclusions

    def quality(self, model: ModelRef) -> Quality:
        """As the person says, else by the table and the ratings."""
        found = self._table.find(self._models.facts(model).name)
        own = self._preferences.quality.get(str(model).lower())
        if own is not None:
            return replace(found, score=own, guessed=False)
        return corrected(found, self._ratings.get(str(model)))

    def _absence(self, model: ModelRef) -> str | None:
        provider = self._models.providers.get(model.provider)
        if provider is None:
            return f"there is no provider {model.provider!r}"
        if model != self._first and fits(model, self._preferences.excluded):
            return "your settings exclude it"
        if provider.simulated and not self._names(model):
            return "simulated models are never chosen by themselves"
        try:
            provider.check_model(model.model)
        except LabError as error:
            return error.message
        if not self._models.is_usable(model):
            return f"{provider.name} has no key ({' or '.join(provider.key_env)})"
        if not self._runs(model.provider):
            return f"{provider.name} is not running"
        return None

    def _names(self, model: ModelRef) -> bool:
        """Whether the person has named it, or its provider; a pattern for all is not enough."""
        by_provider = [
            pattern
            for pattern in self._preferences.preferred
            if pattern.partition("/")[0] == model.provider
        ]
        return model == self._first or fits(model, by_provider)

    def _option(self, model: ModelRef) -> Option | str:
        """What is known of it for this draft, or why it cannot answer."""
        draft, provider = self._draft, self._models.providers[model.provider]
        facts, quality = self._models.facts(model), self.quality(model)
        if window := provider.window_set(draft.options.get(provider.id, {})):
            facts = replace(facts, context_window=window, guessed=False)
        tokens = self._words + self._files(facts.vendor)
        try:
            parameters, _ = fit_parameters(facts, draft.parameters)
        except LabError as error:
            return error.message
        rules = self._settings.budget_rules_of(draft.workspace, provider.id)
        tariff = Tariff(self._models.price(model), facts, rules.assume_output)
        sent = sent_tokens(tokens, facts, truncate=draft.truncate)
        estimate = tariff.estimate(sent, parameters)
        obstacle = (
            unreadable(facts, self._attached, named=model == self._first)
            or unable(facts, draft.parameters)
            or (None if draft.truncate else too_long(facts, tokens, parameters))
            or too_dear(estimate, self._spending(provider.id))
            or self._too_bad(quality)
        )
        return obstacle or Option(
            model,
            quality,
            estimate,
            tier=provider.tier,
            preferred=fits(model, self._preferences.preferred),
        )

    def _too_bad(self, quality: Quality) -> str | None:
        least = self._demand.least_quality
        return f"{quality.words} is below {least:.0f}" if quality.score < least else None

    def _spending(self, provider: str) -> Spending:
        rules = self._settings.budget_rules_of(self._draft.workspace, provider)
        limits = [
            (limit.setting, limit.usd)
            for limit in rules.limits
            if limit.period is Period.RUN and limit.over is OverBudget.BLOCK
        ]
        unknown = "budgets.unknown" if rules.unknown is UnknownCost.BLOCK else None
        if self._draft.max_cost is not None:
            limits.append(("--max-cost", self._draft.max_cost))
            unknown = "--max-cost"
        return Spending(tuple(limits), unknown, self._demand.times, self._demand.in_total)


def _attached(draft: Draft) -> tuple[Input, ...]:
    parts = [part for message in draft.messages for part in message.attachments]
    kinds: tuple[Input, ...] = ("image", "document")
    return tuple(
        kind
        for kind in kinds
        if any(isinstance(part, ImagePart) is (kind == "image") for part in parts)
    )


def _sorted_out(
    looked_at: Iterable[tuple[ModelRef, str | None]],
) -> tuple[list[ModelRef], list[Exclusion]]:
    present: list[ModelRef] = []
    exclusions: list[Exclusion] = []
    for model, reason in looked_at:
        if reason is None:
            present.append(model)
        else:
            exclusions.append(Exclusion(model, reason))
    return present, exclusions
