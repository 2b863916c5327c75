"""The models to choose from, what is known of them, and asking the providers for more."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.fuzzy import Matcher

from tui_lab.core.ages import ago
from tui_lab.core.errors import LabError
from tui_lab.core.model_facts import CAPABILITIES
from tui_lab.core.money import rate_words
from tui_lab.core.refs import ModelRef
from tui_lab.ui.availability import availability

if TYPE_CHECKING:
    from tui_lab.core.health import Health
    from tui_lab.core.model_facts import ModelFacts
    from tui_lab.lab import Lab
    from tui_lab.providers.catalogue import Provider

_TOKENS = re.compile(r"(\d+)([km])")
_UNITS = {"k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model to choose from. `condition` says what it is or needs (`simulated`, `needs …_KEY`),
    `health` how it has done of late, where it was asked.

    `context_window` in tokens is None where nobody knows it, and so are capabilities left out.
    `price` is in and out, US dollars per million tokens; empty while it is looked up.
    """

    model: ModelRef
    usable: bool
    condition: str
    context_window: int | None = None
    capabilities: frozenset[str] = frozenset()
    price: str = ""
    health: Health | None = None


def search(choices: Sequence[ModelChoice], query: str) -> list[ModelChoice]:
    """Those that all of the words between the commas hold of, the best first.

    A word is some letters of a name, a capability (`image`), or a least context window (`200k`).
    Of equally good ones those that can be used come first.
    """
    words = [word.strip().lower() for word in query.split(",") if word.strip()]
    matchers = [(word, Matcher(word)) for word in words]
    scored = [([_score(choice, *one) for one in matchers], choice) for choice in choices]
    found = [(sum(scores), choice) for scores, choice in scored if all(scores)]
    found.sort(key=lambda pair: (-pair[0], not pair[1].usable))
    return [choice for _, choice in found]


def _score(choice: ModelChoice, word: str, matcher: Matcher) -> float:
    if word in CAPABILITIES:
        return float(word in choice.capabilities)
    if tokens := _TOKENS.fullmatch(word):
        least = int(tokens[1]) * _UNITS[tokens[2]]
        if choice.context_window is not None and choice.context_window >= least:
            return 1.0
    return matcher.match(f"{choice.model} {choice.condition}")


class ModelSource:
    """Where the picker has its models from."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._refused: dict[ModelRef, str] = {}
        self._prices: dict[ModelRef, str] = {}
        self._health: Mapping[ModelRef, Health] = {}

    def choices(self) -> list[ModelChoice]:
        """All that are known now."""
        lab, told = self._lab, dict[str, tuple[bool, str]]()
        choices = []
        for model in lab.models.known():
            if model.provider not in told:
                told[model.provider] = lab.models.is_usable(model), availability(lab, model)
            usable, condition = told[model.provider]
            if model in self._refused:
                usable, condition = False, self._refused[model]
            choice = _choice(model, usable, condition, lab.models.facts(model))
            health = self._health.get(model) if usable else None
            choices.append(replace(choice, price=self._prices.get(model, ""), health=health))
        return choices

    async def find_refused(self) -> None:
        """Asks the workspace's plan about every known model."""
        with suppress(LabError):
            known = self._lab.models.known()
            self._refused = await asyncio.wrap_future(self._lab.budgets.conditions(known))

    async def find_prices(self) -> None:
        """Looks up what every known model charges."""
        known = self._lab.models.known()
        found = await asyncio.wrap_future(self._lab.models.prices(known))
        self._prices = {model: rate_words(price) for model, price in found.items()}

    async def find_health(self) -> None:
        """How those that were asked of late have done."""
        with suppress(LabError):
            self._health = await asyncio.wrap_future(self._lab.health.states())

    @property
    def changes(self) -> bool:
        """Whether what is told of health is another from second to second."""
        return any(one.rests for one in self._health.values())

    async def find_local(self) -> None:
        """Looks for the servers on this machine."""
        with suppress(LabError):
            await asyncio.wrap_future(self._lab.models.look_around())

    async def ask(self, app: App[Any]) -> list[str]:
        """Has every provider tell what it serves; what went wrong, in words. To be awaited in a
        worker: it asks for the passphrase that keys need."""
        from tui_lab.ui.vault_opening import vault_opened_for

        asked = self._lab.models.askable()
        try:
            await vault_opened_for(app, self._lab, asked)
        except LabError as error:
            return [error.message]
        wrong = await asyncio.gather(self.find_local(), *map(self._ask, asked))
        return [words for words in wrong if words]

    async def _ask(self, provider: Provider) -> str | None:
        try:
            await asyncio.wrap_future(self._lab.models.refresh(provider.id))
        except LabError as error:
            return f"{provider.name} was not listed anew: {error.message}"
        return None

    def listed(self, now: datetime | None = None) -> str:
        """Which providers told what they serve, and how long ago."""
        now = now or datetime.now(UTC)
        lists = (
            (one.name, self._lab.models.listed(one.id))
            for one in self._lab.models.providers.values()
        )
        told = [f"{name} {ago(now - one.fetched_at)}" for name, one in lists if one is not None]
        return ", ".join(told)


def context_words(tokens: int) -> str:
    """`128k`, `1M`."""
    if tokens >= 1_000_000:
        return f"{tokens / 1_000_000:.2g}M"
    return f"{tokens / 1_000:.0f}k" if tokens >= 1_000 else str(tokens)


def _choice(model: ModelRef, usable: bool, condition: str, facts: ModelFacts) -> ModelChoice:
    window = None if facts.guessed else facts.context_window
    able = frozenset(what for what in CAPABILITIES if facts.can(what))
    return ModelChoice(model, usable, condition, window, able)
