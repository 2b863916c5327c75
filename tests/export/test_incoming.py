"""Records from files: all that export writes comes back, and nothing else comes in."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import MODEL, a_record
from tests.export.reading import exported
from tests.store.strategies import records
from tui_lab.core.record import Attempt, RunRecord, Status
from tui_lab.core.record_json import record_to_json
from tui_lab.export.formats import Format
from tui_lab.export.incoming import Incoming, read_records

ID = "01JD0000000000000000000001"


def read(text: str | bytes) -> list[Incoming]:
    return list(read_records(io.BytesIO(text.encode() if isinstance(text, str) else text)))


def line(**changes: Any) -> str:
    return json.dumps(record_to_json(a_record(status=Status.OK)) | changes)


def problem(text: str | bytes) -> str:
    (incoming,) = read(text)
    assert incoming.record is None
    assert incoming.problem is not None
    return incoming.problem


@settings(deadline=None, max_examples=50)
@given(st.lists(records(ID), max_size=3), st.sampled_from([Format.JSON, Format.JSONL]))
def test_what_was_exported_comes_back_to_the_byte(runs: list[RunRecord], name: Format) -> None:
    text = exported(name, *runs)
    back = [incoming.record for incoming in read(text)]
    assert exported(name, *(record for record in back if record)) == text


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_and_a_single_record_are_read_however_they_are_laid_out(indent: int | None) -> None:
    data = record_to_json(a_record(status=Status.OK, text='"}{][\\'))
    assert [one.record is not None for one in read(json.dumps([data, data], indent=indent))] == [
        True,
        True,
    ]
    (single,) = read(json.dumps(data, indent=indent))
    assert single.record is not None
    assert single.record.text == '"}{][\\'


def test_a_bad_line_is_told_by_its_number_and_the_others_come() -> None:
    found = read(f"{line()}\n\n{{broken\n{line()}\n")
    assert [(one.line, one.record is not None) for one in found] == [
        (1, True),
        (3, False),
        (4, True),
    ]


def test_something_else_in_a_list_is_told() -> None:
    found = read(f"[\n{line()},\n7,\n{line()}\n]\n")
    assert [(one.line, one.problem) for one in found if one.record is None] == [
        (3, "it is not JSON")
    ]
    assert problem('[\n{"id": 1,\n') == "it is not JSON"


def test_what_ran_elsewhere_is_not_running_here() -> None:
    running = a_record(attempts=(Attempt(1, MODEL),))
    (found,) = read(exported(Format.JSONL, running))
    assert found.record is not None
    assert found.record.status is Status.INTERRUPTED
    assert found.record.attempts[0].status is Status.INTERRUPTED


def test_a_newer_schema_is_refused_and_says_what_to_do() -> None:
    assert "newer tui-lab (schema 2)" in problem(line(schema=2, more="fields"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": 5}, "its text"),
        ({"prompt": None}, "its prompt"),
        ({"lane": True}, "its lane"),
        ({"tags": "abc"}, "its tags"),
        ({"tags": [1]}, "its tags"),
        ({"status": "fine"}, "not a record"),
        ({"created_at": "2026-11-22"}, "its created_at"),
        ({"messages": [{"role": "root", "parts": []}]}, "its messages"),
        ({"messages": 3}, "not a record"),
        ({"attachments": [{}]}, "its attachments"),
        ({"cost": {"usd": "1e999999999", "source": "table", "price_date": None}}, "its cost"),
        ({"cost": {"usd": "NaN", "source": "table", "price_date": None}}, "its cost"),
        ({"parameters": {"temperature": 9}}, "not a record"),
        ({"id": "../../etc/passwd"}, "its id is no ULID"),
        ({"id": ID.lower()}, "its id is no ULID"),
        ({"schema": "1"}, "no schema"),
        ({"schema": True}, "no schema"),
        ({"extra": 1}, "'extra'"),
    ],
)
def test_what_is_not_as_we_write_it_is_refused(changes: dict[str, Any], words: str) -> None:
    assert words in problem(line(**changes))


HOSTILE = {
    "no UTF-8": b"\xff\xfe",
    "a number": b"7",
    "a text": b'"a"',
    "nothing": b"null",
    "an empty object": b"{}",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "NaN": line(rating=1).replace('"rating": 1', '"rating": NaN').encode(),
    "beyond a float": line(route={"x": 1}).replace('"x": 1', '"x": 1e999').encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_refused_and_end_nothing(name: str) -> None:
    found = read(HOSTILE[name])
    assert all(one.record is None for one in found)
    assert found or name == "deep lists"


def test_a_missing_field_is_named() -> None:
    data = record_to_json(a_record())
    del data["note"]
    assert problem(json.dumps(data)) == "it has no note"


def test_an_empty_file_has_no_records() -> None:
    assert read("") == read("\n\n") == read("[\n]\n") == []


def test_naughty_strings_come_back(shared_data: Path) -> None:
    lines = (shared_data / "corpora/blns/blns.txt").read_text(encoding="utf-8").splitlines()
    runs = [a_record(text=text, note=text, tags=(text,), status=Status.OK) for text in lines]
    back = [one.record for one in read(exported(Format.JSONL, *runs))]
    assert back == runs
