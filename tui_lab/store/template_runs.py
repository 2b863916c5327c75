"""Templates as the history has them: their versions, and the runs that were made from them."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tui_lab.core.record import RunRecord, Status
from tui_lab.core.template_versions import TemplateVersion
from tui_lab.core.value_json import format_time, parse_time
from tui_lab.store.rows import BRIEF_COLUMNS, brief_from_row, storable

OF_TEMPLATE = "template IS NOT NULL AND json_extract(template, '$.id') = ?"
"""As the index has it."""

Versions = Mapping[str, Mapping[str, int]]
"""Template id → digest of a content → version."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a template is: the values by which a version is told, and their digest."""

    template_id: str
    values: Mapping[str, Any]
    digest: str


def number_template(db: sqlite3.Connection, content: Content, least: int, now: datetime) -> int:
    """The version of this content: the one that it had before, else a new one, `least` at least."""
    rows = db.execute(
        "SELECT digest, version FROM template_versions WHERE id = ?", (content.template_id,)
    )
    known = {row["digest"]: int(row["version"]) for row in rows}
    if content.digest in known:
        return known[content.digest]
    version = max([least, *(number + 1 for number in known.values())])
    db.execute(
        "INSERT INTO template_versions (id, digest, version, content, first_seen) "
        "VALUES (?, ?, ?, ?, ?)",
        (
            content.template_id,
            content.digest,
            version,
            json.dumps(content.values),
            format_time(now),
        ),
    )
    return version


def known_versions(db: sqlite3.Connection) -> Versions:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in db.execute("SELECT id, digest, version FROM template_versions"):
        found[row["id"]][row["digest"]] = row["version"]
    return found


def template_versions(db: sqlite3.Connection, template_id: str) -> tuple[TemplateVersion, ...]:
    """Every version that is known, with what became of its runs, the newest first."""
    tallies = _tallies(db, template_id)
    rows = db.execute(
        "SELECT version, content, first_seen FROM template_versions WHERE id = ?", (template_id,)
    )
    found = {
        row["version"]: tallies.pop(row["version"], _Tally()).version(
            row["version"], json.loads(row["content"]), parse_time(row["first_seen"])
        )
        for row in rows
    }
    found |= {number: tally.version(number, None, None) for number, tally in tallies.items()}
    return tuple(found[number] for number in sorted(found, reverse=True))


def last_variables(
    db: sqlite3.Connection, template_id: str, workspace: str
) -> Mapping[str, str] | None:
    """The values with which the workspace has last used a template; None if it never has."""
    row = db.execute(
        f"SELECT template FROM runs WHERE {OF_TEMPLATE} AND workspace = ? "  # noqa: S608
        "ORDER BY seq DESC LIMIT 1",
        (template_id, storable(workspace)),
    ).fetchone()
    return json.loads(row["template"])["variables"] if row is not None else None


def answered_runs(
    db: sqlite3.Connection, template_id: str, tag: str, workspace: str
) -> tuple[RunRecord, ...]:
    """The answered runs of a template with this tag, newest first, brief."""
    rows = db.execute(
        f"SELECT {BRIEF_COLUMNS} FROM runs WHERE {OF_TEMPLATE} AND workspace = ? "  # noqa: S608
        "AND status IN ('ok', 'refused') "
        "AND EXISTS (SELECT 1 FROM json_each(runs.tags) WHERE value = ?) ORDER BY seq DESC",
        (template_id, storable(workspace), tag),
    )
    return tuple(map(brief_from_row, rows))


@dataclass(slots=True)
class _Tally:
    runs: int = 0
    answered: int = 0
    ratings: list[int] = field(default_factory=list)
    costs: list[Decimal] = field(default_factory=list)

    def version(
        self, number: int, content: Mapping[str, Any] | None, first_seen: datetime | None
    ) -> TemplateVersion:
        return TemplateVersion(
            number,
            content,
            first_seen,
            runs=self.runs,
            answered=self.answered,
            rating=sum(self.ratings) / len(self.ratings) if self.ratings else None,
            cost=sum(self.costs, Decimal(0)) / len(self.costs) if self.costs else None,
        )


def _tallies(db: sqlite3.Connection, template_id: str) -> dict[int, _Tally]:
    found: dict[int, _Tally] = defaultdict(_Tally)
    rows = db.execute(
        "SELECT json_extract(template, '$.version') AS version, status, rating, usd "  # noqa: S608
        f"FROM runs WHERE {OF_TEMPLATE} AND status <> 'running'",
        (template_id,),
    )
    for row in rows:
        tally = found[row["version"]]
        tally.runs += 1
        tally.answered += row["status"] == Status.OK
        if row["rating"] is not None:
            tally.ratings.append(row["rating"])
        if row["usd"] is not None:
            tally.costs.append(Decimal(row["usd"]))
    return found
