"""Markdown: a front matter that is YAML whatever is in it, fences that hold whatever is in them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings

from tests.builders import a_record
from tests.export.reading import exported
from tests.store.strategies import records
from tui_lab.core.record import RunRecord
from tui_lab.core.record_json import record_to_json
from tui_lab.export.formats import Format

ID = "01JD0000000000000000000001"


def front_matter(text: str) -> list[str]:
    begin, *lines = text.split("\n")
    assert begin == "---"
    return lines[: lines.index("---")]


@settings(deadline=None, max_examples=50)
@given(records(ID))
def test_every_value_of_the_front_matter_is_one_line_of_json(record: RunRecord) -> None:
    data = record_to_json(record)
    for line in front_matter(exported(Format.MARKDOWN, record)):
        name, _, value = line.partition(": ")
        assert json.loads(value) == data[name]


@pytest.mark.parametrize("note", ["---", "yes", "a\n---\nb", "\u2028id: 2", "\x85x", "# c", "!!x"])
def test_no_text_ends_the_front_matter_or_is_taken_for_another_type(note: str) -> None:
    text = exported(Format.MARKDOWN, a_record(note=note))
    (line,) = [line for line in front_matter(text) if line.startswith("note: ")]
    assert re.fullmatch(r'note: "[\x20-\x7e]*"', line)


@pytest.mark.parametrize("answer", ["a\n```\nb", "`````", "~~~", "a ```` b", ""])
def test_a_fence_is_longer_than_any_inside(answer: str) -> None:
    text = exported(Format.MARKDOWN, a_record(text=answer))
    found = re.search(r"## Answer\n\n(`{3,})\n(.*?)\n\1\n", text, re.DOTALL)
    assert found is not None
    assert found[2] == answer


def test_several_runs_are_one_document_each_with_its_front_matter() -> None:
    text = exported(Format.MARKDOWN, a_record(), a_record())
    assert text.count("\n\n---\nid: ") == 1
    assert text.startswith("---\nid: ")
