"""JSON and JSON lines: the very records."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_record
from tests.export.reading import exported
from tests.store.strategies import records
from tui_lab.core.record import RunRecord
from tui_lab.core.record_json import record_to_json
from tui_lab.export.formats import Format

some_runs = st.lists(records("01JD0000000000000000000001"), max_size=3)


@settings(deadline=None, max_examples=50)
@given(some_runs)
def test_a_document_is_a_list_of_the_records(runs: list[RunRecord]) -> None:
    assert json.loads(exported(Format.JSON, *runs)) == [record_to_json(run) for run in runs]


@settings(deadline=None, max_examples=50)
@given(some_runs)
def test_each_line_is_a_record_of_its_own(runs: list[RunRecord]) -> None:
    lines = exported(Format.JSONL, *runs).splitlines()
    assert [json.loads(line) for line in lines] == [record_to_json(run) for run in runs]


def test_every_character_is_carried_as_ascii() -> None:
    text = "\x1b]0;é\u2028😀\x00"
    line = exported(Format.JSONL, a_record(text=text))
    assert line.isascii()
    assert json.loads(line)["text"] == text
