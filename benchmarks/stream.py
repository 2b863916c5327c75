"""What the measured programs are given: tokens at a pace, every seventh of them a marker."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

WORDS = [
    "the",
    "of",
    "and",
    "to",
    "model",
    "token",
    "stream",
    "cache",
    "prompt",
    "context",
    "layer",
]
BEFORE_PACE = 5000  # tokens a second that every program has taken in before the markers come
MARKER_EVERY = 7  # no multiple of a frame at any pace used here, so markers meet every phase


@dataclass(frozen=True, slots=True)
class Case:
    """A program, its lanes, tokens a second and tokens for each lane, text already there.

    `typing`: whether keys are typed all the time; `drain`: bytes a second that the terminal takes.
    """

    program: str
    lanes: int = 1
    pace: int = 50
    tokens: int = 400
    before: int = 0
    content: str = "prose"
    typing: bool = True
    drain: int | None = None


def text_tokens(content: str, seed: int = 0) -> Callable[[], str]:
    """A source of tokens, about four characters each; the same for the same seed."""
    chance = random.Random(seed)
    words = WORDS
    state = {"line": 0, "left": 0}

    def prose() -> str:
        state["left"] -= 1
        if state["left"] >= 0:
            return f" {chance.choice(words)}"
        state["line"] += 1
        state["left"] = chance.randint(8, 60)
        return chance.choice(["\n\n", "\n\n", "\n- ", "\n\n## ", "\n1. "])

    def code() -> str:
        state["left"] -= 1
        if state["left"] >= 0:
            return chance.choice([" x", " =", " (1)", " 'a'", " if", " def", " #", " return"])
        state["left"] = chance.randint(3, 14)
        return "\n    "

    def line() -> str:
        return f" {chance.choice(words)}"

    return {"prose": prose, "code": code, "line": line}[content]


async def tokens(case: Case, lane: int, log: dict[int, float]) -> AsyncIterator[str]:
    """The tokens of a lane at their pace, noting when each marker was given out."""
    make = text_tokens(case.content, lane)
    if case.content == "code":
        yield "```python\n"
    if case.before:
        yield "".join(make() for _ in range(case.before))
        await asyncio.sleep(1 + case.before / BEFORE_PACE)
    began = time.monotonic()
    for number in range(case.tokens):
        await asyncio.sleep(max(0, began + number / case.pace - time.monotonic()))
        if number % MARKER_EVERY == MARKER_EVERY - 1:
            marker = lane * 100_000 + number
            log[marker] = time.monotonic()
            yield f" ⟦{marker:06}⟧"
        else:
            yield make()


def vars_of(case: Case) -> dict[str, object]:
    """The case as it is handed to another process."""
    return {name: getattr(case, name) for name in Case.__slots__}
