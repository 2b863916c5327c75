"""The language of searches. Any text whatever is one.

words "a phrase" -without wor* model:gpt-4o -status:ok cost:>0.01 after:7d has:image
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from tui_lab.core.nearest import closest, nearest
from tui_lab.core.query import (
    Began,
    Condition,
    Has,
    Measure,
    Measured,
    Name,
    Named,
    Part,
    Query,
    QueryProblem,
    Term,
)
from tui_lab.core.query_values import day_of, quantity, span
from tui_lab.core.record import Source, Status

LONGEST = 1000
"""So many characters of a search count."""

_ITEM = re.compile(
    r"(?P<minus>-(?=[\w\"]))?(?:(?P<field>[A-Za-z]+):)?"
    r"(?:\"(?P<quoted>[^\"\x00]*)(?P<end>\"\*?)?|(?P<bare>[^\s\x00]*))"
)
_BETWEEN = re.compile(r"[\s\x00]*")
_MOMENTS = ("after", "before", "on")
FIELDS = (*Name, *Measure, *_MOMENTS, "has")
"""What can stand before a colon."""

_CLOSED: dict[Name, type[StrEnum]] = {Name.STATUS: Status, Name.SOURCE: Source}
_OPEN = frozenset(Name) - frozenset(_CLOSED)
"""Any of these is `*`: `workspace:*`, `template:*`."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A word of the search, with where it is from. `unfinished`: it is being typed."""

    whole: str
    start: int
    field: str
    value: str
    negated: bool
    quoted: bool
    closed: bool
    prefix: bool
    unfinished: bool

    def problem(self, message: str, hint: str) -> QueryProblem:
        return QueryProblem(message, hint, self.start, self.start + len(self.whole))

    def as_words(self) -> Term:
        """The word as it stands, its field a word like any other."""
        text = self.whole[self.negated :]
        if text.startswith('"'):
            text = self.value
        text = text.rstrip("*") or text
        return Term(text, self.prefix or self.unfinished, self.negated)


class _NotUnderstoodError(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def parse_query(text: str, now: datetime, zone: tzinfo, *, typing: bool = False) -> Query:
    """The search in this text; days are those of the time zone.

    `typing` takes a last word that no space ends for the beginning of one: also that of a name,
    and a condition without its value is not missed yet.
    """
    terms: list[Term] = []
    conditions: list[Condition] = []
    problems: list[QueryProblem] = []
    for item in _items(text[:LONGEST], typing):
        if item.quoted and not item.closed and not item.unfinished:
            problems.append(item.problem("the quotation mark has no second one", 'close it with "'))
        if not item.field:
            if item.value.strip():
                terms.append(item.as_words())
            continue
        try:
            if item.field not in FIELDS:
                raise _unknown(item)
            if found := _condition(item, now, zone):
                conditions.append(found)
        except _NotUnderstoodError as error:
            problems.append(item.problem(str(error), error.hint))
            if item.field not in FIELDS or not item.unfinished:
                terms.append(item.as_words())
    if len(text) > LONGEST:
        message = f"only the first {LONGEST:,} characters of a search count"
        problems.append(QueryProblem(message, "search for less of it", LONGEST, len(text)))
    return Query(tuple(dict.fromkeys(terms)), tuple(conditions), tuple(problems))


def _items(text: str, typing: bool) -> list[_Item]:
    items: list[_Item] = []
    place = _BETWEEN.match(text).end()  # type: ignore[union-attr]
    while place < len(text):
        found = _ITEM.match(text, place)
        assert found is not None
        place = found.end()
        quoted = found["quoted"] is not None
        value = found["quoted"] if quoted else found["bare"]
        star = (found["end"] or "").endswith("*") if quoted else value.endswith("*")
        item = _Item(
            whole=found[0],
            start=found.start(),
            field=(found["field"] or "").lower(),
            value=value if quoted else value.rstrip("*"),
            negated=found["minus"] is not None,
            quoted=quoted,
            closed=bool(found["end"]),
            prefix=star,
            unfinished=typing and place == len(text) and not found["end"],
        )
        items.append(item if _is_filter(item) else replace(item, field=""))
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]
    return items


def _is_filter(item: _Item) -> bool:
    """Addresses (`https://…`), times and C++ names have colons, too."""
    return item.field in FIELDS or bool(item.field and item.value[:1] not in ("", "/", ":", "\\"))


def _unknown(item: _Item) -> _NotUnderstoodError:
    hint = nearest(item.field, FIELDS, most=len(FIELDS))
    if closest(item.field, FIELDS):
        hint = hint.removesuffix("?") + ":?"
    return _NotUnderstoodError(f"there is no filter {item.field}: (searched for as words)", hint)


def _condition(item: _Item, now: datetime, zone: tzinfo) -> Condition | None:
    """None for a condition that is only begun. Raises `_NotUnderstoodError`."""
    field = item.field
    if not item.value and not (item.prefix and field in _OPEN):
        if item.unfinished:
            return None
        raise _NotUnderstoodError(f"{field}: needs a value", "write it right behind the colon")
    if field == "has":
        return _has(item)
    if field in _MOMENTS:
        return _began(item, now, zone)
    if field in list(Measure):
        try:
            comparison, value = quantity(Measure(field), item.value)
        except ValueError as error:
            raise _NotUnderstoodError(
                f"{item.value!r} is no {field} to compare with", str(error)
            ) from None
        return Measured(Measure(field), comparison, value, item.negated)
    return _named(item, Name(field))


def _named(item: _Item, name: Name) -> Named:
    prefix = item.prefix or item.unfinished
    if name in _CLOSED:
        _one_of(_CLOSED[name], item, prefix=prefix)
    return Named(name, item.value, prefix, item.negated)


def _has(item: _Item) -> Has | None:
    found = _one_of(Part, item, prefix=item.unfinished)
    return Has(Part(found), item.negated) if found is not None else None


def _one_of(words: Iterable[str], item: _Item, *, prefix: bool) -> str | None:
    """The word that is meant; None where it is only the beginning of one, and may be."""
    words, word = list(words), item.value.casefold()
    if word in words:
        return word
    if prefix and any(one.startswith(word) for one in words):
        return None
    raise _NotUnderstoodError(
        f"there is no {item.field}:{item.value}", nearest(word, words, most=len(words))
    )


def _began(item: _Item, now: datetime, zone: tzinfo) -> Began:
    try:
        begin, end = span(item.value, now, zone)
        if item.field == "on" and begin == end:
            begin, end = day_of(begin, zone)
    except ValueError as error:
        raise _NotUnderstoodError(f"{item.value!r} is no day or time", str(error)) from None
    since = None if item.field == "before" else begin
    until = {"before": begin, "on": end}.get(item.field)
    return Began(since, until, item.negated)
