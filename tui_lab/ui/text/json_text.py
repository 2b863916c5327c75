"""JSON to be read: whether a text is JSON, and the same JSON with a line for each value."""

from __future__ import annotations

import json
import re

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_INDENT = "  "


def is_json(text: str) -> bool:
    """Whether it is one object or array, and nothing else."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def indented(text: str) -> str:
    """An object or array over several lines, numbers and strings as they are; others unchanged.

    Nothing is read and written anew: that would round numbers and drop keys that come twice.
    """
    if not is_json(text):
        return text
    depth, pieces = 0, [""]
    for word in _WORD.findall(text):
        if word in "}]":
            depth -= 1
            if pieces[-1] not in ("{", "["):
                pieces.append(_line(depth))
        elif pieces[-1] in ("{", "[") or pieces[-1] == ",":
            pieces.append(_line(depth))
        pieces.append(": " if word == ":" else word)
        depth += word in "{["
    return "".join(pieces)


def _line(depth: int) -> str:
    return "\n" + _INDENT * depth
