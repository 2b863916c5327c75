"""Reasoning that a server leaves in the text of an answer: `<think>` at its beginning."""

from __future__ import annotations

from enum import Enum, auto

_OPEN, _CLOSE = "<think>", "</think>"
_LONGEST_BEGINNING = 64
"""Characters in which the tag must have come: white space before it is not awaited for ever."""


class _At(Enum):
    BEGINNING = auto()
    REASONING = auto()
    ANSWER = auto()


class InlineReasoning:
    """Tells it apart from the answer; the same text in any pieces gives the same two texts.

    Left out are the tags and the line ends right behind them. What might be a tag is held back
    until it is known.
    """

    def __init__(self) -> None:
        self._at = _At.BEGINNING
        self._held = ""
        self._behind_tag = False

    def feed(self, piece: str) -> tuple[str, str]:
        """(more of the reasoning, more of the answer) in this piece."""
        text, self._held = self._held + piece, ""
        if self._at is _At.BEGINNING:
            text = self._begin(text)
        if self._at is _At.REASONING:
            return self._reason(text)
        return "", self._without_gap(text)

    def end(self) -> tuple[str, str]:
        """What was held back, now that nothing more comes."""
        held, self._held = self._held, ""
        return (held, "") if self._at is _At.REASONING else ("", held)

    def _begin(self, text: str) -> str:
        beginning = text.lstrip()
        if len(text) < _LONGEST_BEGINNING and _OPEN.startswith(beginning):
            self._held = text
            return ""
        if not beginning.startswith(_OPEN):
            self._at = _At.ANSWER
            return text
        self._at, self._behind_tag = _At.REASONING, True
        return beginning.removeprefix(_OPEN)

    def _reason(self, text: str) -> tuple[str, str]:
        reasoning, closed, answer = text.partition(_CLOSE)
        if not closed:
            tails = (size for size in range(len(_CLOSE), 0, -1) if text.endswith(_CLOSE[:size]))
            shown = len(text) - next(tails, 0)
            self._held = text[shown:]
            return self._without_gap(text[:shown]), ""
        reasoning = self._without_gap(reasoning)
        self._at, self._behind_tag = _At.ANSWER, True
        return reasoning, self._without_gap(answer)

    def _without_gap(self, text: str) -> str:
        if not self._behind_tag:
            return text
        text = text.lstrip("\r\n")
        self._behind_tag = not text
        return text
