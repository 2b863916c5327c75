"""Costs in the Lab: before a run, and the question where a person wants to be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.driving import Driver, driving
from tui_lab.core.record import Status
from tui_lab.ui.dialogs.question import Question

pytestmark = pytest.mark.anyio

PRICED = '[prices."sandbox/fast"]\ninput = 2\noutput = 8\n[prices."own/m"]\ninput = 1\noutput = 1\n'
OWN = '[providers.own]\ndialect = "openai-chat"\nbase_url = "http://127.0.0.1:9/v1"\n'
ASKED = "[budgets]\nconfirm = 0.001\n"


def facts(lab: Driver) -> str:
    return str(lab.screen.prompt.border_subtitle)


async def test_the_prompt_tells_what_running_it_may_cost(tmp_path: Path) -> None:
    async with driving(tmp_path, config=OWN + PRICED) as lab:
        lab.choose("own/m")
        assert "$" not in facts(lab)
        await lab.write("Say hello")
        await lab.until(lambda: "~$0.0004" in facts(lab))
        assert "≤" not in facts(lab)


async def test_each_model_and_all_together_are_told_and_what_is_unknown(tmp_path: Path) -> None:
    async with driving(tmp_path, config=OWN + PRICED) as lab:
        lab.choose("own/m", "sandbox/fast", "own/other")
        await lab.write("Say hello")
        await lab.until(lambda: "+ ?" in facts(lab))
        assert lab.screen.prompt.models_row.value == (
            "own/m ~$0.00041, sandbox/fast (simulated), own/other ?"
        )


async def test_that_all_are_simulated_is_told_once_before_their_names(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        lab.choose("sandbox/fast", "sandbox/echo")
        row = lab.screen.prompt.models_row
        assert row.value == "simulated: sandbox/fast, sandbox/echo"


async def test_simulated_models_alone_need_no_estimate(tmp_path: Path) -> None:
    async with driving(tmp_path) as lab:
        lab.choose("sandbox/fast")
        await lab.write("Say hello")
        await lab.stands_still()
        assert "$" not in facts(lab)


async def test_the_person_is_asked_before_what_may_cost_much(tmp_path: Path) -> None:
    async with driving(tmp_path, config=PRICED + ASKED) as lab:
        lab.choose("sandbox/fast")
        await lab.write("Say hello")
        await lab.press("ctrl+j")
        await lab.until(lambda: isinstance(lab.app.screen, Question))
        await lab.press("n")
        await lab.until(lambda: not isinstance(lab.app.screen, Question))
        assert lab.lanes == []
        await lab.press("ctrl+j")
        await lab.until(lambda: isinstance(lab.app.screen, Question))
        await lab.press("y")
        (record,) = await lab.finished()
        assert record.status is Status.OK
        assert record.cost.usd
