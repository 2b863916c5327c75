"""The whole program on a folder of its own, driven by keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from textual.events import Paste
from textual.pilot import Pilot

from tui_lab.core.record import RunRecord
from tui_lab.core.refs import ModelRef
from tui_lab.lab import Lab
from tui_lab.ui.app import LabApp
from tui_lab.ui.screens.lab import LabScreen
from tui_lab.ui.widgets.footer_bar import FooterBar
from tui_lab.ui.widgets.lane import Lane

AT_ONCE = '{"x-sandbox-pace": "0"}'
"""Simulated models answer without waiting."""

SLOWLY = {
    "TUI_LAB_PROVIDERS__SANDBOX__HEADERS": '{"x-sandbox-pace": "20", "x-sandbox-tokens": "400"}'
}
"""They take twenty seconds."""

NOTHING: Mapping[str, str] = {}
PATIENCE_S = 10.0
STILL_S = 0.06
STILL_LOOKS = 4
"""A picture that is the same in so many looks, so far apart, is not being drawn any more."""


def an_app(
    folder: Path,
    *,
    config: str = "",
    environ: Mapping[str, str] = NOTHING,
    kind: type[LabApp] = LabApp,
) -> LabApp:
    """The program, with the directories and the config file in this folder."""
    folders = {"TUI_LAB_DATA_DIR": folder / "data", "TUI_LAB_CONFIG_DIR": folder / "config"}
    for path in folders.values():
        path.mkdir(mode=0o700, exist_ok=True)
    if config:
        (folder / "config" / "config.toml").write_text(config)
    given = {
        "TUI_LAB_PROVIDERS__SANDBOX__HEADERS": AT_ONCE,
        "TUI_LAB_UI__THEME": "lab-dark",
        **environ,
    }
    return kind({name: str(path) for name, path in folders.items()} | given, clock=lambda: 0.0)


class Driver:
    """Hands and eyes of a person at the Lab."""

    def __init__(self, app: LabApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> LabScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, LabScreen)
        return screen

    @property
    def lab(self) -> Lab:
        assert self.app.lab is not None
        return self.app.lab

    @property
    def lanes(self) -> list[Lane]:
        return self.screen.answers.lanes

    @property
    def footer(self) -> str:
        return str(self.app.screen.query_one("FooterBar").render())

    @property
    def notices(self) -> list[str]:
        """What is said now; empty if nothing is."""
        notice = self.app.screen.query_one(FooterBar).notice
        return [notice.plain] if notice else []

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Puts a text into what has the focus, as a paste with brackets does."""
        self.app.post_message(Paste(text))
        await self.pilot.pause()

    async def until(self, holds: Callable[[], object]) -> None:
        end = monotonic() + PATIENCE_S
        while not holds():
            assert monotonic() < end, "waited too long"
            await self.pilot.pause(0.01)

    async def stands_still(self) -> None:
        """Waits until nothing on the screen changes any more, however busy the machine is."""
        await self.until(lambda: not any(self._looks_up_prices()))
        same, before = 0, ""
        end = monotonic() + PATIENCE_S
        while same < STILL_LOOKS and monotonic() < end:
            await self.pilot.pause(STILL_S)
            now = self.app.export_screenshot(simplify=True)
            same = same + 1 if now == before else 0
            before = now

    def _looks_up_prices(self) -> Iterator[bool]:
        for worker in self.app.workers:
            yield worker.group == "prices" and not worker.is_finished

    def choose(self, *models: str) -> None:
        self.screen.choose_models(*map(ModelRef.parse, models))

    async def run(self, text: str = "Say hello", *models: str) -> None:
        """Writes a prompt, runs it, waits for the lanes."""
        if models:
            self.choose(*models)
        before = self.lanes
        await self.write(text)
        await self.press("ctrl+j")
        await self.until(lambda: self.lanes and self.lanes is not before)

    async def finished(self) -> list[RunRecord]:
        """The records of the lanes, when all runs are over, as the history has them."""
        await self.until(lambda: self.lanes and not any(lane.is_running for lane in self.lanes))
        return [self.lab.history.run(lane.record.id).result() for lane in self.lanes]


@asynccontextmanager
async def driving(
    folder: Path,
    *,
    size: tuple[int, int] = (120, 40),
    config: str = "",
    environ: Mapping[str, str] = NOTHING,
) -> AsyncIterator[Driver]:
    """The program, opened, with the focus in the prompt."""
    app = an_app(folder, config=config, environ=environ)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.lab is not None)
        await pilot.pause()
        yield driver
