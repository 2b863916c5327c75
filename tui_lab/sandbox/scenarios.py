"""The simulated models: what each says, how fast, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import cycle, islice
from random import Random

from tui_lab.sandbox import texts
from tui_lab.sandbox.speech import Ending, Kind, Piece, pieces_of


class Availability(Enum):
    ALWAYS = auto()
    EVERY_OTHER_TIME = auto()
    NEVER = auto()


Speaker = Callable[[str, int | None, Random], Iterator[Piece]]
"""(prompt, tokens asked for, chance) → pieces. Without a length it is the scenario's own."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A simulated model. `pace` in tokens a second; `about` is for people."""

    id: str
    about: str
    speak: Speaker
    pace: float = 60
    ending: Ending = Ending.COMPLETE
    availability: Availability = Availability.ALWAYS


def _echo(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
    pieces = pieces_of(prompt) or ["Nothing", " was", " said", "."]
    return _as(Kind.TEXT, pieces if tokens is None else islice(cycle(pieces), tokens))


def _prose(length: int) -> Speaker:
    def speak(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
        return _as(Kind.TEXT, _fitted(texts.prose(rng), tokens or length, rng))

    return speak


def _markdown(length: int) -> Speaker:
    def speak(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
        return _as(Kind.TEXT, _fitted(texts.markdown(rng), tokens or length, rng))

    return speak


def _broken_off(length: int) -> Speaker:
    """The beginning of a longer answer."""

    def speak(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
        wanted = tokens or length
        return islice(_as(Kind.TEXT, _fitted(texts.markdown(rng), 2 * wanted + 50, rng)), wanted)

    return speak


def _reasoner(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
    wanted = tokens or 240
    thinking = wanted // 2
    yield from _as(Kind.REASONING, _fitted(texts.thoughts(rng), thinking, rng))
    yield from _as(Kind.TEXT, _fitted(texts.markdown(rng), wanted - thinking, rng))


def _hostile(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
    """Cut anywhere, so that sequences are spread over several pieces."""
    whole = "".join(texts.HOSTILE)
    pieces = _cut_anywhere(texts.hostile() if tokens else iter([whole]), rng)
    return _as(Kind.TEXT, islice(pieces, tokens))


def _refuser(prompt: str, tokens: int | None, rng: Random) -> Iterator[Piece]:
    return _as(Kind.REFUSAL, pieces_of("I'm sorry, but I can't help with that request."))


SCENARIOS: dict[str, Scenario] = {
    scenario.id: scenario
    for scenario in (
        Scenario("echo", "repeats the prompt", _echo),
        Scenario("markdown", "a long answer in Markdown", _markdown(600)),
        Scenario("fast", "a short answer, 200 tokens a second", _prose(40), pace=200),
        Scenario("slow", "a short answer, 4 tokens a second", _prose(40), pace=4),
        Scenario("reasoner", "thinks aloud, then answers", _reasoner),
        Scenario(
            "flaky",
            "refuses the first try with status 429, then answers",
            _prose(60),
            availability=Availability.EVERY_OTHER_TIME,
        ),
        Scenario("down", "is never there: status 503", _prose(60), availability=Availability.NEVER),
        Scenario("drop", "loses the connection mid-answer", _broken_off(40), ending=Ending.LOST),
        Scenario("stall", "falls silent mid-answer", _broken_off(40), ending=Ending.SILENT),
        Scenario("hostile", "tries to harm the terminal", _hostile),
        Scenario("refuser", "declines to answer", _refuser, ending=Ending.REFUSED),
    )
}


def _as(kind: Kind, pieces: Iterable[str]) -> Iterator[Piece]:
    return (Piece(kind, text) for text in pieces)


def _fitted(blocks: Iterator[str], tokens: int, rng: Random) -> Iterator[str]:
    """As many whole blocks as fit, then a last paragraph that ends at exactly this many pieces."""
    left, last = tokens, "\n"
    for block in blocks:
        pieces = pieces_of(block)
        if len(pieces) > left:
            break
        yield from pieces
        left, last = left - len(pieces), pieces[-1]
    gap = "" if last.endswith("\n") else " "
    closing = (piece for text in texts.prose(rng, gap) for piece in pieces_of(text))
    for piece in islice(closing, max(0, left - 1)):
        yield piece
        last = piece
    if left:
        yield " …" if last.endswith(".") else "."


def _cut_anywhere(blocks: Iterator[str], rng: Random) -> Iterator[str]:
    for block in blocks:
        at = 0
        while at < len(block):
            length = rng.randint(1, 6)
            yield block[at : at + length]
            at += length
