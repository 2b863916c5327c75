"""What stands in a shell command means itself, and harms no terminal before."""

from __future__ import annotations

import subprocess

import pytest

from tui_lab.core.sanitise import sanitise
from tui_lab.core.shell import is_plain, printed, word

HOSTILE = (
    "it's",
    "'; echo gone; '",
    '"$HOME" `id` $(id) !! \\n %s %d \\',
    "-n",
    "trailing newlines\n\n",
    "\x00\x01\x1b[31mred\x07\t\r\n",
    "\u202eevil\u2066 \u200b é 猫 👩\u200d🚀 ❤\ufe0f",
    "%b \\0101 \\c cut",
    "x" * 200_000,
    "\x1b" * 1000 + "'" * 1000,
)


def ascii_beginning(text: str) -> str:
    """A name of the case that fits into an environment variable."""
    return ascii(text)[:20]


def by_shell(command: str) -> bytes:
    return subprocess.run(["/bin/sh"], input=command.encode(), capture_output=True).stdout


@pytest.mark.parametrize("text", HOSTILE, ids=ascii_beginning)
def test_what_is_printed_is_the_text_itself(text: str) -> None:
    command = printed(text)
    assert by_shell(command) == text.encode()
    assert sanitise(command) == command


@pytest.mark.parametrize("text", [text for text in HOSTILE if is_plain(text)], ids=ascii_beginning)
def test_a_plain_word_is_one_word(text: str) -> None:
    assert by_shell(f"printf '[%s]' {word(text)}") == f"[{text}]".encode()


def test_what_a_terminal_would_not_show_is_not_plain() -> None:
    assert is_plain("it's fine\n")
    assert not any(map(is_plain, ("\t", "\x1b[0m", "\u202e", "\0", "\r\n", "x" * 200_000)))
