"""The values of a search's conditions: numbers with units, and moments.

All functions raise `ValueError`, with a hint in words, for what they do not understand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from tui_lab.core.query import Comparison, Measure

_QUANTITY = re.compile(
    r"(?P<comparison>>=|<=|>|<|=)?\$?(?P<number>\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?P<unit>[a-z]*)"
)
_UNITS: dict[Measure, dict[str, int]] = {
    Measure.RATING: {"": 1},
    Measure.COST: {"": 1},
    Measure.TTFT: {"": 1, "ms": 1, "s": 1000, "m": 60_000, "min": 60_000},
    Measure.LATENCY: {"": 1, "ms": 1, "s": 1000, "m": 60_000, "min": 60_000},
    Measure.TOKENS: {"": 1, "k": 1000, "m": 1_000_000},
}
_EXAMPLES = {
    Measure.RATING: "rating:>=4",
    Measure.COST: "cost:>0.01",
    Measure.TTFT: "ttft:>500ms or ttft:>1.5s",
    Measure.LATENCY: "latency:>30s or latency:<2min",
    Measure.TOKENS: "tokens:>1000 or tokens:>1k",
}
_AGO = re.compile(r"(\d{1,5})([hdw])")
_UNITS_OF_TIME = {"h": "hours", "d": "days", "w": "weeks"}
_MONTH = re.compile(r"\d{4}-\d{2}")
_MOMENT_HINT = "write today, yesterday, 7d (days ago), 12h, 2w, 2026-11-22, 2026-11 or a time"


def quantity(measure: Measure, text: str) -> tuple[Comparison, Decimal]:
    """`>0.01`, `>=4`, `<1.5s`: in the unit of the measure. Without a sign it means equal."""
    found = _QUANTITY.fullmatch(text.casefold())
    units = _UNITS[measure]
    if found is None or found["unit"] not in units:
        raise ValueError(f"write for example {_EXAMPLES[measure]}")
    comparison = Comparison(found["comparison"] or "=")
    return comparison, Decimal(found["number"]) * units[found["unit"]]


def span(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until when the day, the month or the moment is, in that time zone.

    A moment has the same beginning and end. `7d` is the moment seven days before `now`.
    """
    word = text.casefold()
    try:
        today = now.astimezone(zone).date()
        if word in ("today", "yesterday"):
            return _days(today - timedelta(word == "yesterday"), _next_day, zone)
        if ago := _AGO.fullmatch(word):
            moment = now - timedelta(**{_UNITS_OF_TIME[ago[2]]: int(ago[1])})
            return moment, moment
        if _MONTH.fullmatch(word):
            return _days(date.fromisoformat(f"{word}-01"), _next_month, zone)
        if len(word) <= len("2026-11-22"):
            return _days(date.fromisoformat(word), _next_day, zone)
        moment = datetime.fromisoformat(text.upper())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment.timestamp()
    except (ValueError, OverflowError):
        raise ValueError(_MOMENT_HINT) from None
    return moment, moment


def day_of(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """The day in which the moment is."""
    try:
        return _days(moment.astimezone(zone).date(), _next_day, zone)
    except (ValueError, OverflowError):
        raise ValueError(_MOMENT_HINT) from None


def _days(
    first: date, following: Callable[[date], date], zone: tzinfo
) -> tuple[datetime, datetime]:
    ends = first, following(first)
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in ends)
    begin.timestamp(), end.timestamp()  # tells what no clock reaches
    return begin, end


def _next_day(day: date) -> date:
    return day + timedelta(1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)
