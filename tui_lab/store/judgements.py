"""What a workspace thinks of models: its ratings of answers, and its votes between two."""

from __future__ import annotations

import sqlite3

from tui_lab.core.routing import Ratings
from tui_lab.store.rows import storable


def ratings(db: sqlite3.Connection, workspace: str) -> dict[str, Ratings]:
    """By the model that answered. A vote that was won counts as 5, one that was lost as 1, a tie
    as 3; those that are void, or between a model and itself, count nothing.
    """
    rows = db.execute(
        "WITH counting AS (SELECT * FROM votes WHERE workspace = :workspace "
        "AND void IS NULL AND first_model <> second_model), "
        "judgements (model, stars) AS ("
        "SELECT answered_by, rating FROM runs WHERE workspace = :workspace "
        "AND rating IS NOT NULL AND answered_by IS NOT NULL "
        "UNION ALL SELECT first_model, "
        "CASE verdict WHEN 'first' THEN 5 WHEN 'second' THEN 1 ELSE 3 END FROM counting "
        "UNION ALL SELECT second_model, "
        "CASE verdict WHEN 'second' THEN 5 WHEN 'first' THEN 1 ELSE 3 END FROM counting) "
        "SELECT model, count(*) AS count, avg(stars) AS mean FROM judgements GROUP BY model",
        {"workspace": storable(workspace)},
    )
    return {row["model"]: Ratings(row["count"], row["mean"]) for row in rows}
