"""How providers have done lately, as a face sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future

from tui_lab.core.health import Health
from tui_lab.core.refs import ModelRef
from tui_lab.engine.ping import Ping
from tui_lab.engine.standing import Standing
from tui_lab.engine.thread import LoopThread
from tui_lab.providers.catalogue import Provider


class LabHealth:
    """`ask` asks a provider something that costs nothing."""

    def __init__(
        self,
        standing: Standing,
        thread: LoopThread,
        ask: Callable[[Provider], Awaitable[Ping]],
    ) -> None:
        self._standing = standing
        self._thread = thread
        self._ask = ask

    def ping(self, provider: Provider) -> Future[Ping]:
        """Whether it answers now; raises `LabError` of kind `no_key` where it needs one."""

        async def asked() -> Ping:
            return await self._ask(provider)

        return self._thread.call(asked())

    def states(self) -> Future[Mapping[ModelRef, Health]]:
        """Of every model that was asked in the last day, by any process."""

        async def states() -> Mapping[ModelRef, Health]:
            await self._standing.load()
            return self._standing.states()

        return self._thread.call(states())
