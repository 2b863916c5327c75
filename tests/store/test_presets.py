from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.support import a_store
from tui_lab.core.asked import Asked
from tui_lab.core.parameters import Parameters
from tui_lab.core.preset import Preset
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy

pytestmark = pytest.mark.anyio

ECHO, FAST = ModelRef("sandbox", "echo"), ModelRef("sandbox", "fast")


async def test_a_preset_comes_back_as_it_was_and_is_replaced_by_name(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await store.presets.save(Preset("usual", Asked((ECHO,))))
        usual = Preset("usual", Asked((ECHO, FAST)), Parameters(temperature=0.5, stop=("a", "b")))
        await store.presets.save(usual)
        await store.presets.save(Preset("Alone", Asked((FAST,), (Strategy.AUTO,))))
        assert await store.presets.all() == (
            Preset("Alone", Asked((FAST,), (Strategy.AUTO,))),
            usual,
        )
        await store.presets.delete("usual")
        assert await store.presets.all() == (Preset("Alone", Asked((FAST,), (Strategy.AUTO,))),)


def test_a_preset_is_told_by_its_models_and_what_is_set() -> None:
    preset = Preset("usual", Asked((ECHO, FAST)), Parameters(temperature=0.5))
    assert preset.words == "sandbox/echo, sandbox/fast · temperature 0.5"
