"""Which ids name the same model: a date or a revision behind a name makes no other model of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONTH = r"(?:0[1-9]|1[0-2])"
_REVISION = re.compile(
    rf"-\d{{4}}-{_MONTH}-\d\d\Z"  # OpenAI's dates
    rf"|[-@]20\d\d{_MONTH}\d\d\Z"  # Anthropic's, and Vertex AI's
    rf"|-{_MONTH}-(?:\d\d|20\d\d)\Z"  # Gemini's previews: 06-17, 09-2025
    rf"|-(?:{_MONTH}\d\d|\d\d{_MONTH})\Z"  # 0125, 0709; 2512
    r"|-00\d\Z|-latest\Z"
)


def without_revision(model: str) -> str:
    """The id without the date, the revision or the `-latest` behind it."""
    return _REVISION.sub("", model)


def priced_names(model: str) -> Iterator[str]:
    """Names under which a list may have the price of this id, the nearest first.

    A variant behind a colon (`:free`, `:batch`) has a price of its own, and stays.
    """
    plain = without_revision(model)
    yield from dict.fromkeys((model, plain, plain.removesuffix("-preview")))
