"""The texts of the JSON objects in a file, each with the line in which it begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

_LONGEST = 2**28
"""Bytes of one record: larger ones the history cannot keep."""
_BOM = b"\xef\xbb\xbf"
# No string of JSON holds a newline, so that strings and brackets can be told line by line.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]')
_BETWEEN = b" \t\r\n,[]"

Text = tuple[int, bytes | None]
"""The number of a line and what begins there; None for what is too long for a record."""


def json_texts(stream: BinaryIO) -> Iterator[Text]:
    """A text a line; or, where the first line only begins a list or an object, the objects of it.

    What is not JSON comes as it is: nothing is passed over in silence.
    """
    lines = _lines(stream)
    first = next(lines, None)
    if first is None:
        return
    begin = (first[1] or b"").strip()
    whole = chain([first], lines)
    yield from _objects(whole) if begin[:1] == b"[" or begin == b"{" else whole


def _lines(stream: BinaryIO) -> Iterator[Text]:
    """Those that are not blank."""
    number = 0
    while line := stream.readline(_LONGEST):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            while (rest := stream.readline(_LONGEST)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        elif line.strip():
            yield number, line


def _objects(lines: Iterable[Text]) -> Iterator[Text]:
    begun, depth = 0, 0
    parts: list[bytes] = []
    size = 0
    for number, line in lines:
        if line is None:
            yield number, None
            continue
        kept = 0
        for token in _TOKEN.finditer(line):
            bracket = token[0]
            if bracket == b"{":
                if depth == 0:
                    yield from _stray(number, line[kept : token.start()])
                    begun, kept = number, token.start()
                depth += 1
            elif bracket == b"}" and depth:
                depth -= 1
                if depth == 0:
                    yield begun, b"".join(parts) + line[kept : token.end()]
                    parts, size, kept = [], 0, token.end()
        if depth == 0:
            yield from _stray(number, line[kept:])
        elif size <= _LONGEST:
            parts.append(line[kept:])
            size += len(line) - kept
    if depth:
        yield begun, b"".join(parts) if size <= _LONGEST else None


def _stray(number: int, text: bytes) -> Iterator[Text]:
    """What stands where only commas and brackets of a list should be."""
    if text.strip(_BETWEEN):
        yield number, text
