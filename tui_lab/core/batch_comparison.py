"""The answers of a batch beside each other: who did best in what, how the repeats are spread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tui_lab.core.record import RunRecord, Status
from tui_lab.core.statistics import Spread


@dataclass(frozen=True, slots=True)
class Leaders:
    """Of the whole answers: soonest to begin, fastest (tokens a second), cheapest, longest (in
    characters). None where it cannot be said: not all tell, or all are the same.
    """

    soonest: RunRecord | None
    fastest: RunRecord | None
    cheapest: RunRecord | None
    longest: RunRecord | None


@dataclass(frozen=True, slots=True)
class Repeats:
    """What the whole answers of one model to one prompt have been like.

    `distinct` is how many texts there are among them. Milliseconds, tokens a second, US dollars,
    tokens; None where nothing was measured, of money also where one cost is unknown.
    """

    model: str
    runs: int
    whole: int
    distinct: int
    ttft_ms: Spread | None
    latency_ms: Spread | None
    tokens_per_second: Spread | None
    output_tokens: Spread | None
    usd: Spread | None
    estimated: bool


def leaders(runs: Iterable[RunRecord]) -> Leaders:
    whole = _whole(runs)
    return Leaders(
        soonest=_least(whole, lambda run: run.timing.ttft_ms),
        fastest=_least(whole, lambda run: _negative(run.timing.tokens_per_second)),
        cheapest=_least(whole, _usd),
        longest=_least(whole, lambda run: -len(run.text)),
    )


def repeats(runs: Iterable[RunRecord]) -> tuple[Repeats, ...]:
    """Model by model, as it was asked; running ones are left out."""
    asked: dict[str, list[RunRecord]] = {}
    for run in runs:
        if run.status is not Status.RUNNING:
            asked.setdefault(run.model, []).append(run)
    return tuple(_repeats(model, of_model) for model, of_model in asked.items())


def _repeats(model: str, runs: Sequence[RunRecord]) -> Repeats:
    whole = _whole(runs)
    costs = [_usd(run) for run in whole]
    return Repeats(
        model=model,
        runs=len(runs),
        whole=len(whole),
        distinct=len({run.text for run in whole}),
        ttft_ms=_spread(run.timing.ttft_ms for run in whole),
        latency_ms=_spread(run.timing.latency_ms for run in whole),
        tokens_per_second=_spread(run.timing.tokens_per_second for run in whole),
        output_tokens=_spread(run.usage.output_tokens for run in whole),
        usd=None if None in costs else _spread(costs),
        estimated=any(run.usage.estimated for run in whole),
    )


def _whole(runs: Iterable[RunRecord]) -> list[RunRecord]:
    return [run for run in runs if run.status is Status.OK]


def _least(
    runs: Sequence[RunRecord], measure: Callable[[RunRecord], float | None]
) -> RunRecord | None:
    measures = [measure(run) for run in runs]
    told = [one for one in measures if one is not None]
    if len(told) < len(runs) or len({*told}) < 2:
        return None
    return runs[measures.index(min(told))]


def _negative(value: float | None) -> float | None:
    return None if value is None else -value


def _usd(run: RunRecord) -> float | None:
    return None if run.cost.usd is None else float(run.cost.usd)


def _spread(values: Iterable[float | None]) -> Spread | None:
    return Spread.of(value for value in values if value is not None)
