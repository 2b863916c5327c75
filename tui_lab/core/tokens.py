"""How many tokens a text has, guessed: for before a provider tells, and where it never does.

The text is cut into runs much as the tokenizers of the big models cut it before they merge: words
with the space before them, numbers by threes, punctuation with the newlines after it. Each run has
a price in hundredths of a token. The prices of words and punctuation are means over recorded
streams that carry one token in each event (GPT-4o, GPT-5, Grok 4, DeepSeek, Llama 3); those of
other scripts lie between what the vocabularies cl100k_base and o200k_base need.
`benchmarks/token_estimate.py` measures the error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from tui_lab.core.messages import Message

PER_MESSAGE = 4
"""Tokens that chat formats put around each message (role, begin and end marks)."""

PER_REQUEST = 3
"""Tokens that open the answer."""

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ɏ"
_IDEOGRAPHS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"

# Runs are cut at 64 characters, so that what is carried from piece to piece stays short.
_RUN = (
    rf"(?P<word> ?[{_UPPER}]{{0,16}}[{_LOWER}]{{1,64}}| ?[{_UPPER}]{{1,16}})"
    r"|(?P<space>\s{1,64})"
    r"|(?P<marks> ?[!-/:-@[-`{-~]{1,64}[\r\n]{0,64})"
    r"|(?P<digits>[0-9]{1,3})"
    rf"|(?P<ideographs>[{_IDEOGRAPHS}]{{1,64}})"
    rf"|(?P<letters> ?[^\W0-9_A-Za-zÀ-ɏ{_IDEOGRAPHS}]{{1,64}})"
    r"|(?P<symbol>[\s\S])"
)


@cache
def _runs() -> re.Pattern[str]:
    """Compiled when a text is counted: it takes longer than many a start can wait."""
    return re.compile(_RUN)


class TokenEstimate:
    """Counts as text comes in; the same text in any pieces gives the same count."""

    def __init__(self) -> None:
        self._hundredths = 0
        self._run = ""

    @property
    def tokens(self) -> int:
        return _rounded(self._hundredths + _price_of_all(self._run))

    def feed(self, text: str) -> None:
        """The last run may go on in the next piece: it is carried, and priced when it is whole."""
        text = self._run + text
        last = None
        for run in _runs().finditer(text):
            if last is not None:
                self._hundredths += _price(last)
            last = run
        self._run = last.group() if last is not None else ""


def estimate_tokens(text: str) -> int:
    return _rounded(_price_of_all(text))


def estimate_messages(system: str | None, messages: Iterable[Message]) -> int:
    """Tokens of a whole request: its texts, and what chat formats add for each message."""
    texts = [message.text for message in messages]
    if system:
        texts.append(system)
    return sum(estimate_tokens(text) + PER_MESSAGE for text in texts) + PER_REQUEST


def _price_of_all(text: str) -> int:
    return sum(map(_price, _runs().finditer(text)))


def _rounded(hundredths: int) -> int:
    return (hundredths + 50) // 100 if hundredths > 100 else min(hundredths, 1)


def _price(run: re.Match[str]) -> int:
    """Hundredths of a token."""
    text = run.group()
    match run.lastgroup:
        case "word":
            return _price_of_word(text)
        case "space":
            return _price_of_space(text)
        case "marks":
            return 80 if len(text) == 1 else 100 + 30 * max(0, len(text) - 4)
        case "digits":
            return 100
        case "ideographs":
            return 85 * len(text)
        case "letters":
            return max(100, 40 * len(text))
        case _:
            return 100 if text < "\U00010000" else 200


def _price_of_word(word: str) -> int:
    """Common words are one token; long ones, and those inside or after something else, are more."""
    letters = word.lstrip(" ")
    length = len(letters)
    if length > 3 and letters.isupper():
        price = 40 * length
    else:
        price = 100 + 5 * max(0, length - 5) + 10 * max(0, length - 10)
        if length > 5 and word[0] != " ":
            price += 30
    return (
        price if word.isascii() else price + 30 * (len(word.encode("utf-8", "replace")) - len(word))
    )


def _price_of_space(space: str) -> int:
    """Newlines are a token, and so is the indentation after them."""
    breaks = space.rstrip(" \t")
    return 100 * (bool(breaks) + (len(breaks) < len(space)))
