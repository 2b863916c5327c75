"""Hands and eyes at the History screen, over runs that were really made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tests.ui.driving import PATIENCE_S, Driver, driving
from tui_lab.core.draft import Draft
from tui_lab.core.messages import Message
from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.engine.tap import Tap
from tui_lab.lab import Lab
from tui_lab.ui.screens.history import HistoryScreen
from tui_lab.ui.screens.lab import LabScreen


class History:
    """Hands and eyes at the history."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.pilot: Pilot[object] = driver.pilot
        self.app = driver.app
        self.lab = driver.lab

    @property
    def screen(self) -> HistoryScreen:
        assert isinstance(self.app.screen, HistoryScreen)
        return self.app.screen

    @property
    def prompts(self) -> list[str]:
        return [run.prompt for run in self.screen.runs.window.rows]

    @property
    def current(self) -> str:
        run = self.screen.runs.current
        return run.prompt if run is not None else ""

    @property
    def read(self) -> RunRecord | None:
        return self.screen.view.record

    async def press(self, *keys: str) -> None:
        await self.driver.press(*keys)

    async def lists(self, *prompts: str) -> None:
        """Waits for exactly these runs, without waiting for the clock to look for new ones."""
        end = monotonic() + PATIENCE_S
        while self.prompts != list(prompts):
            assert monotonic() < end, f"there are {self.prompts}"
            with suppress(WorkerCancelled):
                await self.screen._poll().wait()
            await self.pilot.pause()

    async def reads(self, prompt: str) -> RunRecord:
        await self.driver.until(lambda: self.read is not None and self.read.prompt == prompt)
        assert self.read is not None
        return self.read

    async def in_lab(self) -> LabScreen:
        await self.driver.until(lambda: isinstance(self.app.screen, LabScreen))
        await self.pilot.pause()
        assert isinstance(self.app.screen, LabScreen)
        return self.app.screen


async def ask(lab: Lab, prompt: str, *models: str, **changes: object) -> Sequence[RunRecord]:
    """A batch that has ended, made without the screens."""
    refs = tuple(map(ModelRef.parse, models or ["sandbox/echo"]))
    values: dict[str, object] = {"models": refs, "messages": (Message.of("user", prompt),)}
    draft = Draft(**values | changes)  # type: ignore[arg-type]
    batch = await asyncio.wrap_future(lab.start(draft, Tap(lambda: None)))
    return await asyncio.wrap_future(lab.done(batch))


@asynccontextmanager
async def history(
    folder: Path, *prompts: str, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[History]:
    """The screen, over runs with these prompts, the last one asked first in the list."""
    async with driving(folder, size=size) as driver:
        for prompt in prompts:
            await ask(driver.lab, prompt)
        await driver.press("escape", "ctrl+o", "3")
        shown = History(driver)
        await shown.lists(*reversed(prompts))
        yield shown
