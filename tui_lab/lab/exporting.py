"""Runs written out page by page: as much memory for a million of them as for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord
from tui_lab.core.secret import KnownSecrets, without_keys
from tui_lab.export.form import Document
from tui_lab.export.formats import Format, form_of
from tui_lab.export.new_file import new_file
from tui_lab.store.pages import RunFilter
from tui_lab.store.store import Store

T = TypeVar("T")
Progress = Callable[[int], object]
"""Told how many runs are done, on the engine's thread."""

_PAGE = 100
_ALL = RunFilter()
_EVERY_RUN = Query()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which runs: what a search with a filter finds, newest first; or these, in this order."""

    query: Query = _EVERY_RUN
    wanted: RunFilter = _ALL
    run_ids: Sequence[str] | None = None


async def export_to_file(
    store: Store,
    selection: Selection,
    name: Format,
    path: Path,
    *,
    replace: bool,
    known: KnownSecrets,
    progress: Progress,
) -> int:
    """How many runs are in the file. Cancelled or failed it leaves nothing under the name."""
    with new_file(path, replace=replace) as file:
        done = await export_to(store, selection, name, file.write, known=known, progress=progress)
        await _in_thread(file.finish)
    return done


async def export_to(
    store: Store,
    selection: Selection,
    name: Format,
    write: Callable[[str], object],
    *,
    known: KnownSecrets,
    progress: Progress,
) -> int:
    """The same piece by piece to whoever writes it, on a thread of its own."""
    document, done = Document(form_of(name)), 0
    async for page in _pages(store, selection):
        await _in_thread(_write_page, document, page, known, write)
        done += len(page)
        progress(done)
    await _in_thread(write, document.end())
    return done


async def _pages(store: Store, selection: Selection) -> AsyncIterator[Sequence[RunRecord]]:
    if selection.run_ids is not None:
        for start in range(0, len(selection.run_ids), _PAGE):
            yield await store.whole(selection.run_ids[start : start + _PAGE])
        return
    after = None
    while True:
        page = await store.search(selection.query, selection.wanted, _PAGE, after)
        yield await store.whole([brief.id for brief in page.items])
        if (after := page.next) is None:
            return


def _write_page(
    document: Document,
    page: Sequence[RunRecord],
    known: KnownSecrets,
    write: Callable[[str], object],
) -> None:
    write(document.add(without_keys(record, known) for record in page))


async def _in_thread(work: Callable[..., T], *values: object) -> T:
    """Off the loop that takes the engine's time stamps; waited for also when it is cancelled, so
    that nobody writes to a file that is given up."""
    task = asyncio.ensure_future(asyncio.to_thread(work, *values))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
