"""Scripts of migrations, statement by statement."""

from __future__ import annotations

import sqlite3

from tui_lab.store.migrate import packaged_migrations, statements


def test_a_script_is_cut_into_its_statements() -> None:
    script = (
        "-- first; with a semicolon\n"
        "CREATE TABLE t (a TEXT DEFAULT ';');\n"
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN\n  DELETE FROM t;\n  SELECT 1;\nEND;\n"
        "SELECT 1 -- without an end\n"
    )
    cut = list(statements(script))
    assert "".join(cut) == script
    kinds = ["CREATE TABLE", "CREATE TRIGGER", "SELECT 1 --"]
    assert all(kind in statement for kind, statement in zip(kinds, cut[-3:], strict=True))


def test_every_packaged_statement_is_one_that_sqlite_takes_alone() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    for script in packaged_migrations():
        for statement in statements(script):
            db.execute(statement)
    db.close()
