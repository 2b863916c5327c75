"""Where a row of text ends, in terminal cells, without ever cutting through a character.

Widths are those of `rich.cells`, which Textual uses to compose the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import split_graphemes

LONGEST_CLUSTER = 32
"""Code points that may stack up to one character; what goes on longer is cut."""

# Latin, Greek, Cyrillic, typographic marks, boxes: one cell each, most of what is ever written.
_PLAIN = re.compile(r"[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2500-\u25fc]*")


def clusters(text: str) -> Iterator[tuple[int, int, int]]:
    """The characters as a reader counts them: (start, end, cells).

    Marks, variation selectors, joined emoji and flags stay together.
    """
    flag_half: tuple[int, int, int] | None = None
    for start, end, cells in split_graphemes(text)[0]:
        if "\U0001f1e6" <= text[start] <= "\U0001f1ff":
            if flag_half is None:
                flag_half = start, end, cells
                continue
            yield flag_half[0], end, flag_half[2] + cells
            flag_half = None
            continue
        if flag_half is not None:
            yield flag_half
            flag_half = None
        while end - start > LONGEST_CLUSTER:
            yield start, start + LONGEST_CLUSTER, cells
            start, cells = start + LONGEST_CLUSTER, 0
        yield start, end, cells
    if flag_half is not None:
        yield flag_half


def is_plain(text: str) -> bool:
    """Whether each of its characters is one cell wide on every terminal."""
    return text.isascii() or _PLAIN.fullmatch(text) is not None


def row_end(text: str, begin: int, width: int) -> int | None:
    """Where the row that begins here ends; None while all the rest fits in it.

    Words stay whole if they can, spaces hang over the edge, lines part after any wide character.
    What was answered once stays the answer when text is added behind. `width` is at least 2.
    """
    ahead = text[begin : begin + 2 * width + 1]
    if 2 * len(ahead) <= width:
        return None
    if is_plain(ahead):
        end = _plain_end(ahead, width)
        return None if end is None else begin + end
    # Characters of no width never fill a row: it is also full when it holds very many of them.
    most = 16 * width
    for reach in (width, 2 * width, most + width + 2 * LONGEST_CLUSTER):
        end = _mixed_end(text[begin : begin + reach], width, most)
        if end is not None:
            return begin + end
    return None


def _plain_end(ahead: str, width: int) -> int | None:
    if len(ahead) <= width:
        return None
    if ahead[width] == " ":
        end = min(len(ahead) - len(ahead[width:].lstrip(" ")), 2 * width)
        return end if end < len(ahead) else None
    cut = ahead.rfind(" ", 0, width) + 1
    # Never a row of indentation alone.
    return cut if ahead[:cut].strip(" ") else width


def _mixed_end(ahead: str, width: int, most: int) -> int | None:
    filled = hanging = cut = 0
    inked = False
    for start, end, cells in clusters(ahead):
        blank = ahead[start:end] == " "
        if hanging or filled + cells > width or start >= most:
            if blank and hanging < width:
                hanging += 1
                continue
            # Nothing here may depend on this character's own width: it can still grow.
            return start if hanging or blank or not cut else cut
        filled += cells
        inked = inked or not blank
        if inked and (blank or cells == 2):
            cut = end
    return None
