"""What is said below a search while it is typed: what is wrong with it, what could follow."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui_lab.core.query import Measure, Part, Query
from tui_lab.core.query_parsing import FIELDS
from tui_lab.core.record import Source, Status
from tui_lab.core.sanitise import sanitise_line

FEW_FIELDS = "model: status: tag: cost:> after: has: … f1: all"
RANKED = "the best first, of the newest 500 found"
LEAST_LETTERS = 2
"""Of a word before it is taken for the beginning of a filter."""

_MOMENTS = ("today", "yesterday", "7d", "12h", "2026-11", "2026-11-22")
_TIMES = (">500ms", ">2s", "<1min")
VALUES: dict[str, Sequence[str]] = {
    "status": tuple(Status),
    "source": tuple(Source),
    "has": tuple(Part),
    **dict.fromkeys(("after", "before", "on"), _MOMENTS),
    Measure.RATING: (">=4", "5"),
    Measure.COST: (">0.01", "<0.001"),
    Measure.TTFT: _TIMES,
    Measure.LATENCY: _TIMES,
    Measure.TOKENS: (">1000", ">10k"),
}
"""What can stand behind a field, all of it or examples."""

LANGUAGE = (
    "Words must all occur in prompt, system prompt, answer or reasoning; the last one may go on. "
    '"words in a row", -without, begin*. Filters: model: provider: status: tag: template: '
    "workspace: source: (names), cost:>0.01 ttft:>1s latency:<2min tokens:>10k rating:>=4, "
    "after:7d before:2026-11 on:yesterday, has:reasoning|image|document|tool|error|system|"
    "template|tag|rating|note. A - before a filter finds the others. → takes what is offered. What "
    "is not understood is looked for as words."
)


def query_words(text: str, query: Query, *, typing: bool, ranked: bool) -> Content:
    """One line; empty where there is nothing to say. `typing`: the focus is in the search."""
    if query.problems:
        problem = query.problems[0]
        words = sanitise_line(f"{problem.message} → {problem.hint}")
        return Content.assemble(("✗ ", "$error"), words)
    if typing and not text.strip():
        return _muted(FEW_FIELDS)
    if typing and (offers := _offers(_last_word(text))):
        return _muted(" ".join(offers))
    return _muted(RANKED) if ranked and query.terms else Content()


def completion(text: str) -> str | None:
    """The whole text with the field or the value that its last word is the beginning of, if there
    is one only."""
    word = _last_word(text)
    field, colon, value = word.lstrip("-").partition(":")
    offers = [offer for offer in _offers(word) if offer.startswith(value if colon else field)]
    closed = not colon or field in ("status", "source", "has")
    if len(offers) != 1 or not closed:
        return None
    return text + offers[0][len(value if colon else field) :]


def _offers(word: str) -> list[str]:
    """Fields that begin so, or what can follow a field."""
    field, colon, value = word.lstrip("-").partition(":")
    if colon:
        offers = VALUES.get(field, ())
        return [offer for offer in offers if offer.startswith(value) and offer != value]
    if len(field) < LEAST_LETTERS:
        return []
    return [f"{one}:" for one in FIELDS if one.startswith(field)]


def _last_word(text: str) -> str:
    return "" if text[-1:].isspace() else (text.split() or [""])[-1]


def _muted(words: str) -> Content:
    return Content.styled(words, "$foreground-muted")
