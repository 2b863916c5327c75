"""Whether the history is sound, and how large it is. It only looks; `repairing` mends."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui_lab.core.errors import LabError
from tui_lab.store import sums
from tui_lab.store.failures import is_damage, is_from_damage, is_interrupt, is_locked, storage_error
from tui_lab.store.opening import Plan, open_to_care, open_to_read
from tui_lab.store.reading import snapshot

_INDEX = "runs_fts"
_MOST_FINDINGS = 20
_HOLD_S = 3.0
"""The whole index can only be checked while nobody writes: not for longer than others wait."""


@dataclass(frozen=True, slots=True)
class Size:
    """In bytes: the database with its WAL, and what of it is free."""

    bytes: int
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Soundness:
    """What is wrong, in words: with the file itself, with the search index, with rows that have
    lost what they belong to, with the sums of runs. `is_partly_checked` where the index is too
    large to check whole."""

    path: Path
    runs: int | None
    size: Size
    damage: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    strays: tuple[str, ...] = ()
    is_partly_checked: bool = False

    @property
    def is_sound(self) -> bool:
        return not (self.damage or self.index or self.strays)


def check(plan: Plan) -> Soundness:
    """Blocks. Raises `LabError` of kind `storage` where the file cannot be looked into."""
    path = plan.files.database
    try:
        db = open_to_read(plan)
    except LabError as error:
        if not is_from_damage(error):
            raise
        return Soundness(path, None, Size(_bytes(path), 0), damage=(str(error.raw),))
    try:
        return _check(db, plan)
    except sqlite3.Error as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from error
        raise storage_error(error, path) from error
    finally:
        db.close()


def size_of(db: sqlite3.Connection, path: Path) -> Size:
    page, free = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "freelist_count")
    )
    return Size(_bytes(path), page * free)


def _check(db: sqlite3.Connection, plan: Plan) -> Soundness:
    path = plan.files.database
    db.set_progress_handler(lambda: 0, 20_000)  # lets ctrl-c in
    found = list(_lines(db, f"PRAGMA integrity_check({_MOST_FINDINGS})"))
    damage = tuple(line for line in found if _INDEX not in line)
    size = size_of(db, path)
    if damage:
        return Soundness(path, None, size, damage=damage)
    index = [line for line in found if _INDEX in line] or list(_index_gaps(db))
    whole = True
    if not index:
        index, whole = _whole_index(plan)
    runs = int(db.execute("SELECT count(*) FROM runs").fetchone()[0])
    return Soundness(path, runs, size, (), tuple(index), tuple(_strays(db)), not whole)


def _lines(db: sqlite3.Connection, sql: str) -> Iterator[str]:
    try:
        yield from (row[0] for row in db.execute(sql) if row[0] != "ok")
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        yield str(error)


def _index_gaps(db: sqlite3.Connection) -> Iterator[str]:
    for words, one, other in (
        ("{} runs are not in the search index", "seq FROM runs", "id FROM runs_fts_docsize"),
        ("{} runs in the search index are gone", "id FROM runs_fts_docsize", "seq FROM runs"),
    ):
        try:
            (count,) = db.execute(
                f"SELECT count(*) FROM (SELECT {one} EXCEPT SELECT {other})"  # noqa: S608
            ).fetchone()
        except sqlite3.Error as error:
            if is_interrupt(error):
                raise
            yield f"the search index cannot be read: {error}"
            return
        if count:
            yield words.format(count)


def _whole_index(plan: Plan) -> tuple[list[str], bool]:
    """What is wrong with it, and whether it was checked to its end. Nothing is changed."""
    try:
        opened = open_to_care(plan)
    except LabError:  # it may only be read
        return [], False
    db = opened.db
    try:
        with opened.transactions.write(db):
            until = time.monotonic() + _HOLD_S
            db.set_progress_handler(lambda: time.monotonic() > until, 10_000)
            db.execute("INSERT INTO runs_fts (runs_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.Error as error:
        if is_damage(error):
            return ["the search index does not fit the runs"], True
        if not (is_interrupt(error) or is_locked(error)):
            raise
        return [], False
    except LabError:  # others write all the time
        return [], False
    finally:
        db.set_progress_handler(None, 0)
        opened.transactions.close(db)
    return [], True


def _strays(db: sqlite3.Connection) -> Iterator[str]:
    lost = len(db.execute("PRAGMA foreign_key_check").fetchall())
    if lost:
        yield f"{lost} rows belong to runs that are gone"
    (endless,) = db.execute(
        "SELECT count(*) FROM runs WHERE status = 'running' "
        "AND seq NOT IN (SELECT run FROM running)"
    ).fetchone()
    if endless:
        yield f"{endless} runs are in progress without a process"
    if sums.has_table(db):
        with snapshot(db):
            wrong = sums.wrong_hours(db)
        if wrong:
            yield f"the sums of {wrong} hours are not those of their runs"


def _bytes(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, Path(f"{path}-wal")) if file.exists())
