"""Votes between two answers: cast once, read together."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from tui_lab.core.value_json import format_time, parse_time
from tui_lab.core.votes import Verdict, Vote, Voted
from tui_lab.store.rows import storable, to_json_text


@dataclass(frozen=True, slots=True)
class VoteFilter:
    """Which votes; None: any."""

    workspace: str | None = None
    tag: str | None = None
    template: str | None = None


def add_vote(db: sqlite3.Connection, vote: Vote) -> None:
    db.execute(
        "INSERT INTO votes (id, at, workspace, first_run, first_model, second_run, second_model, "
        "verdict, blind, template, tags, void) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            vote.id,
            format_time(vote.at),
            vote.workspace,
            vote.first.run_id,
            vote.first.model,
            vote.second.run_id,
            vote.second.model,
            vote.verdict.value,
            vote.blind,
            vote.template,
            to_json_text(vote.tags),
            vote.void,
        ),
    )
    if vote.note is not None:
        note_vote(db, vote.id, vote.note)


def note_vote(db: sqlite3.Connection, vote_id: str, note: str) -> None:
    db.execute("INSERT INTO vote_notes (vote, note) VALUES (?, ?)", (vote_id, storable(note)))


def votes(db: sqlite3.Connection, wanted: VoteFilter) -> tuple[Vote, ...]:
    """The oldest first."""
    rows = db.execute(
        # With max(), SQLite takes the note from the row that has it.
        "SELECT votes.*, note FROM votes "
        "LEFT JOIN (SELECT vote, note, max(seq) FROM vote_notes GROUP BY vote) ON vote = id "
        "WHERE (:workspace IS NULL OR workspace = :workspace) "
        "AND (:template IS NULL OR template = :template) "
        "AND (:tag IS NULL OR EXISTS "
        "(SELECT 1 FROM json_each(tags) WHERE json_each.value = :tag)) "
        "ORDER BY votes.seq",
        {"workspace": wanted.workspace, "template": wanted.template, "tag": wanted.tag},
    )
    return tuple(map(_vote, rows))


def unjudged_pairs(
    db: sqlite3.Connection, workspace: str, limit: int
) -> tuple[tuple[str, str], ...]:
    """Two runs each, by id, that answered the same prompt in one batch and were never compared;
    the newest first. Those of one model are left out.
    """
    rows = db.execute(
        "SELECT one.id AS one, other.id AS other FROM runs one "
        "JOIN runs other ON other.batch_id = one.batch_id AND other.seq > one.seq "
        "WHERE one.workspace = :workspace AND one.status = 'ok' AND other.status = 'ok' "
        "AND one.text <> '' AND other.text <> '' AND one.answered_by <> other.answered_by "
        "AND NOT EXISTS (SELECT 1 FROM votes "
        "WHERE first_run = one.id AND second_run = other.id) "
        "AND NOT EXISTS (SELECT 1 FROM votes "
        "WHERE second_run = one.id AND first_run = other.id) "
        "ORDER BY one.seq DESC, other.seq LIMIT :limit",
        {"workspace": workspace, "limit": limit},
    )
    return tuple((row["one"], row["other"]) for row in rows)


def _vote(row: sqlite3.Row) -> Vote:
    tags: Sequence[str] = json.loads(row["tags"])
    return Vote(
        id=row["id"],
        at=parse_time(row["at"]),
        workspace=row["workspace"],
        first=Voted(row["first_run"], row["first_model"]),
        second=Voted(row["second_run"], row["second_model"]),
        verdict=Verdict(row["verdict"]),
        blind=bool(row["blind"]),
        template=row["template"],
        tags=tuple(tags),
        void=row["void"],
        note=row["note"],
    )
