"""Two runs side by side: what was asked, what came back, what it took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_lab.core.money import cost_words
from tui_lab.core.record import RunRecord
from tui_lab.core.text_diff import TextDiff, text_diff

NONE = "–"
_MEASURES = (
    ("connect", "connect_ms"),
    ("ttft", "ttft_ms"),
    ("first text", "first_visible_ms"),
    ("between tokens", "itl_ms"),
    ("speed", "tokens_per_second"),
    ("latency", "latency_ms"),
)
_COUNTS = (
    ("input tokens", "input_tokens"),
    ("cached tokens", "cached_tokens"),
    ("output tokens", "output_tokens"),
    ("reasoning tokens", "reasoning_tokens"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A value as JSON has it, and in words."""

    value: Any
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One fact of both runs."""

    name: str
    before: Told
    after: Told

    @property
    def is_same(self) -> bool:
        return bool(self.before.value == self.after.value)


@dataclass(frozen=True, slots=True)
class RunDiff:
    """`asked` and `measured` leave out what neither run has."""

    asked: tuple[Pair, ...]
    measured: tuple[Pair, ...]
    system: TextDiff
    prompt: TextDiff
    reasoning: TextDiff
    answer: TextDiff

    @property
    def texts(self) -> dict[str, TextDiff]:
        """By their names, in the order in which they are read."""
        return {
            "system": self.system,
            "prompt": self.prompt,
            "reasoning": self.reasoning,
            "answer": self.answer,
        }


def run_diff(before: RunRecord, after: RunRecord) -> RunDiff:
    """The second run against the first; a refusal stands for the answer that it is in place of."""
    return RunDiff(
        asked=tuple(_pairs(dict(_asked(before)), dict(_asked(after)))),
        measured=tuple(_pairs(dict(_measured(before)), dict(_measured(after)))),
        system=text_diff(before.system or "", after.system or ""),
        prompt=text_diff(before.prompt, after.prompt),
        reasoning=text_diff(before.reasoning or "", after.reasoning or ""),
        answer=text_diff(_answer(before), _answer(after)),
    )


def _answer(record: RunRecord) -> str:
    return record.text or record.refusal or ""


def _pairs(before: dict[str, Told], after: dict[str, Told]) -> Iterator[Pair]:
    nothing = Told(None, NONE)
    for name in dict.fromkeys((*before, *after)):
        pair = Pair(name, before.get(name, nothing), after.get(name, nothing))
        if pair.before.value is not None or pair.after.value is not None:
            yield pair


def _asked(record: RunRecord) -> Iterator[tuple[str, Told]]:
    yield "model", _plain(record.answered_by or record.model)
    yield "served as", _plain(record.served_model)
    for name, value in record.parameters.as_dict().items():
        yield name, _plain(value)
    if use := record.template:
        yield "template", _plain(f"{use.id}, version {use.version}")
    yield "turns", _plain(len(record.messages))


def _measured(record: RunRecord) -> Iterator[tuple[str, Told]]:
    yield "status", _plain(record.status.value)
    yield "finish", _plain(record.finish_reason.value if record.finish_reason else None)
    usage, mark = record.usage, "~" if record.usage.estimated else ""
    for name, field in _COUNTS:
        count = getattr(usage, field)
        yield name, Told(count, NONE if count is None else f"{count:,}{mark}")
    usd = record.cost.usd
    yield "cost", Told(None if usd is None else format(usd, "f"), cost_words(record, exact=True))
    for name, field in _MEASURES:
        value = getattr(record.timing, field)
        unit = "tok/s" if name == "speed" else "ms"
        yield name, Told(value, NONE if value is None else _rounded(value, unit))
    yield "rating", _plain(record.rating)


def _plain(value: Any) -> Told:
    return Told(value, NONE if value is None else str(value))


def _rounded(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
