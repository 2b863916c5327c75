"""The engine's own thread and event loop.

A slow terminal blocks the loop that draws on it. On a loop of its own the engine's time stamps stay
true and the journal stays on time, whatever the screen does.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from tui_lab.core.errors import ErrorKind, LabError

T = TypeVar("T")

log = logging.getLogger(__name__)

SWITCH_INTERVAL_S = 0.0005
"""How soon Python lets the engine's thread run beside a busy screen (the default is 5 ms)."""


def engine_stopped() -> LabError:
    """The thread is dead: nothing runs and nothing is recorded any more."""
    return LabError(
        ErrorKind.STORAGE,
        "the engine has stopped: nothing can be run or recorded",
        "start tui-lab again; the log in the data directory says what happened",
    )


class LoopThread:
    """A thread that runs an event loop until it is stopped.

    `on_death` is called on that thread if the loop ends by an error of its own.
    """

    def __init__(self, name: str, on_death: Callable[[BaseException], None]) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._on_death = on_death
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._thread.start()
        self._ready.wait()

    def call(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Runs a coroutine there; its future may be waited for on any thread.

        Raises `LabError` of kind `storage` when the thread has died. A future that was under way
        then is cancelled.
        """
        loop = self._loop
        if loop is None:
            work.close()
            raise engine_stopped()
        return asyncio.run_coroutine_threadsafe(work, loop)

    def call_soon(self, step: Callable[..., object], *args: Any) -> None:
        """Calls a function there soon, without waiting for it."""
        if (loop := self._loop) is not None:
            loop.call_soon_threadsafe(step, *args)

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs a coroutine there that nobody waits for; not at all when the thread has died."""
        with suppress(LabError):
            self.call(work)

    def stop(self, timeout_s: float) -> None:
        if self._stop is not None:
            self.call_soon(self._stop.set)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            with asyncio.Runner() as runner:
                try:
                    runner.run(self._main())
                finally:
                    self._loop = None  # takes no more work, whatever still unwinds
        except BaseException as error:
            log.critical("the engine's thread has died", exc_info=error)
            self._on_death(error)
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
