"""The models as a face sees them: which there are, what they can do, which can be asked now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.model_facts import ModelFacts, ModelList
from tui_lab.core.nearest import closest, nearest
from tui_lab.core.price import Price
from tui_lab.core.refs import ModelRef
from tui_lab.engine.key_desk import KeyDesk
from tui_lab.engine.model_lists import ModelLists
from tui_lab.engine.thread import LoopThread
from tui_lab.models.prices import PriceBook
from tui_lab.models.registry import Registry
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.local_server import is_running
from tui_lab.templates.template import Template


class LabModels:
    """Providers and their models, seen from the workspace that is open."""

    def __init__(
        self,
        providers: Mapping[str, Provider],
        *,
        registry: Registry,
        prices: PriceBook,
        lists: ModelLists,
        keys: KeyDesk,
        thread: LoopThread,
        workspace: Callable[[], str],
    ) -> None:
        self.providers = providers
        self._registry = registry
        self._prices = prices
        self._lists = lists
        self._keys = keys
        self._thread = thread
        self._workspace = workspace

    def find(self, name: str) -> ModelRef:
        """The model of this name; raises `LabError` of kind `usage` with the nearest one."""
        if "/" not in name:
            full_names = {model.model: str(model) for model in reversed(self.known())}
            meant = closest(name, full_names)
            hint = f"did you mean {full_names[meant]}?" if meant else "write provider/model"
            raise LabError(ErrorKind.USAGE, f"{name!r} names no provider", hint)
        model = ModelRef.parse(name)
        self.provider(model.provider).check_model(model.model)
        return model

    def provider(self, provider_id: str) -> Provider:
        """The provider of this id; raises `LabError` of kind `usage` with the nearest one."""
        if provider_id not in self.providers:
            raise LabError(
                ErrorKind.USAGE,
                f"there is no provider {provider_id!r}",
                nearest(provider_id, self.providers),
            )
        return self.providers[provider_id]

    def facts(self, model: ModelRef) -> ModelFacts:
        """What is known of a model; of one that nobody knows a guess that says so."""
        listed = self._lists.remembered(model.provider)
        provider = self.providers.get(model.provider)
        dialect = provider.dialect_of(model.model) if provider else None
        return self._registry.find(model, listed.find(model.model) if listed else None, dialect)

    async def price_for(self, model: ModelRef) -> Price | None:
        """As `price`, from a loop that must not wait."""
        return await asyncio.to_thread(self.price, model)

    def price(self, model: ModelRef) -> Price | None:
        """What a model charges now; None where nobody knows.

        The first that is not free takes a third of a second: not for a thread that draws.
        """
        provider = self.provider(model.provider)
        return self._prices.find(
            model,
            free=provider.local or provider.simulated,
            listed=self._lists.of(provider.id),
            seller=provider.price_list,
        )

    def prices(self, models: Iterable[ModelRef]) -> Future[Mapping[ModelRef, Price | None]]:
        """What each of these models charges, looked up beside all loops."""
        wanted = tuple(models)

        def look_up() -> Mapping[ModelRef, Price | None]:
            return {model: self.price(model) for model in wanted}

        return self._thread.call(asyncio.to_thread(look_up))

    def listed(self, provider_id: str) -> ModelList | None:
        """What the provider said it serves, the last time that it was asked."""
        return self._lists.of(provider_id)

    def refresh(self, provider_id: str) -> Future[ModelList]:
        """Asks a provider what it serves. Raises `LabError` in the future."""
        return self._thread.call(self._refresh(self.provider(provider_id)))

    async def _refresh(self, provider: Provider) -> ModelList:
        key = await self._keys.key_for(self._workspace(), provider)
        return await self._lists.refresh(provider, key)

    def look_around(self) -> Future[None]:
        """Finds the servers on this machine and what they serve: done within a second or so."""
        return self._thread.call(self.find_local())

    async def find_local(self) -> None:
        """As `look_around`, from the engine's own loop."""
        local = [provider for provider in self.providers.values() if provider.local]
        await self._lists.look_around(local)

    def known(self) -> list[ModelRef]:
        """The models that providers, settings and lists name; most providers have others too."""
        return [
            ModelRef(provider.id, model)
            for provider in self.providers.values()
            for model in self._known_of(provider)
        ]

    def _known_of(self, provider: Provider) -> list[str]:
        """Suggestions first; of a local server that was found what it has, and nothing else."""
        listed = self._lists.of(provider.id)
        served = [model.id for model in listed.models] if listed else []
        suggested = () if listed and provider.local else provider.models
        return list(dict.fromkeys((*suggested, *served)))

    def usable(self) -> list[ModelRef]:
        """Those of the known models that could be asked now."""
        return [model for model in self.known() if self.is_usable(model)]

    def is_usable(self, model: ModelRef) -> bool:
        """Whether its provider is there, with a key if it needs one."""
        provider = self.providers.get(model.provider)
        return provider is not None and self._has_key(provider)

    def askable(self) -> list[Provider]:
        """The providers that `refresh` can ask now; servers on this machine `look_around` asks."""
        return [
            provider
            for provider in self.providers.values()
            if not (provider.simulated or provider.local) and self._has_key(provider)
        ]

    def _has_key(self, provider: Provider) -> bool:
        return not provider.key_env or self._keys.found(self._workspace(), provider) is not None

    def is_running(self, provider: Provider) -> bool:
        """Whether a local provider's server is running; true of all others."""
        return not provider.local or is_running(provider.base_url)

    def can_be_asked(self, model: ModelRef) -> bool:
        """Whether it is usable and, where it is local, its server runs."""
        return self.is_usable(model) and self.is_running(self.providers[model.provider])

    def suggested(self, template: Template, *, simulated: bool = False) -> ModelRef | None:
        """The first model that the template suggests and that can be asked now: a real one, or
        a simulated one.
        """
        for model in map(ModelRef.parse, template.suggested_models):
            provider = self.providers.get(model.provider)
            if provider and provider.simulated is simulated and self.can_be_asked(model):
                return model
        return None
