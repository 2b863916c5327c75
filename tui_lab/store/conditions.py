"""The conditions of a search as SQL about one row of `runs`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from tui_lab.core.ids import encode_ulid
from tui_lab.core.query import Began, Condition, Has, Measure, Measured, Name, Named, Part
from tui_lab.store.rows import first_seq, storable

NAMES = {
    Name.MODEL: "coalesce(runs.answered_by, runs.model)",
    Name.PROVIDER: "runs.provider",
    Name.STATUS: "runs.status",
    Name.TEMPLATE: "json_extract(runs.template, '$.id')",
    Name.WORKSPACE: "runs.workspace",
    Name.SOURCE: "runs.source",
    Name.TAG: "json_each.value",
}
_MEASURES = {
    Measure.RATING: "runs.rating",
    Measure.COST: "CAST(runs.usd AS REAL)",
    Measure.TTFT: "runs.ttft_ms",
    Measure.LATENCY: "runs.latency_ms",
    Measure.TOKENS: "runs.input_tokens + runs.output_tokens",
}
_PARTS = {
    Part.REASONING: "runs.reasoning IS NOT NULL",
    Part.IMAGE: """instr(runs.attachments, '"kind":"image"')""",
    Part.DOCUMENT: """instr(runs.attachments, '"kind":"document"')""",
    Part.TOOL: "runs.tool_calls <> '[]'",
    Part.ERROR: "runs.error_kind IS NOT NULL",
    Part.SYSTEM: "runs.system IS NOT NULL",
    Part.TEMPLATE: "json_extract(runs.template, '$.id') IS NOT NULL",
    Part.TAG: "runs.tags <> '[]'",
    Part.RATING: "runs.rating IS NOT NULL",
    Part.NOTE: "runs.note IS NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Sql:
    """An expression that is true or false, and the values of its `?`."""

    text: str
    values: tuple[str | int | float, ...] = ()

    def negated(self) -> Sql:
        """True also where nothing is known."""
        return Sql(f"({self.text}) IS NOT TRUE", self.values)


def condition_sql(condition: Condition) -> Sql:
    """The condition, negated where it is."""
    match condition:
        case Named():
            positive = _named(condition)
        case Measured(measure, comparison, value):
            positive = Sql(f"{_MEASURES[measure]} {comparison} ?", (float(value),))
        case Began(since, until):
            first = seq_at(since.timestamp()) if since else 0
            last = seq_at(until.timestamp()) if until else 2**63 - 1
            positive = Sql("runs.seq >= ? AND runs.seq < ?", (first, last))
        case Has(part):
            positive = Sql(_PARTS[part])
        case _:
            assert_never(condition)
    return positive.negated() if condition.negated else positive


def is_name(column: str, wanted: Named) -> Sql:
    """Whether the name in this column is the one that is wanted."""
    value = storable(wanted.value)
    if wanted.name is Name.MODEL:
        return Sql(f"instr(lower({column}), lower(?))", (value,))
    if wanted.prefix:
        return Sql(f"substr(lower({column}), 1, length(?)) = lower(?)", (value, value))
    return Sql(f"lower({column}) = lower(?)", (value,))


def seq_at(timestamp: float) -> int:
    """The number of the first run that can have begun then, in Unix time."""
    return first_seq(encode_ulid(max(round(timestamp * 1000), 0), 0))


def _named(wanted: Named) -> Sql:
    test = is_name(NAMES[wanted.name], wanted)
    if wanted.name is not Name.TAG:
        return test
    tags = "SELECT 1 FROM json_each(runs.tags)"
    return Sql(f"runs.tags <> '[]' AND EXISTS ({tags} WHERE {test.text})", test.values)
