"""The engine's own thread and event loop.

A slow terminal blocks the loop that draws on it. On a loop of its own the engine's time stamps stay
true and the journal stays on time, whatever the screen does.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

SWITCH_INTERVAL_S = 0.0005
"""How soon Python lets the engine's thread run beside a busy screen (the default is 5 ms)."""


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
        """Runs a coroutine there; its future may be waited for on any thread."""
        if self._loop is None or not self._thread.is_alive():
            work.close()
            raise RuntimeError("the engine's thread is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call_soon(self, step: Callable[..., object], *args: Any) -> None:
        """Calls a function there soon, without waiting for it."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(step, *args)

    def stop(self, timeout_s: float) -> None:
        if self._stop is not None:
            self.call_soon(self._stop.set)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._on_death(error)
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._ready.set()
        await self._stop.wait()
