"""What a search asks for: words of the text, and conditions on the run.

`core.query_parsing` makes it of what a person typed; the store finds the runs, `core.matching` the
places in a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Term:
    """Text that a run must have, or must not: a word, or several in a row.

    With `prefix` the last word may go on.
    """

    text: str
    prefix: bool = False
    negated: bool = False


class Name(StrEnum):
    """What a run has by name."""

    MODEL = "model"
    PROVIDER = "provider"
    STATUS = "status"
    TAG = "tag"
    TEMPLATE = "template"
    WORKSPACE = "workspace"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Named:
    """The name is this one, in any case; with `prefix` it begins so. Of a model's name (the one
    that answered, else as asked) any part will do."""

    name: Name
    value: str
    prefix: bool = False
    negated: bool = False


class Measure(StrEnum):
    """What can be compared: stars, US dollars, milliseconds, tokens in and out together."""

    RATING = "rating"
    COST = "cost"
    TTFT = "ttft"
    LATENCY = "latency"
    TOKENS = "tokens"


class Comparison(StrEnum):
    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"
    EQUAL = "="


@dataclass(frozen=True, slots=True)
class Measured:
    """What is unknown compares with nothing: it is found by the negation alone."""

    measure: Measure
    comparison: Comparison
    value: Decimal
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Began:
    """The run began from `since` on, and before `until`."""

    since: datetime | None
    until: datetime | None
    negated: bool = False


class Part(StrEnum):
    """What a run may have or lack."""

    REASONING = "reasoning"
    IMAGE = "image"
    DOCUMENT = "document"
    TOOL = "tool"
    ERROR = "error"
    SYSTEM = "system"
    TEMPLATE = "template"
    TAG = "tag"
    RATING = "rating"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Has:
    part: Part
    negated: bool = False


Condition = Named | Measured | Began | Has


@dataclass(frozen=True, slots=True)
class QueryProblem:
    """Something in a search that does not mean what was probably meant, from character `start` to
    `end` of it."""

    message: str
    hint: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """All terms and conditions must hold. `Query()` is every run.

    `problems` are told, and never stop a search: what is not understood is looked for as words.
    """

    terms: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()
    problems: tuple[QueryProblem, ...] = ()
