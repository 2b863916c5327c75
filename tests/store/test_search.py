"""What the conditions and words of a search find in a history."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_query
from tests.store.support import a_database, a_finished, ulid
from tui_lab.core.cost import Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.query import Term
from tui_lab.core.record import RunRecord, Source, Status, TemplateUse
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.core.words import fold_word, index_words
from tui_lab.store.pages import Deadline, Page, RunFilter, best_runs, cursor_at, list_runs
from tui_lab.store.reading import snapshot
from tui_lab.store.writing import finish_run

DAY_MS = 24 * 3600 * 1000
# Ids begin on 21 September 2026, 14:13 UTC.
PLAIN, ODD, OTHER = 0, 1, 2
ODD_RUN = a_finished(
    DAY_MS,
    "odd",
    status=Status.ERROR,
    error=LabError(ErrorKind.TIMEOUT, "too late"),
    answered_by="Groq/Llama-3.1",
    provider="groq",
    workspace="Team Red",
    source=Source.RERUN,
    template=TemplateUse("explain", 1),
    tags=("keep", "two words"),
    rating=4,
    note="look again",
    reasoning="because",
    system="be brief",
    cost=Cost(Decimal("0.0125"), CostSource.TABLE),
    usage=Usage(input_tokens=900, output_tokens=200),
    timing=Timing(ttft_ms=1500, latency_ms=61_000),
    messages=(Message("user", (TextPart("look"), ImagePart(url="https://example.org/a.png"))),),
)


def found_among(folder: Path, text: str, records: Sequence[RunRecord]) -> list[int]:
    """Which of these runs a search finds, newest first."""
    ids = [record.id for record in records]
    with a_database(folder) as opened:
        with opened.transactions.write(opened.db):
            for record in records:
                finish_run(opened.db, record, b"")
        page = list_runs(opened.db, a_query(text), RunFilter(), 100)
        back = list_runs(opened.db, a_query(text), RunFilter(), 100, before=cursor_at(EPOCH))
    assert back.items == page.items
    return [ids.index(record.id) for record in page.items]


EPOCH = datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "model:llama",
        "model:GROQ/llama-3.1",
        "provider:groq",
        "provider:GR*",
        "status:error",
        "workspace:Team*",
        'workspace:"team red"',
        "source:rerun",
        "template:explain",
        "tag:KEEP",
        'tag:"two w"*',
        "rating:>=4",
        "rating:4",
        "cost:>0.01",
        "cost:0.0125",
        "ttft:>1s",
        "latency:>1min",
        "tokens:>1000",
        "tokens:1.1k",
        "has:reasoning",
        "has:image",
        "has:error",
        "has:note",
        "has:tag",
        "has:rating",
        "has:template",
        "has:system",
        "on:2026-09-22",
        "odd",
        "od*",
        "o*",
        "odd model:llama has:image -status:ok",
    ],
)
def test_a_condition_finds_what_meets_it_and_its_negation_the_rest(
    text: str, tmp_path: Path
) -> None:
    records = [a_finished(0), ODD_RUN, a_finished(2 * DAY_MS)]
    (tmp_path / "not").mkdir()
    assert found_among(tmp_path, text, records) == [ODD]
    if " " not in text.replace("team red", "").replace("two w", ""):
        assert found_among(tmp_path / "not", f"-{text}", records) == [OTHER, PLAIN]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("after:2026-09-22", [OTHER, ODD]),
        ("before:2026-09-22", [PLAIN]),
        ("after:2026-09-22 before:2026-09-23", [ODD]),
        ("after:2026-09-23 before:2026-09-22", []),
        ("has:document", []),
        ("has:tool", []),
        ("model:nobody", []),
        ("template:nothing hello", []),
        ("-cost:<1", [OTHER, PLAIN]),
        ("cost:>=0 cost:<1", [ODD]),
    ],
)
def test_conditions_together(text: str, found: list[int], tmp_path: Path) -> None:
    records = [a_finished(0), ODD_RUN, a_finished(2 * DAY_MS)]
    assert found_among(tmp_path, text, records) == found


def test_many_names_are_one_condition_as_well(tmp_path: Path) -> None:
    records = [a_finished(number, answered_by=f"maker/model-{number % 20}") for number in range(40)]
    assert found_among(tmp_path, "model:model-1", records) == [
        number for number in reversed(range(40)) if number % 20 == 1 or number % 20 >= 10
    ]


def test_a_beginning_of_very_many_words_is_found(tmp_path: Path) -> None:
    texts = [f"trans{number}" for number in range(100)]
    records = [a_finished(number, text) for number, text in enumerate(texts)]
    assert found_among(tmp_path, "trans*", records) == list(reversed(range(100)))


WORDS = st.sampled_from(["ab", "abc", "abcd", "abcdef", "b", "bc", "ç", "cd e", "世界"])


@given(
    st.lists(st.lists(WORDS, max_size=5).map(" ".join), max_size=12),
    st.lists(
        st.builds(
            "{}{}".format,
            st.sampled_from(["", "-"]),
            WORDS | WORDS.map("{}*".format) | st.lists(WORDS).map(" ".join).map('"{}"'.format),
        ),
        max_size=3,
    ).map(" ".join),
    st.integers(1, 5),
)  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_pages_give_what_a_plain_look_at_every_text_finds(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], search: str, limit: int
) -> None:
    query = a_query(search)
    expected = [
        number for number, text in enumerate(texts) if all(_has(text, t) for t in query.terms)
    ]
    with a_database(tmp_path_factory.mktemp("history")) as opened:
        with opened.transactions.write(opened.db):
            for number, text in enumerate(texts):
                finish_run(opened.db, a_finished(number, text, prompt=""), b"")
        found: list[str] = []
        after: str | None = None
        while True:
            page = list_runs(opened.db, query, RunFilter(), limit, after=after)
            found += [record.id for record in page.items]
            if (after := page.next) is None:
                break
    assert found == [ulid(number) for number in reversed(expected)]


def _has(text: str, term: Term) -> bool:
    """By nothing but a list of words."""
    plain = term.text.replace("ç", "c")
    wanted, words = plain.split(), text.replace("ç", "c").split()
    if "世界" in wanted:
        return (plain in text.replace("ç", "c")) is not term.negated
    for start in range(len(words) - len(wanted) + 1):
        row = words[start : start + len(wanted)]
        same_end = row[-1].startswith(wanted[-1]) if term.prefix else row[-1] == wanted[-1]
        if row[:-1] == wanted[:-1] and same_end:
            return not term.negated
    return term.negated


@given(st.text(st.characters(max_codepoint=0x17F) | st.sampled_from("\u0301Ωςабвё—…"), max_size=30))
@settings(deadline=None)
def test_words_are_those_of_the_index(text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='unicode61 remove_diacritics 2')")
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab (t, instance)")
    text = text.replace("\0", " ")
    db.execute("INSERT INTO t VALUES (?)", (text,))
    of_the_index = [row[0] for row in db.execute("SELECT term FROM v ORDER BY offset")]
    db.close()
    if words := index_words(text):
        assert [fold_word(word) for word in words] == of_the_index


def test_a_search_without_time_gives_a_part_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    ticks = count()
    with a_database(tmp_path) as opened:
        for number in range(30):
            finish_run(opened.db, a_finished(number, "pine" if number % 10 == 0 else "oak"), b"")
        found: list[str] = []
        pages: list[Page] = []
        after: str | None = None
        while not pages or after is not None:
            end = next(ticks) + 4
            deadline = Deadline(at=end, clock=lambda: next(ticks))
            page = list_runs(
                opened.db, a_query("p*"), RunFilter(), 20, after=after, deadline=deadline
            )
            found += [record.id for record in page.items]
            pages.append(page)
            after = page.next
    assert found == [ulid(20), ulid(10), ulid(0)]
    assert [page.unfinished for page in pages] == [True] * (len(pages) - 1) + [False]
    assert pages[0].reached == datetime.fromtimestamp(1_790_000_000.025, UTC)
    assert len(pages) > 3


def test_turning_back_without_time_goes_on_as_well(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        for number in range(10):
            finish_run(opened.db, a_finished(number, "pine" if number == 8 else "oak"), b"")
        place: str | None = cursor_at(EPOCH)
        found: list[str] = []
        over = Deadline(at=0, clock=lambda: 1)
        while place is not None:
            page = list_runs(opened.db, a_query("p*"), RunFilter(), 5, before=place, deadline=over)
            found += [record.id for record in page.items]
            place = page.previous
    assert found == [ulid(8)]


def test_a_cursor_stands_before_a_moment(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        for number in range(3):
            finish_run(opened.db, a_finished(number), b"")
        place = cursor_at(datetime.fromtimestamp(1_790_000_000.001, UTC))
        older = list_runs(opened.db, a_query(""), RunFilter(), 5, after=place)
        newer = list_runs(opened.db, a_query(""), RunFilter(), 5, before=place)
    assert [record.id for record in older.items] == [ulid(0)]
    assert [record.id for record in newer.items] == [ulid(2), ulid(1)]


def test_a_history_without_the_newest_indexes_is_searched_all_the_same(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        finish_run(opened.db, replace(ODD_RUN), b"")
        script = opened.db.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
        for (name,) in (tuple(row) for row in script):
            if re.match("runs_(measures|with|by)", name):
                opened.db.execute(f"DROP INDEX {name}")
        page = list_runs(
            opened.db, a_query("odd cost:>0.01 tag:keep template:explain"), RunFilter(), 5
        )
    assert len(page.items) == 1


def test_the_best_of_what_is_found_come_first_when_asked_for(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        for number, text in enumerate(["pine", "pine pine pine", "pine and oak", "oak"]):
            finish_run(opened.db, a_finished(number, text), b"")
        page = best_runs(opened.db, a_query("pine"), RunFilter(), 2)
    assert [record.text for record in page.items] == ["pine pine pine", "pine"]
    assert (page.next, page.previous) == (None, None)


def test_a_search_that_is_interrupted_leaves_no_transaction_open(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        for number in range(500):
            finish_run(opened.db, a_finished(number, "pine oak" if number % 2 else "elm"), b"")

        def interrupting() -> float:
            opened.db.interrupt()
            return 0

        for text in ("pine oak", "p* -q*", "cost:>1 -elm", "pine -elm"):
            deadline = Deadline(at=1, clock=interrupting)
            with pytest.raises(sqlite3.OperationalError, match="interrupted"), snapshot(opened.db):
                list_runs(opened.db, a_query(text), RunFilter(), 100, deadline=deadline)
            assert not opened.db.in_transaction
            assert list_runs(opened.db, a_query(text), RunFilter(), 1).items or "cost" in text
