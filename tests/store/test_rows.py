"""A record comes out of the database as it went in, whatever its texts hold."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_query
from tests.store.strategies import records
from tests.store.support import a_database, a_finished, ulid
from tui_lab.core.ids import encode_ulid
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.record import RunRecord
from tui_lab.core.usage import Usage
from tui_lab.store.pages import RunFilter, list_runs
from tui_lab.store.reading import find_run
from tui_lab.store.rows import BRIEF_TEXT, first_seq, storable
from tui_lab.store.writing import finish_run

HOSTILE = [
    "nul \x00 within",
    "lone \ud800 surrogate \udfff",
    "'); DROP TABLE runs; --",
    '"unclosed AND (NEAR * ^ : prompt:',
    "\x1b]52;c;AAAA\x07",
    "e\u0301 \u202e \U000e0041 👩‍👩‍👧",
    "x" * 5_000_000,
]


def test_a_finished_run_is_read_back_equal(tmp_path: Path) -> None:
    ids = count()
    with a_database(tmp_path) as opened:

        @given(st.builds(ulid, st.builds(lambda: next(ids))).flatmap(records))
        @settings(deadline=None, max_examples=100)
        def holds(record: RunRecord) -> None:
            with opened.transactions.write(opened.db):
                finish_run(opened.db, record, b"")
            assert find_run(opened.db, record.id, None) == record

        holds()


def test_an_update_stores_what_an_insert_does(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        finish_run(opened.db, a_finished(0), b"")

        @given(records(ulid(0), tags=st.just(()), rating=st.none(), note=st.none()))
        @settings(deadline=None, max_examples=40)
        def holds(record: RunRecord) -> None:
            finish_run(opened.db, record, b"")
            assert find_run(opened.db, record.id, None) == record

        holds()


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_is_kept_in_every_field_that_holds_text(hostile: str, tmp_path: Path) -> None:
    fields = ("prompt", "system", "text", "reasoning", "refusal", "note", "served_model", "model")
    record = a_finished(
        0,
        **dict.fromkeys(fields, hostile),
        messages=(Message.of("user", hostile),),
        tags=(hostile,),
    )
    with a_database(tmp_path) as opened:
        finish_run(opened.db, record, b"")
        found = find_run(opened.db, "last", None)
        brief = list_runs(opened.db, a_query(""), RunFilter(), 1).items[0]
    expected = storable(hostile)
    assert {getattr(found, name) for name in fields} == {expected}
    assert (found.messages[0].text, found.tags) == (expected, (expected,))
    assert (brief.prompt, brief.text) == (expected, expected[:BRIEF_TEXT])


def test_lone_surrogates_become_replacement_characters() -> None:
    assert storable("a\ud800b") == "a\ufffdb"


def test_a_count_beyond_64_bits_does_not_keep_a_run_from_being_recorded(tmp_path: Path) -> None:
    record = a_finished(0, usage=Usage(input_tokens=10**40, output_tokens=1))
    with a_database(tmp_path) as opened:
        finish_run(opened.db, record, b"")
        assert find_run(opened.db, "last", None).usage.input_tokens == 2**63 - 1


def test_a_brief_record_keeps_references_of_attachments_and_nothing_long(tmp_path: Path) -> None:
    image = ImagePart(url="https://example.org/a.png", name="a.png")
    record = a_finished(
        0,
        messages=(Message("user", (TextPart("look"), image)),),
        text="é" * 600,
        reasoning="because",
    )
    with a_database(tmp_path) as opened:
        finish_run(opened.db, record, b"")
        brief = list_runs(opened.db, a_query(""), RunFilter(), 1).items[0]
    assert brief.text == "é" * BRIEF_TEXT
    assert (brief.reasoning, brief.attempts) == (None, ())
    assert [message.attachments for message in brief.messages] == [(image,)]
    assert brief.messages[0].text == ""


@given(st.lists(st.integers(0, 2**128 - 1), min_size=2, max_size=2))
def test_row_numbers_sort_as_the_ids_do(values: list[int]) -> None:
    first, second = sorted(encode_ulid(value >> 80, value & (2**80 - 1)) for value in values)
    assert 0 <= first_seq(first) <= first_seq(second) < 2**63


def test_many_runs_of_one_instant_keep_the_order_of_their_making(tmp_path: Path) -> None:
    ids = [f"01JD00000000000000000{n:05d}" for n in range(300)]
    with a_database(tmp_path) as opened:
        with opened.transactions.write(opened.db):
            for run_id in ids:
                finish_run(opened.db, a_finished(0, id=run_id), b"")
        rows = opened.db.execute("SELECT id FROM runs ORDER BY seq").fetchall()
    assert [row["id"] for row in rows] == ids
