"""How providers have done lately, as a face sees it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future

from tui_lab.core.health import Health
from tui_lab.core.refs import ModelRef
from tui_lab.engine.standing import Standing
from tui_lab.engine.thread import LoopThread


class LabHealth:
    def __init__(self, standing: Standing, thread: LoopThread) -> None:
        self._standing = standing
        self._thread = thread

    def states(self) -> Future[Mapping[ModelRef, Health]]:
        """Of every model that was asked in the last day, by any process."""

        async def states() -> Mapping[ModelRef, Health]:
            await self._standing.load()
            return self._standing.states()

        return self._thread.call(states())
