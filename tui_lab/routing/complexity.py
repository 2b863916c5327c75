"""How hard a prompt is: a transparent score from several signals, each told with its points.

Length, code, mathematics, numbered steps and long words show in any language; what words say is in
`wording`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tui_lab.core.messages import DocumentPart, ImagePart, Message
from tui_lab.core.routing import Complexity, Level
from tui_lab.routing import wording

STARTS = (9.0, 30.0, 54.0)
"""The scores, 0 to 100, at which moderate, complex and advanced begin."""
_MARGIN = 12.0
"""A score so far from every border is certain."""
_MOST_READ = 4_000
"""Characters that are looked at, from both ends: what stands between repeats what was seen."""
_LONG_WORD, _FEW_WORDS = 9, 6


@dataclass(frozen=True, slots=True)
class _Signal:
    """What was seen, in words, and the points that it adds."""

    reason: str
    points: float


def complexity(prompt: str, *, turns: int = 1, images: int = 0, documents: int = 0) -> Complexity:
    """The complexity of a prompt that is this turn of a conversation, with what is attached."""
    text = _readable(prompt)
    signals = [*_signals(text, turns), *_attached(images, documents)]
    seen = [signal for signal in signals if signal.points]
    score = min(max(round(sum(signal.points for signal in seen), 1), 0.0), 100.0)
    level = Level(sum(score >= start for start in STARTS))
    distance = min(abs(score - start) for start in STARTS)
    confidence = round(min(0.5 + distance / _MARGIN / 2, 1.0), 2)
    reasons = tuple(f"{signal.reason}: {signal.points:+g}" for signal in seen)
    return Complexity(level, score, confidence, reasons or ("there is no text",))


def complexity_of(messages: Sequence[Message]) -> Complexity:
    """The complexity of the last turn of a conversation."""
    last = messages[-1]
    return complexity(
        last.text,
        turns=sum(message.role == "user" for message in messages),
        images=sum(isinstance(part, ImagePart) for part in last.parts),
        documents=sum(isinstance(part, DocumentPart) for part in last.parts),
    )


def _signals(text: str, turns: int) -> Iterator[_Signal]:
    yield from _size(text)
    yield from _instructions(text)
    yield from _demands(text)
    maths, steps = len(wording.MATHEMATICS.findall(text)), len(wording.STEPS.findall(text))
    yield _Signal("there is code", 18 if wording.CODE.search(text) else 0)
    yield _Signal("there is mathematics", 8 * min(maths, 2))
    yield _Signal(f"{steps} items in a list", 2 * min(steps, 6) if steps > 1 else 0)
    yield _Signal("reasoning is asked for", 8 if wording.REASONING.search(text) else 0)
    yield _Signal("it is said to be simple", -10 if wording.SAID_TO_BE_SIMPLE.search(text) else 0)
    yield _Signal(f"turn {turns} of a conversation", min(turns - 1, 4))


def _attached(images: int, documents: int) -> Iterator[_Signal]:
    yield _Signal("there is an image" if images == 1 else f"{images} images", 8 * min(images, 2))
    seen = "there is a document" if documents == 1 else f"{documents} documents"
    yield _Signal(seen, 10 * min(documents, 2))


def _size(text: str) -> Iterator[_Signal]:
    words = wording.WORD.findall(text)
    # Two characters of a script without spaces are about a word.
    count = len(words) + len(wording.UNSPACED.findall(text)) // 2
    yield _Signal(_counted(count, "word"), round(6 * math.log2(1 + min(count, 120) / 8), 1))
    long = len({word.lower() for word in words if len(word) >= _LONG_WORD})
    yield _Signal(_counted(long, "long word"), 6 * _telling(long, len(words)))
    terms = len(set(wording.TERM.findall(text)))
    yield _Signal(_counted(terms, "technical name"), 3 * min(terms, 3))


def _telling(long: int, words: int) -> int:
    """How many of the long words count: a long text has some, whatever it is about, and of a few
    words one may be a name."""
    if words < _FEW_WORDS:
        long = max(long - 1, 0)
    share = round(40 * long / words) if words >= 80 else min(long, 1 + round(words * 0.5))
    return min(share, 8)


def _instructions(text: str) -> Iterator[_Signal]:
    for what, pattern, points, most in wording.INSTRUCTIONS:
        found = dict.fromkeys(match[1].lower() for match in pattern.finditer(text))
        yield _Signal(f"asked {what} ({', '.join(found)})", points * min(len(found), most))
    if elsewhere := wording.asks_elsewhere(text):
        yield _Signal(*elsewhere)


def _demands(text: str) -> Iterator[_Signal]:
    constraints = len(wording.CONSTRAINTS.findall(text))
    yield _Signal(_counted(constraints, "constraint"), 5 * min(constraints, 4))
    judgement = sorted({found.lower() for found in wording.JUDGEMENT.findall(text)})
    yield _Signal(f"judgement ({', '.join(judgement)})", 11 * min(len(judgement), 3))
    commas = sum(map(text.count, ",，、"))
    yield _Signal(_counted(commas, "comma"), min(commas, 4))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _readable(text: str) -> str:
    """Both ends of a long text, with one space or one newline between words."""
    if len(text) > _MOST_READ:
        half = _MOST_READ // 2
        text = f"{text[:half]}\n{text[-half:]}"
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)
