"""A terminal that is asked and answers, with a limit to every wait.

Every question is followed by one for the position of the cursor (DSR 6), which all terminals
answer, and in order: whatever came before that answer is the answer to the question.
"""

from __future__ import annotations

import os
import re
import select
import termios
import tty
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Self

ANSWER_SECONDS = 2.0
_LEAVE_SECONDS = 0.5
_QUIET_SECONDS = 0.1

_WHERE = b"\x1b[6n"
_POSITION = re.compile(rb"\x1b\[(\d+);(\d+)R")
_ENTER = b"\x1b[?1049h\x1b[2J\x1b[H"
_LEAVE = b"\x1b[0m\x1b[?2026l\x1b[?1049l"


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes that came, and the cursor's column after the question, counted from one."""

    data: bytes
    column: int


class Conversation:
    """By the path of a terminal's device; `answer_s` is how long it may take to answer.

    Within it the terminal shows its other screen, and neither echoes nor waits for lines; keys that
    are pressed meanwhile are lost. ctrl-c interrupts. Raises `TimeoutError` when the terminal is
    silent, or takes nothing more, and OSError when there is none.
    """

    def __init__(self, path: str, answer_s: float = ANSWER_SECONDS) -> None:
        self._path = path
        self._answer_s = answer_s
        self._read = b""

    def __enter__(self) -> Self:
        # An opening of our own: that it does not block changes nothing for others.
        self._fd = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            self._before = termios.tcgetattr(self._fd)
            tty.setcbreak(self._fd, termios.TCSANOW)
        except BaseException as error:
            os.close(self._fd)
            if isinstance(error, termios.error):
                raise OSError(*error.args, self._path) from error
            raise
        try:
            self.write(_ENTER)
        except BaseException:
            self._leave()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()

    def ask(self, question: bytes = b"", seconds: float | None = None) -> Answer:
        """What is answered, and where the cursor is then."""
        until = monotonic() + (seconds or self._answer_s)
        self._read = b""
        self._write(question + _WHERE, until)
        while (found := _POSITION.search(self._read)) is None:
            self._read += self._piece(until)
        return Answer(self._read[: found.start()], column=int(found[2]))

    def write(self, data: bytes, seconds: float = ANSWER_SECONDS) -> None:
        self._write(data, monotonic() + seconds)

    def _write(self, data: bytes, until: float) -> None:
        while data:
            _, ready, _ = select.select([], [self._fd], [], max(0.0, until - monotonic()))
            if not ready:
                raise TimeoutError("the terminal takes nothing")
            with suppress(BlockingIOError):
                data = data[os.write(self._fd, data) :]

    def _piece(self, until: float) -> bytes:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, until - monotonic()))
        if not ready:
            raise TimeoutError("the terminal does not answer")
        if not (data := os.read(self._fd, 65536)):
            raise OSError("the terminal is gone")
        return data

    def _leave(self) -> None:
        """What has not been painted by now never will be; late answers must not reach a shell."""
        try:
            with suppress(OSError, termios.error):
                self._leave_screen()
            with suppress(OSError):
                quiet = monotonic() + _LEAVE_SECONDS
                while monotonic() < quiet:
                    self._piece(min(quiet, monotonic() + _QUIET_SECONDS))
            with suppress(termios.error):
                termios.tcflush(self._fd, termios.TCIFLUSH)
                termios.tcsetattr(self._fd, termios.TCSANOW, self._before)
        finally:
            os.close(self._fd)

    def _leave_screen(self) -> None:
        try:
            self.write(_LEAVE, _LEAVE_SECONDS)
        except TimeoutError:
            termios.tcflush(self._fd, termios.TCOFLUSH)
            self.write(_LEAVE, _LEAVE_SECONDS)
