"""How many tokens an attachment has, guessed by the rules that three vendors have published.

Others keep theirs to themselves: for them Anthropic's rule stands, which lies between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import ceil

from tui_lab.core.image_size import Pixels, image_size
from tui_lab.core.messages import DocumentPart, ImagePart, Message

VENDORS = ("anthropic", "google", "openai")
"""Those whose rules are known."""

UNSEEN = Pixels(1024, 1024)
"""What an image is taken to be whose bytes are not at hand, or tell no size."""

_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_PAGES_BELOW = re.compile(rb"/Count\s+(\d{1,6})\b")
_BYTES_OF_A_PAGE = 100_000
"""Of a PDF that hides its pages in compressed objects; a guess on the generous side."""

_PAGE_TOKENS = {"google": 258}
_USUAL_PAGE_TOKENS = 1500
"""A page is read as text and as image: 1,500 tokens and more at Anthropic, 258 at Google.
platform.claude.com/docs/en/build-with-claude/pdf-support and
ai.google.dev/gemini-api/docs/document-processing"""


def estimate_attachments(messages: Iterable[Message], vendor: str) -> int:
    """Tokens of all images and documents; `vendor` is who made the model."""
    parts = (part for message in messages for part in message.attachments)
    return sum(_tokens(part, vendor) for part in parts)


def page_count(pdf: bytes) -> int:
    """Pages of a PDF: as many as it shows, or as its page tree counts."""
    counts = [int(count) for count in _PAGES_BELOW.findall(pdf)]
    shown = max([len(_PAGE.findall(pdf)), *counts])
    return shown or ceil(len(pdf) / _BYTES_OF_A_PAGE)


def _tokens(part: ImagePart | DocumentPart, vendor: str) -> int:
    if isinstance(part, DocumentPart):
        pages = page_count(part.data) if part.data else 1
        return pages * _PAGE_TOKENS.get(vendor, _USUAL_PAGE_TOKENS)
    size = image_size(part.data or b"") or UNSEEN
    match vendor:
        case "openai":
            return _openai_tokens(size)
        case "google":
            return _google_tokens(size)
        case _:
            return _anthropic_tokens(size)


def _anthropic_tokens(size: Pixels) -> int:
    """An area, at most that of 1568 pixels a side: build-with-claude/vision."""
    small = _fitted(size, 1568)
    return min(1600, ceil(small.width * small.height / 750))


def _openai_tokens(size: Pixels) -> int:
    """Tiles of 512 pixels and a base: platform.openai.com/docs/guides/images-vision."""
    small = _fitted(size, 2048)
    shortest = min(small)
    if shortest > 768:
        scale = 768 / shortest
        small = Pixels(round(small.width * scale), round(small.height * scale))
    return 85 + 170 * ceil(small.width / 512) * ceil(small.height / 512)


def _google_tokens(size: Pixels) -> int:
    """Tiles of 768 pixels, one for a small image: ai.google.dev/gemini-api/docs/tokens."""
    if max(size) <= 384:
        return 258
    return 258 * ceil(size.width / 768) * ceil(size.height / 768)


def _fitted(size: Pixels, longest: int) -> Pixels:
    """Scaled down until no side is longer."""
    scale = min(1.0, longest / max(1, *size))
    return Pixels(round(size.width * scale), round(size.height * scale))
