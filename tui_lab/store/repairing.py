"""A damaged history made whole again, as far as it can be read. The old file is never lost."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.record import Status
from tui_lab.durable import sync
from tui_lab.lockfile import LockFile
from tui_lab.store import sums
from tui_lab.store.checking import check
from tui_lab.store.compacting import busy, is_open_elsewhere
from tui_lab.store.copying import back_up
from tui_lab.store.failures import is_interrupt, locked, storage_error
from tui_lab.store.files import HistoryFiles, create_private
from tui_lab.store.importing import Outcome, import_run
from tui_lab.store.journal import replay_journal
from tui_lab.store.migrate import statements
from tui_lab.store.opening import Opened, Plan, open_to_care
from tui_lab.store.reading import load_run
from tui_lab.store.salvage import (
    Salvaged,
    copy_readable,
    delete_strays,
    open_damaged,
    readable_runs,
)
from tui_lab.store.writing import finish_run


def repair(plan: Plan) -> list[str]:
    """What was done, in words; nothing where nothing is wrong. Blocks.

    Raises `LabError` of kind `storage`.
    """
    found = check(plan)
    path = plan.files.database
    try:
        if found.damage:
            return _recover(plan)
        return [] if found.is_sound else _mend(plan)
    except (sqlite3.Error, OSError) as error:
        if isinstance(error, sqlite3.Error) and is_interrupt(error):
            raise KeyboardInterrupt from error
        raise storage_error(error, path) from error


def bring_back(plan: Plan, damaged: Path) -> list[str]:
    """Adds what can be read of the runs in another file to this history. Blocks.

    Raises `LabError`: `usage` where nothing can be read, `storage`.
    """
    path = plan.files.database
    try:
        opened = open_to_care(plan)
        try:
            added, lost = _bring_back(opened, damaged)
        finally:
            opened.transactions.close(opened.db)
    except (sqlite3.Error, OSError) as error:
        raise storage_error(error, path) from error
    return [f"{added} runs of {damaged} are here again", *_loss(lost)]


def _bring_back(opened: Opened, damaged: Path) -> tuple[int, int]:
    source = open_damaged(damaged)
    added = lost = 0
    try:
        for run in readable_runs(source):
            if run is None:
                lost += 1
                continue
            with opened.transactions.write(opened.db):
                added += import_run(opened.db, run) is Outcome.ADDED
    finally:
        source.close()
    return added, lost


def _mend(plan: Plan) -> list[str]:
    """Makes the index anew and takes away what belongs to nothing; a copy is made before."""
    copy = plan.files.backup(plan.now())
    opened = open_to_care(plan)
    db = opened.db
    try:
        back_up(db, plan.files.database, copy)
        with opened.transactions.write(db):
            db.execute("INSERT INTO runs_fts (runs_fts) VALUES ('rebuild')")
            delete_strays(db)
            _end_endless(db)
            if sums.has_table(db):  # not in one that an older program has made
                sums.rebuild(db)
    finally:
        opened.transactions.close(db)
    return [f"the search index and the sums were made anew; the history as it was is {copy}"]


def _end_endless(db: sqlite3.Connection) -> None:
    endless = db.execute(
        "SELECT seq FROM runs WHERE status = ? AND seq NOT IN (SELECT run FROM running)",
        (Status.RUNNING,),
    ).fetchall()
    for row in endless:
        record, deltas = replay_journal(
            db, load_run(db, row["seq"]), row["seq"], Status.INTERRUPTED
        )
        finish_run(db, record, deltas.encode())


def _recover(plan: Plan) -> list[str]:
    """A new file with all that can be read of the old one, which is set aside."""
    files = plan.files
    if is_open_elsewhere(files):
        raise busy(files.database)
    try:
        with LockFile(files.lock).held(time.monotonic() + plan.timeout_s):
            new = HistoryFiles(files.database.with_suffix(".recovered"))
            try:
                salvaged = _salvage(plan, new.database)
                aside = files.set_aside(plan.now())
                new.database.rename(files.database)
            finally:
                new.database.unlink(missing_ok=True)
            sync(files.database.parent)
    except TimeoutError as error:
        raise locked(files.database) from error
    return [
        f"{salvaged.runs} runs were recovered; the damaged history is {aside}",
        *_loss(salvaged.lost_runs),
    ]


def _salvage(plan: Plan, new: Path) -> Salvaged:
    new.unlink(missing_ok=True)
    create_private(new)
    source = open_damaged(plan.files.database)
    target = sqlite3.connect(new, isolation_level=None)
    target.row_factory = sqlite3.Row
    try:
        target.execute("BEGIN")
        for script in plan.steps:
            for statement in statements(script):
                target.execute(statement)
        target.execute(f"PRAGMA user_version = {len(plan.steps)}")
        salvaged = copy_readable(source, target)
        target.execute("COMMIT")
    finally:
        target.close()
        source.close()
    if salvaged.rows == 0:
        raise LabError(
            ErrorKind.STORAGE,
            f"nothing of {plan.files.database} can be read",
            "put a backup in its place, or start tui-lab: it sets it aside and begins a new one",
        )
    sync(new)
    return salvaged


def _loss(lost: int) -> list[str]:
    return [f"{lost} runs could not be read"] if lost else []
