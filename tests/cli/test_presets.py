"""Models and parameters that were kept under a name in the lab, asked from the command line."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from tests.cli.program import Program
from tests.store.support import a_store
from tui_lab.core.asked import Asked
from tui_lab.core.parameters import Parameters
from tui_lab.core.preset import Preset
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy

ECHO, FAST = ModelRef("sandbox", "echo"), ModelRef("sandbox", "fast")
USUAL = Preset(
    "usual",
    Asked((ECHO, FAST), fallbacks=(ModelRef("sandbox", "markdown"),), repeat=2),
    Parameters(temperature=0.5),
)
PACE = ("-o", "sandbox.pace=0", "--json")


@pytest.fixture
def kept(program: Program) -> Program:
    program("history", "list")  # makes the folder
    anyio.run(_keep, program.database)
    return program


async def _keep(database: Path) -> None:
    async with a_store(database) as store:
        await store.presets.save(USUAL)
        await store.presets.save(Preset("any", Asked((), (Strategy.CHEAPEST,))))


def test_those_of_a_preset_are_asked_with_its_parameters_as_often_as_it_says(kept: Program) -> None:
    records = kept("run", "hi", "--preset", "usual", *PACE).json
    asked = [(one["model"], one["repeat"]) for one in records]
    assert asked == [(str(model), again) for model in (ECHO, FAST) for again in (0, 1)]
    assert {one["parameters"]["temperature"] for one in records} == {0.5}
    assert {tuple(one["route"]["fallbacks"]) for one in records} == {("sandbox/markdown",)}


def test_what_the_command_says_besides_comes_first(kept: Program) -> None:
    words = ("--preset", "usual", "--repeat", "1", "-o", "temperature=0.1")
    records = kept("run", "hi", *words, *PACE).json
    assert [one["parameters"]["temperature"] for one in records] == [0.1, 0.1]


def test_a_strategy_of_a_preset_finds_whom_to_ask(kept: Program) -> None:
    done = kept("run", "hi", "--preset", "any", "--json")  # there is no key: nobody
    assert (done.json["model"], done.json["error"]["kind"]) == ("cheapest", "no_route")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--preset", "usal"), "did you mean usual?"),
        (("--preset", "usual", "-m", "sandbox/echo"), "says already whom to ask"),
    ],
)
def test_a_preset_that_is_not_there_or_not_alone_is_refused(
    kept: Program, words: tuple[str, ...], told: str
) -> None:
    done = kept("run", "hi", *words)
    assert (done.code, done.out) == (2, b"")
    assert told in done.errors
