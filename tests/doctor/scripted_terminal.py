"""A terminal that answers as a script says, or not at all."""

from __future__ import annotations

import os
import pty
import re
import select
import termios
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

_QUESTION = re.compile(
    rb"\x1b\[6n|\x1b\[c|\x1b\[>0q|\x1b\[\?2026\$p|\x1bP\$qm\x1b\\|\x1b\]52;c;\?\x07"
)
_WHERE = b"\x1b[6n"


class ScriptedTerminal:
    """`answers` to questions by their bytes; the position of the cursor is always told, unless it
    `answers_until` so many times only. `emoji` is how many cells it has for one."""

    def __init__(
        self, answers: Mapping[bytes, bytes], *, emoji: int = 2, answers_until: float = float("inf")
    ) -> None:
        self.master, self._slave = pty.openpty()
        self.path = os.ttyname(self._slave)
        self.settings = termios.tcgetattr(self._slave)
        self.written = b""
        self._answers, self._emoji, self._left = answers, emoji, answers_until
        self._pending = b""
        self._over = Event()
        self._thread = Thread(target=self._run)
        self._thread.start()

    @property
    def settings_now(self) -> object:
        return termios.tcgetattr(self._slave)

    def stop_reading(self) -> None:
        self._over.set()
        self._thread.join()

    def close(self) -> None:
        self.stop_reading()
        os.close(self.master)
        os.close(self._slave)

    def _run(self) -> None:
        """What has been written when it is closed is still read."""
        while (ready := select.select([self.master], [], [], 0.02)[0]) or not self._over.is_set():
            if ready:
                data = os.read(self.master, 4096)
                self.written += data
                self._pending += data
                self._answer()

    def _answer(self) -> None:
        while (asked := _QUESTION.search(self._pending)) is not None:
            before, self._pending = self._pending[: asked.start()], self._pending[asked.end() :]
            if asked[0] != _WHERE:
                os.write(self.master, self._answers.get(asked[0], b""))
            elif self._left > 0:
                self._left -= 1
                os.write(self.master, b"\x1b[1;%dR" % self._column(before))

    def _column(self, before: bytes) -> int:
        text = before.rpartition(b"\r")[2].decode("utf-8", "replace")
        return 1 + sum(self._cells(char) for char in text)

    def _cells(self, char: str) -> int:
        if unicodedata.combining(char):
            return 0
        if char == "😀":
            return self._emoji
        return 2 if unicodedata.east_asian_width(char) == "W" else 1


@contextmanager
def a_scripted_terminal(
    answers: Mapping[bytes, bytes] | None = None,
    *,
    emoji: int = 2,
    answers_until: float = float("inf"),
) -> Iterator[ScriptedTerminal]:
    terminal = ScriptedTerminal(answers or {}, emoji=emoji, answers_until=answers_until)
    try:
        yield terminal
    finally:
        terminal.close()
