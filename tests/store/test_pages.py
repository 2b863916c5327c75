"""Finding runs again: one by its id, pages of them, searches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_query
from tests.store.support import a_database, a_finished, a_store, ulid
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import Status
from tui_lab.store.pages import OLDEST, RunFilter, list_runs
from tui_lab.store.store import Store
from tui_lab.store.writing import finish_run

pytestmark = pytest.mark.anyio


async def fill(store: Store, texts: Sequence[str]) -> None:
    for number, text in enumerate(texts):
        await store.finish(a_finished(number, text), b"")


def found_by(folder: Path, words: str, texts: Sequence[str]) -> list[str]:
    """The texts that a search finds among these, newest first."""
    with a_database(folder) as opened:
        with opened.transactions.write(opened.db):
            for number, text in enumerate(texts):
                finish_run(opened.db, a_finished(number, text), b"")
        page = list_runs(opened.db, a_query(words), RunFilter(), 100)
    return [record.text for record in page.items]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("entangled", ["Entangled particles, said the cat"]),
        ("ENTANGLED cat", ["Entangled particles, said the cat"]),
        ("entangled dog", []),
        ("cafe", ["un café, s'il vous plaît"]),
        ("entang", []),
        ("entang*", ["Entangled particles, said the cat"]),
        ("c++", ["a -> b in c++"]),
        ("->", ["a -> b in c++"]),
        ("b ->", ["a -> b in c++"]),
        ("🙂", ["fine 🙂"]),
        ("世界", ["你好世界"]),
        ("AND", []),
    ],
)
def test_words_find_runs(words: str, found: list[str], tmp_path: Path) -> None:
    texts = [
        "Entangled particles, said the cat",
        "un café, s'il vous plaît",
        "a -> b in c++",
        "fine 🙂",
        "你好世界",
    ]
    assert found_by(tmp_path, words, texts) == found


def test_a_search_without_words_finds_everything_newest_first(tmp_path: Path) -> None:
    assert found_by(tmp_path, " \n\x00", ["one", "two"]) == ["two", "one"]


@pytest.mark.parametrize("field", ["prompt", "system", "text", "reasoning"])
def test_prompt_system_answer_and_reasoning_are_searched(field: str, tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        finish_run(opened.db, a_finished(0, **{field: "the needle"}), b"")
        finish_run(opened.db, a_finished(1), b"")
        page = list_runs(opened.db, a_query("needle"), RunFilter(), 20)
    assert [record.id for record in page.items] == [ulid(0)]


def test_a_changed_text_is_found_by_its_new_words_only(tmp_path: Path) -> None:
    with a_database(tmp_path) as opened:
        finish_run(opened.db, a_finished(0, "before"), b"")
        finish_run(opened.db, a_finished(0, "after"), b"")
        pages = [
            list_runs(opened.db, a_query(word), RunFilter(), 20) for word in ("before", "after")
        ]
        opened.db.execute("INSERT INTO runs_fts (runs_fts) VALUES ('integrity-check')")
    assert [len(page.items) for page in pages] == [0, 1]


ANY_TEXT = st.text(
    st.characters() | st.sampled_from('"*^:-+(){}\x00 AND OR NOT NEAR\u0300'), max_size=30
)


@pytest.mark.parametrize("typing", [False, True])
def test_any_text_is_a_valid_search_and_finds_the_text_itself(typing: bool, tmp_path: Path) -> None:
    ids = count()
    with a_database(tmp_path) as opened:

        @given(ANY_TEXT)
        @settings(deadline=None, max_examples=100)
        def holds(text: str) -> None:
            quotable = re.sub(r'["\x00]', " ", text)
            record = a_finished(next(ids), f"before {quotable} after")
            finish_run(opened.db, record, b"")
            for words in (text, f"{text}*", f'"{text}', f"-{text}", f"-{text}*"):
                list_runs(opened.db, a_query(words, typing=typing), RunFilter(), 1)
            query = a_query(f'"{quotable}"', typing=typing)
            page = list_runs(opened.db, query, RunFilter(), 1)
            assert [found.id for found in page.items] == [record.id]

        holds()


def test_a_search_of_five_megabytes_is_one(tmp_path: Path) -> None:
    assert found_by(tmp_path, "word-" * 1_000_000, ["one"]) == []


async def test_pages_cover_every_run_once_while_new_ones_arrive(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, [f"pine {number}" for number in range(25)])
        for words in ("", "pine"):
            seen: list[str] = []
            after: str | None = None
            for new in count(1000):
                page = await store.search(a_query(words), limit=7, after=after)
                seen += [record.id for record in page.items]
                await store.finish(a_finished(new, "pine, late"), b"")
                after = page.next
                if after is None:
                    break
            assert [run for run in seen if run < ulid(1000)] == [
                ulid(number) for number in reversed(range(25))
            ]
            assert len(seen) == len(set(seen))


async def test_a_last_page_has_no_next_one(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        assert await store.runs() == await store.search(a_query("nothing"))
        await fill(store, ["a", "b"])
        assert (await store.runs(limit=2)).next is None
        assert (await store.runs(limit=1)).next is not None


async def test_filters_hold_for_lists_and_searches_alike(tmp_path: Path) -> None:
    odd = {
        "workspace": "team",
        "status": Status.ERROR,
        "answered_by": "groq/llama",
        "provider": "groq",
        "batch_id": ulid(77),
    }
    filters = [
        RunFilter(workspace="team"),
        RunFilter(status=Status.ERROR),
        RunFilter(model="groq/llama"),
        RunFilter(provider="groq"),
        RunFilter(batch_id=ulid(77)),
        RunFilter("team", Status.ERROR, "groq/llama", "groq", ulid(77)),
    ]
    async with a_store(tmp_path / "history.db") as store:
        for number in range(4):
            await store.finish(a_finished(number, **(odd if number == 2 else {})), b"")
        for wanted in filters:
            for words in ("", "hello"):
                page = await store.search(a_query(words), wanted)
                assert [record.id for record in page.items] == [ulid(2)]
        assert (await store.runs(RunFilter(workspace="\ud800"))).items == ()


@pytest.mark.parametrize("limit", [0, -1, 101])
async def test_a_page_has_1_to_100_runs(limit: int, tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        with pytest.raises(LabError) as caught:
            await store.runs(limit=limit)
    assert caught.value.kind is ErrorKind.USAGE


@pytest.mark.parametrize("cursor", ["", "x", "nonsense!", "é", "_" * 11, "A" * 300, "AAAAAAAAAAB"])
async def test_a_cursor_that_no_page_gave_is_refused(cursor: str, tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        with pytest.raises(LabError) as caught:
            await store.runs(after=cursor)
    assert caught.value.kind is ErrorKind.USAGE


async def test_a_run_is_found_by_id_by_beginning_and_as_the_last(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, ["a", "b"])
        await store.finish(a_finished(2, "c", workspace="team"), b"")
        for ref in (ulid(1), ulid(1).lower(), ulid(1)[:11]):
            assert (await store.run(ref)).text == "b"
        assert (await store.run("last")).text == "c"
        assert (await store.run("last", "default")).text == "b"


@pytest.mark.parametrize(
    "ref", ["01", "", "ZZZ", "%", "01M' OR 1", "\x00", "\ud800", "é", "x" * 99]
)
async def test_a_name_that_means_no_single_run_is_refused(ref: str, tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, ["a", "b"])
        with pytest.raises(LabError) as caught:
            await store.run(ref)
    assert caught.value.kind is ErrorKind.USAGE
    assert caught.value.hint


async def test_there_is_no_last_run_in_an_empty_history(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        for workspace in (None, "team", "\ud800"):
            with pytest.raises(LabError, match="no run"):
                await store.run("last", workspace)


async def test_pages_can_be_turned_back_to_the_first(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, [f"pine {number}" for number in range(25)])
        for words in ("", "pine"):
            page = await store.search(a_query(words), limit=10)
            pages = [page]
            while page.next:
                page = await store.search(a_query(words), limit=10, after=page.next)
                pages.append(page)
            for earlier in reversed(pages[:-1]):
                page = await store.search(a_query(words), limit=10, before=page.previous)
                assert page.items == earlier.items
                again = await store.search(a_query(words), limit=10, after=page.next)
                follows = await store.search(a_query(words), limit=10, after=earlier.next)
                assert again.items == follows.items
            assert page.previous is None


async def test_the_last_page_is_the_one_before_the_end(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        await fill(store, [str(number) for number in range(25)])
        page = await store.runs(limit=10, before=OLDEST)
        assert [record.text for record in page.items] == [str(n) for n in reversed(range(10))]
        assert page.next is None
        earlier = await store.runs(limit=100, before=page.previous)
        assert [record.text for record in earlier.items] == [
            str(n) for n in reversed(range(10, 25))
        ]


def test_a_star_after_a_word_without_spaces_changes_nothing(tmp_path: Path) -> None:
    assert found_by(tmp_path, "世界*", ["你好世界"]) == ["你好世界"]


async def test_runs_of_a_workspace_are_counted_by_provider_since_a_moment(tmp_path: Path) -> None:
    async with a_store(tmp_path / "history.db") as store:
        runs = [
            a_finished(0, provider="groq"),
            a_finished(1),
            a_finished(2),
            a_finished(3, workspace="team"),
            a_finished(4, provider="groq"),
            a_finished(5, status=Status.BLOCKED),
        ]
        for run in runs:
            await store.finish(run, b"")
        since = datetime.fromtimestamp(1_790_000_000.001, UTC)
        assert await store.runs_by_provider("default", since) == {"sandbox": 2, "groq": 1}
        assert await store.runs_by_provider("nobody", since) == {}
