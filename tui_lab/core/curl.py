"""A request as a `curl` command."""

from __future__ import annotations

from collections.abc import Mapping

from tui_lab.core.shell import is_plain, printed, word

_LEFT_OUT = ("user-agent",)


def as_curl(url: str, headers: Mapping[str, str], body: bytes, *, key_mark: str | None) -> str:
    """The command that posts exactly this body.

    Where a header has the mark, `$NAME` of a variable, the shell fills in the key; nothing else in
    the command means anything to the shell, or to `curl`.
    """
    words = [f"curl -gN {word(url)}"]
    words += [
        f"-H {_header(f'{name}: {value}', key_mark)}"
        for name, value in headers.items()
        if name not in _LEFT_OUT
    ]
    text = body.decode()
    if is_plain(text):
        return " \\\n  ".join((*words, f"--data-binary {word(text)}"))
    return f"{printed(text)} | " + " \\\n  ".join((*words, "--data-binary @-"))


def _header(line: str, key_mark: str | None) -> str:
    if key_mark is None:
        return word(line)
    before, mark, after = line.partition(key_mark)
    key = f'"{mark}"' if mark else ""
    return word(before) + key + (word(after) if after else "")
