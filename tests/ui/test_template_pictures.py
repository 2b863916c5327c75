"""Templates of one's own, each state as a picture, at both sizes that they are made for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOON, a_record
from tests.ui.driving import Driver
from tests.ui.test_screen_pictures import SIZES, go, picture
from tui_lab.core.ids import encode_ulid
from tui_lab.core.record import Status, TemplateUse
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store
from tui_lab.store.template_runs import Content

OWN = """\
# what I send to those who use it
[[template]]
id = "release-notes"
name = "Release notes"
category = "own"
description = "What changed, for those who use it"
prompt = '''
Write {{lines}} {{tone | dry}} lines of release notes for {{product}}.

{{log}}'''

[template.variables.lines]
type = "number"
min = 3
max = 20
integer = true
default = 8

[template.variables.tone]
type = "choice"
choices = ["dry", "warm", "formal"]

[template.variables.log]
type = "multiline"
description = "the commits, one a line"
"""

Steps = Callable[[Driver], Awaitable[None]]


async def record_versions(folder: Path) -> None:
    """Two versions that were run, before the program opens the history."""
    store = await Store.open(folder / "data/history.db", owner=this_process(), now=lambda: NOON)
    for number, prompt in enumerate(("Write {{lines}} lines about {{product}}.", "Be brief."), 1):
        values: dict[str, Any] = {"system": None, "prompt": prompt, "input": None, "variables": []}
        await store.number_template(Content("release-notes", values, prompt), 1)
        for rating in (5, 4) if number == 1 else (2,):
            run_id = encode_ulid(1_790_000_000_000 + 10 * number + rating, 0)
            use = TemplateUse("release-notes", number)
            run = a_record(run_id, status=Status.OK, template=use, rating=rating)
            await store.finish(run, b"")
    await store.close()


async def own(driver: Driver) -> None:
    await go(driver, "templates")
    await driver.press("G")


async def edited(driver: Driver) -> None:
    await own(driver)
    await driver.press("w")


async def edited_wrongly(driver: Driver) -> None:
    await edited(driver)
    await driver.press("down", "down", "x")


async def versions(driver: Driver) -> None:
    await own(driver)
    await driver.press("equals_sign")
    await driver.until(lambda: driver.app.screen.query("#diff"))


async def fields(driver: Driver) -> None:
    await own(driver)
    await driver.press("enter")
    await driver.until(lambda: driver.screen.query("VariableRow"))
    driver.screen.prompt.variables.fill({"lines": "99", "log": "fix: a\nfeat: b"})


@SIZES
@pytest.mark.parametrize(
    "steps", [own, edited, edited_wrongly, versions, fields], ids=lambda steps: steps.__name__
)
def test_own_templates(
    snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]
) -> None:
    for name in ("config", "data"):
        (tmp_path / name).mkdir(mode=0o700)
    (tmp_path / "config" / "templates.toml").write_text(OWN)
    asyncio.run(record_versions(tmp_path))
    assert picture(snap_compare, tmp_path, size, steps)
