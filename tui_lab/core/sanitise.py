"""Foreign text made fit for a terminal: nothing in it acts, nothing in it hides.

What models, files and names contain is hostile until it has passed here. Escape sequences become
one visible mark; control, bidirectional and invisible characters become marks; text, emoji, flags
and the joiners that scripts need stay as they are. Raw text is what is stored, this what is shown.
"""

from __future__ import annotations

import re
from functools import cache
from unicodedata import category, combining

ESCAPE_MARK = "␛"
"""Stands for one whole escape sequence, or for the introducer of one that is broken off."""

LONGEST_SEQUENCE = 1024
"""Characters between introducer and end. A longer one counts as broken off: it hides nothing."""

_LINE_SEPARATORS = r"\u2028\u2029"
_REPLACED = r"\ud800-\udfff\ufdd0-\ufdef" + "".join(
    rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17)
)
_INVISIBLE = (
    r"\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e001f\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
_NEVER = r"\x00-\x08\x0b-\x1f\x7f-\x9f" + _LINE_SEPARATORS + _REPLACED + _INVISIBLE

# These stay where they mean something: it depends on the characters beside them.
_JOINERS = r"\u200c\u200d"
_SELECTORS = r"\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef"
_TAGS = r"\U000e0020-\U000e007f"
_FLAG = r"\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]"

# Control sequences after ECMA-48, introduced by ESC or by the 8-bit C1 form. A control character
# inside a string breaks it off, as in xterm.
_BREAKS = rf"\x18\x1a\x1b\x80-\x9f\n\r{_LINE_SEPARATORS}"
_CSI = rf"(?:\x1b\[|\x9b)[0-?]{{0,{LONGEST_SEQUENCE}}}+[ -/]{{0,16}}+"
_OSC = rf"(?:\x1b\]|\x9d)[^\x07{_BREAKS}]{{0,{LONGEST_SEQUENCE}}}+"
_STRING = rf"(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^{_BREAKS}]{{0,{LONGEST_SEQUENCE}}}+"
_ESCAPE = r"\x1b[ -/]{0,16}+"
_WHOLE = rf"{_CSI}[@-~]|{_OSC}(?:\x07|\x9c|\x1b\\)|{_STRING}(?:\x9c|\x1b\\)"
_INTRODUCER = r"\x1b[PX^_\[\]]|[\x90\x98\x9b\x9d-\x9f]"
_SEQUENCE = rf"{_WHOLE}|{_INTRODUCER}|{_ESCAPE}[0-~]|\x1b"
_UNFINISHED = rf"(?:{_CSI}|(?:{_OSC}|{_STRING})\x1b?|{_ESCAPE}|\r|[{_JOINERS}]|{_FLAG}{{0,6}}+)\Z"

# A first look that takes the rarer planes as a whole: with so few ranges it is ten times as fast.
_SUSPECT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\U0010ffff]"
)
_PARTS = (
    rf"(?P<sequence>{_SEQUENCE})|(?P<newline>\r\n|[{_LINE_SEPARATORS}])"
    rf"|(?P<flag>{_FLAG}{{3,6}}+\U000e007f|\U0001f3f4)"
    rf"|(?P<joiner>[{_JOINERS}])|(?P<selector>[{_SELECTORS}])"
    rf"|(?P<replaced>[{_REPLACED}])|(?P<control>[\x00-\x08\x0b-\x1f\x7f])"
    rf"|(?P<invisible>[{_NEVER}{_TAGS}])"
)


# Compiled when a suspect is met: they are long, and most starts of the program need none of them.
@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(f"[{_NEVER}]")


@cache
def _selector() -> re.Pattern[str]:
    return re.compile(f"[{_SELECTORS}]")


@cache
def _at_end() -> re.Pattern[str]:
    return re.compile(_PARTS)


@cache
def _in_stream() -> re.Pattern[str]:
    return re.compile(f"(?P<unfinished>{_UNFINISHED})|{_PARTS}")


class Sanitiser:
    """One stream of foreign text. The same text in any pieces comes out the same.

    A tail that could go on in the next piece is held back, at most one sequence long.
    """

    def __init__(self) -> None:
        self._held = ""
        self._last = ""

    def feed(self, text: str) -> str:
        """What can be shown after this piece."""
        if not self._held and not _SUSPECT.search(text):
            self._last = text[-1:] or self._last
            return text
        return self._take(self._held + text, _in_stream())

    def end(self) -> str:
        """The rest, now that nothing follows. The sanitiser is as new afterwards."""
        rest = self._take(self._held, _at_end())
        self._last = ""
        return rest

    def _take(self, text: str, parts: re.Pattern[str]) -> str:
        self._held = ""
        shown: list[str] = []
        position = 0
        for suspect in _SUSPECT.finditer(text):
            start = suspect.start()
            found = parts.match(text, start) if start >= position else None
            if found is None:
                continue
            if start > position:
                shown.append(text[position:start])
                self._last = text[start - 1]
            position = found.end()
            if found.lastgroup == "unfinished":
                self._held = found.group()
                break
            mark = _shown(found, self._last, text[position : position + 1])
            shown.append(mark)
            self._last = mark[-1]
        if position < len(text):
            shown.append(text[position:])
            self._last = text[-1]
        return "".join(shown)


def sanitise(text: str) -> str:
    """A whole text, fit for a terminal. Sanitising again changes nothing."""
    return text if not _SUSPECT.search(text) else Sanitiser()._take(text, _at_end())


def sanitise_line(text: str) -> str:
    """For places of one line (titles, names): newlines and tabs become spaces."""
    return sanitise(text).replace("\n", " ").replace("\t", " ")


def is_safe(text: str) -> bool:
    """Whether no character is in it that must never reach a terminal.

    True of all that was sanitised; cheaper than sanitising, for a last look at what is drawn.
    """
    return _SUSPECT.search(text) is None or _unsafe().search(text) is None


def _shown(found: re.Match[str], before: str, after: str) -> str:
    """What stands in the place of one part, given the characters shown before and coming after."""
    part = found.group()
    match found.lastgroup:
        case "sequence":
            return ESCAPE_MARK
        case "newline":
            return "\n"
        case "replaced":
            return "\ufffd"
        case "control":
            return "␡" if part == "\x7f" else chr(0x2400 + ord(part))
        case "flag":
            return part
        case "joiner" if _joins(before, after):
            return part
        case "selector" if _is_selectable(before):
            return part
        case _:
            return f"<U+{ord(part):04X}>"


def _joins(before: str, after: str) -> bool:
    """A joiner means something after a virama (RFC 5892, A.1) and between letters or emoji."""
    if not before:
        return False
    if combining(before) == 9:
        return True
    return (_is_joinable(before) or _is_selector(before)) and (
        _is_joinable(after) and not _is_selector(after)
    )


def _is_joinable(char: str) -> bool:
    """Letters, marks, digits, emoji and their skin tones (↔ is one), if they are shown as such."""
    if not char or _is_picture(char) or _unsafe().match(char):
        return False
    kind = category(char)
    return kind[0] in "LM" or kind in ("Nd", "So", "Sk") or char == "↔"


def _is_selectable(char: str) -> bool:
    """A character that a variation selector may follow; of ASCII those that begin keycaps."""
    if char.isascii():
        return char != "" and char in "0123456789#*"
    return category(char)[0] in "LNSP" and not _is_picture(char)


def _is_selector(char: str) -> bool:
    return _selector().match(char) is not None


def _is_picture(char: str) -> bool:
    """Control pictures: the marks for control characters."""
    return "\u2400" <= char <= "\u243f"
