"""What a number of runs comes to, in a form in which it can be kept, added to and taken from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from operator import sub
from typing import NamedTuple

from tui_lab.core.histogram import Counts, pack, pack_values, packed_without, unpack
from tui_lab.core.record import Status

QUARTER_MS = 900_000
"""Runs are summed by quarters of an hour: all time zones begin their days with one."""

STATUSES = (
    Status.OK,
    Status.REFUSED,
    Status.BLOCKED,
    Status.ERROR,
    Status.CANCELLED,
    Status.INTERRUPTED,
)
"""How a run can have ended."""

MEASURES = ("ttft_ms", "latency_ms", "tokens_per_second")

_EXACT = Context(prec=200)
_MOST_TOKENS = 10**12
_MOST_MEASURED = 1e12
"""A provider can report any number: more of one call is not believed."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """What one call to a provider took: a line of the ledger. `usd` is None where unknown."""

    model: str
    provider: str
    input_tokens: int
    output_tokens: int
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run that is over, as far as it is counted; `at_ms` is Unix time, `template` empty for
    none."""

    at_ms: int
    workspace: str
    model: str
    provider: str
    template: str
    status: Status
    latency_ms: float | None
    ttft_ms: float | None
    tokens_per_second: float | None
    calls: Sequence[CallLine]


class Place(NamedTuple):
    """What the runs of one sum have in common; `quarter` is Unix time / 900."""

    quarter: int
    workspace: str
    model: str
    provider: str
    template: str


class Sums(NamedTuple):
    """Counts of runs by status and of calls; `last_ms` is that of the last run, 0 without one.

    `ttft`, `latency` and `speed` are sums over runs that ended well, in thousandths; `spread` is
    the histogram of the three, in this order (`core.histogram`).
    """

    ok: int = 0
    refused: int = 0
    blocked: int = 0
    error: int = 0
    cancelled: int = 0
    interrupted: int = 0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    unknown_cost_calls: int = 0
    ttft: int = 0
    latency: int = 0
    speed: int = 0
    last_ms: int = 0
    spread: bytes = b""
    usd: Decimal = Decimal(0)

    @property
    def by_status(self) -> dict[Status, int]:
        """Only those that there are."""
        counts = {status: int(getattr(self, status.value)) for status in STATUSES}
        return {status: count for status, count in counts.items() if count}


_SUMMED = Sums._fields.index("last_ms")
_NONE = Sums()


def merged(parts: Iterable[Sums]) -> Sums:
    sums, spreads = summed(parts)
    return sums._replace(spread=pack(spreads))


def summed(parts: Iterable[Sums]) -> tuple[Sums, dict[int, Counts]]:
    """A sum without its spread, and that apart, by measure."""
    *columns, last, spreads, usd = zip(Sums(), *parts, strict=True)
    sums = Sums._make([*map(sum, columns), max(last), b"", _exact_sum(usd)])
    return sums, unpack(spreads)


def without(whole: Sums, part: Sums) -> Sums:
    """What is left of a sum when a part of it is taken away; `last_ms` stays what it was."""
    spread = packed_without(whole.spread, part.spread)
    usd = _EXACT.subtract(whole.usd, part.usd)
    return Sums._make([*map(sub, whole[:_SUMMED], part[:_SUMMED]), whole.last_ms, spread, usd])


def tally(lines: Iterable[RunLine], quarters: int = 1) -> dict[Place, Sums]:
    """Sums for each so many quarters of an hour. A run is counted where it was answered, each call
    where it went: a run that two providers were asked for counts at one, and costs at both."""
    parts: dict[Place, list[Sums]] = {}
    for line in lines:
        quarter = line.at_ms // (QUARTER_MS * quarters) * quarters
        for model, provider, sums in _parts(line):
            place = Place(quarter, line.workspace, model, provider, line.template)
            parts.setdefault(place, []).append(sums)
    return {place: merged(found) for place, found in parts.items()}


def _parts(line: RunLine) -> Iterable[tuple[str, str, Sums]]:
    yield line.model, line.provider, _sums_of_run(line)
    for call in line.calls:
        sums = Sums(
            calls=1,
            input_tokens=_tokens(call.input_tokens),
            output_tokens=_tokens(call.output_tokens),
            unknown_cost_calls=int(call.usd is None),
            usd=call.usd or Decimal(0),
        )
        yield call.model, call.provider, sums


def _sums_of_run(line: RunLine) -> Sums:
    if line.status is not Status.OK:
        counts = [int(line.status is status) for status in STATUSES]
        return Sums._make([*counts, *_NONE[len(counts) :]])._replace(last_ms=line.at_ms)
    measures = (line.ttft_ms, line.latency_ms, line.tokens_per_second)
    ttft, latency, speed = map(_thousandths, measures)
    return Sums(
        ok=1,
        ttft=ttft,
        latency=latency,
        speed=speed,
        last_ms=line.at_ms,
        spread=pack_values(measures),
    )


def _exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Not rounded at 28 digits, as Python's own is."""
    with localcontext(_EXACT):
        return sum(amounts, Decimal(0))


def _tokens(count: int) -> int:
    return max(0, min(count, _MOST_TOKENS))


def _thousandths(value: float | None) -> int:
    return round(max(0, min(value or 0, _MOST_MEASURED)) * 1000)
