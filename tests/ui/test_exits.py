"""What leaves the screens: copies, files, crash reports. No key that is known goes with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.driving import an_app, driving
from tui_lab.ui.app import LabApp

pytestmark = pytest.mark.anyio

ODD = "an-odd-key-without-any-known-format"
KEYED = {"MISTRAL_API_KEY": ODD}


async def test_a_copy_holds_no_known_key(tmp_path: Path) -> None:
    async with driving(tmp_path, environ=KEYED) as driver:
        await driver.write(f"the key {ODD} is mine")
        await driver.press("f7", "ctrl+c")
        assert driver.app.clipboard == "the key [key removed] is mine"


async def test_a_copy_that_is_saved_to_a_file_holds_no_known_key(tmp_path: Path) -> None:
    environ = KEYED | {"TUI_LAB_UI__CLIPBOARD": "file"}
    async with driving(tmp_path, environ=environ) as driver:
        await driver.write(f"the key {ODD} is mine")
        await driver.press("f7", "ctrl+c")
        await driver.until(lambda: list((tmp_path / "data").glob("copied-*.txt")))
        await driver.until(lambda: driver.notices)
    (saved,) = (tmp_path / "data").glob("copied-*.txt")
    assert saved.read_text() == "the key [key removed] is mine"


async def test_a_crash_report_holds_no_known_key(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    app = an_app(tmp_path, environ=KEYED)

    def fail() -> None:
        raise RuntimeError(f"refused: {ODD}")

    with pytest.raises(RuntimeError):
        await fail_in(app, fail)
    report = capfd.readouterr().err
    assert "RuntimeError: refused: [key removed]" in report
    assert ODD not in report


async def fail_in(app: LabApp, fail: Callable[[], None]) -> None:
    async with app.run_test() as pilot:
        while app.lab is None:
            await pilot.pause(0.01)
        app.call_later(fail)
        await pilot.pause()
        await pilot.pause()
