"""Two runs side by side."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.builders import a_record
from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.run_diff import Pair, run_diff
from tui_lab.core.text_diff import Change
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage


def answered(text: str, **changes: object) -> RunRecord:
    return replace(a_record(), status=Status.OK, text=text, **changes)  # type: ignore[arg-type]


def pair(pairs: tuple[Pair, ...], name: str) -> tuple[str, str, bool]:
    found = next(one for one in pairs if one.name == name)
    return found.before.words, found.after.words, found.is_same


def test_parameters_stand_beside_each_other_those_of_one_run_too() -> None:
    found = run_diff(
        answered("a", parameters=Parameters(temperature=0.2, seed=1)),
        answered("a", parameters=Parameters(temperature=0.9)),
    )
    assert pair(found.asked, "temperature") == ("0.2", "0.9", False)
    assert pair(found.asked, "seed") == ("1", "–", False)
    assert "top_p" not in [one.name for one in found.asked]


def test_what_was_measured_is_told_with_its_unit_and_its_doubt() -> None:
    found = run_diff(
        answered(
            "a",
            usage=Usage(14, 1500),
            timing=Timing(ttft_ms=412.4, itl_ms=2),
            cost=Cost(Decimal("0.0012"), CostSource.TABLE),
        ),
        answered("a", usage=Usage(14, 3, estimated=True), timing=Timing(ttft_ms=9.25)),
    )
    assert pair(found.measured, "input tokens") == ("14", "14~", True)
    assert pair(found.measured, "output tokens") == ("1,500", "3~", False)
    assert pair(found.measured, "ttft") == ("412 ms", "9.2 ms", False)
    assert pair(found.measured, "speed") == ("500 tok/s", "–", False)
    assert pair(found.measured, "cost") == ("$0.0012", "?", False)


def test_answers_are_compared_word_by_word_and_a_refusal_is_an_answer() -> None:
    found = run_diff(answered("Yes, of course"), answered("", refusal="No, of course"))
    assert [(one.change, one.text) for one in found.answer.segments] == [
        (Change.REMOVED, "Yes"),
        (Change.ADDED, "No"),
        (Change.SAME, ", of course"),
    ]
    assert found.prompt.is_same
    assert found.system.segments == ()
