"""How many tokens a text has, guessed: for before a provider tells, and where it never does."""

from __future__ import annotations

from collections.abc import Iterable

from tui_lab.core.messages import Message


class TokenEstimate:
    """Counts as text comes in; the same text in any pieces gives the same count."""

    def __init__(self) -> None:
        self._chars = 0

    @property
    def tokens(self) -> int:
        return (self._chars + 3) // 4

    def feed(self, text: str) -> None:
        self._chars += len(text)


def estimate_tokens(text: str) -> int:
    estimate = TokenEstimate()
    estimate.feed(text)
    return estimate.tokens


def estimate_messages(system: str | None, messages: Iterable[Message]) -> int:
    """Tokens of a whole request: its texts, and what chat formats add for each message."""
    texts = [message.text for message in messages]
    if system:
        texts.append(system)
    return sum(estimate_tokens(text) + 4 for text in texts) + 3
