"""Old runs go by the person's own rules: a few at a time, while nothing waits for it."""

from __future__ import annotations

import asyncio
import logging

from tui_lab.core.errors import LabError
from tui_lab.store.retention import KeepOf
from tui_lab.store.store import Store

log = logging.getLogger(__name__)

_AT_ONCE = 50
_PAUSE_S = 0.05
_FIRST_AFTER_S = 5.0
_EVERY_S = 3600.0


async def prune(store: Store, keep_of: KeepOf) -> int:
    """How many runs have gone. Between two steps others get their turn."""
    gone = 0
    while step := await store.prune(keep_of, _AT_ONCE):
        gone += step
        await asyncio.sleep(_PAUSE_S)
    return gone


async def keep_pruning(store: Store, keep_of: KeepOf) -> None:
    """For as long as the lab is open; not before it has its first picture."""
    await asyncio.sleep(_FIRST_AFTER_S)
    while True:
        try:
            if gone := await prune(store, keep_of):
                log.info("%d runs were older than they are to be kept", gone)
        except LabError as error:
            log.warning("old runs could not be removed: %s", error)
        await asyncio.sleep(_EVERY_S)
