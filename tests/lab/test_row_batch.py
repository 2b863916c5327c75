from __future__ import annotations

from dataclasses import replace

from tests.builders import MODEL, a_record
from tui_lab.core.data_rows import DataRow
from tui_lab.core.draft import Draft
from tui_lab.core.messages import Message
from tui_lab.core.record import RunRecord, TemplateUse
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Strategy
from tui_lab.lab.row_batch import RowTask, take_answers

OTHER = ModelRef("sandbox", "fast")


def a_task(line: int, value: str, version: int = 1) -> RowTask:
    values = {"who": value}
    draft = Draft(
        models=(MODEL, OTHER),
        messages=(Message.of("user", f"Hi {value}"),),
        template=TemplateUse("t", version, values),
    )
    return RowTask(DataRow(line, values), draft)


def an_answered(run_id: str, value: str, model: ModelRef = MODEL, version: int = 1) -> RunRecord:
    return a_record(run_id, model=str(model), template=TemplateUse("t", version, {"who": value}))


def test_a_row_takes_the_newest_answer_of_each_model() -> None:
    task = a_task(2, "Ada")
    take_answers([task], [an_answered("NEW", "Ada"), an_answered("OLD", "Ada")])
    assert task.left is not None
    assert task.left.lanes == (OTHER,)
    assert [(line, run.id) for line, run in task.results] == [(2, "NEW")]


def test_rows_that_are_the_same_take_an_answer_each() -> None:
    tasks = [a_task(line, "Ada") for line in (2, 3, 4)]
    take_answers(tasks, [an_answered("NEW", "Ada"), an_answered("OLD", "Ada")])
    assert [len(task.found) for task in tasks] == [1, 1, 0]


def test_a_lane_that_is_routed_has_its_answers_by_the_name_of_the_strategy() -> None:
    task = a_task(2, "Ada")
    task.draft = replace(task.draft, models=(), strategy=Strategy.AUTO)
    left = task.left
    assert left is not None
    assert left.lanes == (Strategy.AUTO,)
    routed = replace(an_answered("A", "Ada"), model="auto")
    take_answers([task], [routed])
    assert task.left is None
    assert task.results == [(2, routed)]


def test_other_values_and_other_versions_are_asked_anew() -> None:
    tasks = [a_task(2, "Bob"), a_task(3, "Ada", version=2)]
    take_answers(tasks, [an_answered("A", "Ada")])
    assert [task.found for task in tasks] == [{}, {}]
