"""Records from a file: JSON lines, a list of records, or one record over many lines.

What a file holds is foreign. A record is taken when it is all that schema 1 says and would be
written again exactly as it came; anything else is told with its line, and those after it still
come.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, BinaryIO, NoReturn

from tui_lab.core.errors import LabError
from tui_lab.core.record import SCHEMA, RunRecord, Status
from tui_lab.core.record_json import record_from_json, record_to_json
from tui_lab.export.json_texts import json_texts
from tui_lab.export.typed import fits, hints_of

_ULID = re.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}")
_NAMES = {"schema", "attachments"} | {field.name for field in fields(RunRecord)}
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Incoming:
    """What begins in this line: a record, or in words why there is none."""

    line: int
    record: RunRecord | None
    problem: str | None = None


def read_records(stream: BinaryIO) -> Iterator[Incoming]:
    """One after another, in the memory of one. Raises `OSError`."""
    for line, text in json_texts(stream):
        try:
            yield Incoming(line, _record(text))
        except ValueError as error:
            yield Incoming(line, None, str(error))


def _record(text: bytes | None) -> RunRecord:
    """Raises `ValueError` with words for people."""
    data = _object(text)
    _check_schema(data)
    try:
        record = record_from_json(data)
    except (LabError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError("it is not a record as tui-lab writes it") from error
    hints = hints_of(RunRecord)
    wrong = [name for name, hint in hints.items() if not fits(getattr(record, name), hint)]
    if not wrong:  # money beyond measure would be written out at length
        again = record_to_json(record)
        wrong = [name for name in again if again[name] != data[name]]
    if wrong:
        raise ValueError(f"its {wrong[0]} is not as tui-lab writes it")
    if not _ULID.fullmatch(record.id):
        raise ValueError("its id is no ULID")
    return _ended(record)


def _object(text: bytes | None) -> Mapping[str, Any]:
    if text is None:
        raise ValueError("it is too long for a record")
    try:
        data = json.loads(text.decode(), parse_constant=_no_number, parse_float=_number)
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not JSON") from error
    if not isinstance(data, dict):
        raise ValueError("it is not a record")
    return data


def _check_schema(data: Mapping[str, Any]) -> None:
    schema = data.get("schema")
    if type(schema) is not int or schema < 1:
        raise ValueError("it is not a record: it has no schema")
    if schema > SCHEMA:
        raise ValueError(
            f"it comes from a newer tui-lab (schema {schema:.0f}): import it with that"
        )
    if missing := _NAMES - data.keys():
        raise ValueError(f"it has no {min(missing)}")
    if unknown := data.keys() - _NAMES:
        name = min(unknown)[:_LONGEST_NAME]
        raise ValueError(f"this tui-lab does not know its {name!r}, and would lose it")


def _ended(record: RunRecord) -> RunRecord:
    """No process here runs what ran elsewhere when the file was written."""

    def ended(status: Status) -> Status:
        return Status.INTERRUPTED if status is Status.RUNNING else status

    attempts = tuple(replace(one, status=ended(one.status)) for one in record.attempts)
    return replace(record, status=ended(record.status), attempts=attempts)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _no_number(text)
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text[:_LONGEST_NAME]} is no number of JSON")
