"""The last gate of a command: no key that it knows leaves by its output or in a core dump."""

from __future__ import annotations

import io
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from tui_lab.core.secret import KnownSecrets, SecretFilter

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def no_core_dumps() -> None:
    """What the memory of this process holds stays there, also when it crashes."""
    with suppress(OSError, ValueError):
        _, hardest = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hardest))


@contextmanager
def guarded_output(known: KnownSecrets) -> Iterator[None]:
    """Standard output and standard error without these keys, whoever writes to them."""
    before = sys.stdout, sys.stderr
    guards = [_Guard(stream, known) for stream in before if stream is not None]
    sys.stdout, sys.stderr = (_guarded(stream, guards) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for guard in guards:
            guard.let_go()


def _guarded(stream: TextIO, guards: list[_Guard]) -> TextIO:
    guard = next((guard for guard in guards if guard.stream is stream), None)
    if guard is None:  # closed before we began
        return stream
    return io.TextIOWrapper(
        guard,
        encoding=stream.encoding,
        errors=stream.errors,
        write_through=True,
    )


class _Guard(io.RawIOBase):
    """Bytes pass as they are: keys are ASCII, and so is what takes their place."""

    def __init__(self, stream: TextIO, known: KnownSecrets) -> None:
        self.stream = stream
        self._filter = SecretFilter(known)

    @property
    def name(self) -> str:
        return self.stream.name

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()

    def write(self, data: ReadableBuffer) -> int:
        taken = bytes(data)
        self._pass_on(self._filter.feed(taken.decode("latin-1")))
        return len(taken)

    def flush(self) -> None:
        self.stream.flush()

    def let_go(self) -> None:
        """Passes on what was held back; a stream that takes nothing any more has been told."""
        with suppress(OSError, ValueError):
            self._pass_on(self._filter.end())
            self.flush()

    def _pass_on(self, text: str) -> None:
        self.stream.buffer.write(text.encode("latin-1"))
