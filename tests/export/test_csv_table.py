"""CSV: whole texts, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.builders import a_record
from tests.export.reading import csv_rows, exported
from tests.store.strategies import records
from tui_lab.core.record import RunRecord
from tui_lab.export.csv_table import COLUMNS
from tui_lab.export.formats import Format

ID = "01JD0000000000000000000001"


def cell(text: str) -> str:
    table = exported(Format.CSV, a_record(text=text))
    return next(csv.DictReader(io.StringIO(table, newline="")))["text"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\ufeff=1", "'=1", '"=1']
)
def test_what_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "3 - 2", "é", "?", "0"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_a_negative_number_of_our_own_stays_a_number() -> None:
    assert ",-1," in exported(Format.CSV, a_record(rating=-1))


def test_the_columns_are_named_in_the_first_line() -> None:
    first = exported(Format.CSV).splitlines()
    assert next(csv.reader(first)) == list(COLUMNS)
    assert len(first) == 1


@settings(deadline=None, max_examples=50)
@given(records(ID))
def test_every_text_comes_back_whole(record: RunRecord) -> None:
    (row,) = csv_rows(exported(Format.CSV, record))
    assert row["prompt"] == record.prompt
    assert row["text"] == record.text
    assert row["note"] == (record.note or "")
    assert row["workspace"] == record.workspace


def test_no_payload_of_a_known_list_is_a_formula(shared_data: Path) -> None:
    folder = shared_data / "corpora" / "csv-injection"
    lines = [
        line
        for file in folder.rglob("*.txt")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    assert lines
    for line in lines:
        assert not cell(line).lstrip().startswith(("=", "+", "-", "@"))
        assert cell(line).removeprefix("'") == line
