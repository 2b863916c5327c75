"""Words and bytes for a POSIX shell: they mean themselves there, and harm no terminal before."""

from __future__ import annotations

import shlex

from tui_lab.core.sanitise import sanitise

LONGEST_WORD = 100_000
"""Bytes: Linux takes no argument of more than 128 KiB."""


def is_plain(text: str) -> bool:
    """Whether it can stand in a command as it is: it is shown as it is, and is short enough."""
    shown = sanitise(text) == text and "\t" not in text
    return shown and len(text.encode("utf-8", "replace")) <= LONGEST_WORD


def word(text: str) -> str:
    """One word of a command, quoted where it must be; `text` has to be plain."""
    return shlex.quote(text)


def printed(text: str) -> str:
    """The command that prints exactly this text; of any length, with whatever is in it.

    `printf` is a part of every shell, so that no limit of arguments holds. What is not shown as it
    is stands there as octal bytes.
    """
    if sanitise(text) == text and "\t" not in text:
        return f"printf %s {shlex.quote(text)}"
    escapes = {ord(char): _octal(char) for char in set(text) if not _shows_itself(char)}
    escapes[ord("\\")] = r"\\"
    return f"printf %b {shlex.quote(text.translate(escapes))}"


def _shows_itself(char: str) -> bool:
    return char == "\n" or (char.isprintable() and sanitise(char) == char)


def _octal(char: str) -> str:
    return "".join(f"\\0{byte:03o}" for byte in char.encode("utf-8", "replace"))
