"""Opening the lab behind the first picture: whatever happens meanwhile, it is closed in the end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.ui.driving import an_app
from tui_lab.core.secret import KnownSecrets
from tui_lab.ui.opening import LabOpening

pytestmark = pytest.mark.anyio


def engines() -> list[str]:
    """Engines that have not been stopped."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name == "tui-lab engine"]


def opening(environ: Mapping[str, str]) -> LabOpening:
    return LabOpening(
        environ, workspace=None, on_death=lambda error: None, known_secrets=KnownSecrets()
    )


async def test_one_that_nobody_waits_for_any_more_is_closed(tmp_path: Path) -> None:
    begun = opening({"TUI_LAB_DATA_DIR": str(tmp_path), "TUI_LAB_CONFIG_DIR": str(tmp_path)})
    waiting = asyncio.ensure_future(begun.lab())
    await asyncio.sleep(0)
    waiting.cancel()
    await begun.close()
    assert waiting.cancelled()
    assert not engines()


async def test_a_program_that_ends_while_it_is_being_opened_closes_it(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    async with app.run_test() as pilot:
        app.exit()
        await pilot.pause()
    assert not engines()
