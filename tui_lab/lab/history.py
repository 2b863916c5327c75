"""The history as a face sees it: everything is a future, done on the engine's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, tzinfo
from pathlib import Path

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.query import Query
from tui_lab.core.query_parsing import parse_query
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.secret import KnownSecrets
from tui_lab.core.statistics import Statistics
from tui_lab.core.timeline import Timeline, timeline
from tui_lab.engine.thread import LoopThread
from tui_lab.export.formats import Format
from tui_lab.lab import exporting
from tui_lab.lab.exporting import Progress, Selection
from tui_lab.lab.retention import prune
from tui_lab.store.database import StoreState
from tui_lab.store.deleting import DeletedRun
from tui_lab.store.importing import Outcome
from tui_lab.store.pages import Page, RunFilter
from tui_lab.store.retention import KeepOf
from tui_lab.store.statistics import Span
from tui_lab.store.store import Store


class LabHistory:
    """Every run that was recorded, of all workspaces."""

    def __init__(
        self,
        thread: LoopThread,
        store: Store,
        known: KnownSecrets,
        *,
        keep_of: KeepOf,
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        """`zone` is where the days of a search begin."""
        self._thread = thread
        self._store = store
        self._known = known
        self._keep_of = keep_of
        self._now = now
        self._zone = zone

    @property
    def state(self) -> StoreState:
        return self._store.state

    def run(self, ref: str, *, workspace: str | None = None) -> Future[RunRecord]:
        """A run by id, unique beginning of an id, or `last`; in any workspace, or in this one."""
        return self._thread.call(self._store.run(ref, workspace))

    def timeline(self, record: RunRecord) -> Future[Timeline]:
        """How the answer of a run came, piece by piece. Raises `LabError`: `usage` while the run is
        in progress, `storage`."""

        async def read() -> Timeline:
            if record.status is Status.RUNNING:
                hint = "wait for its end, or stop it"
                raise LabError(ErrorKind.USAGE, "the run is still in progress", hint)
            return timeline(record, await self._store.deltas(record.id))

        return self._thread.call(read())

    def runs(
        self,
        wanted: RunFilter,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
    ) -> Future[Page]:
        """A page of runs, newest first: the first, or the one after or before a cursor."""
        return self.search(Query(), wanted, limit=limit, after=after, before=before)

    def query(self, text: str, *, typing: bool = False) -> Query:
        """What this search means, and what is wrong with it; see `core.query_parsing`."""
        return parse_query(text, self._now(), self._zone, typing=typing)

    def search(
        self,
        query: Query,
        wanted: RunFilter,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
        patience_s: float | None = None,
    ) -> Future[Page]:
        """The same of the runs that the query finds; cancelling it stops the search.

        With `patience_s` the page may be `unfinished`; asking for what is `after` its `next` goes
        on. `cursor_at` makes a cursor of a moment.
        """
        return self._thread.call(
            self._store.search(query, wanted, limit, after, before, patience_s)
        )

    def best(self, query: Query, wanted: RunFilter, *, limit: int) -> Future[Page]:
        """The runs most about what the query asks, of the newest that it finds."""
        return self._thread.call(self._store.best(query, wanted, limit))

    def statistics(self, span: Span, zone: tzinfo) -> Future[Statistics]:
        """Sums over the runs that are over; cancelling it stops the counting."""
        return self._thread.call(self._store.statistics(span, zone))

    def version(self) -> Future[int]:
        """A number that is another one after any process has written to the history."""
        return self._thread.call(self._store.version())

    def recover(self) -> Future[int]:
        """Ends the runs whose process is gone, how many; tells whether recording works again."""
        return self._thread.call(self._store.recover())

    def delete(self, run_ids: Sequence[str]) -> Future[tuple[DeletedRun, ...]]:
        """Removes runs that are over; what it gives can be restored."""
        return self._thread.call(self._store.delete(run_ids))

    def export(
        self,
        selection: Selection,
        name: Format,
        path: Path,
        *,
        replace: bool = False,
        progress: Progress = lambda done: None,
    ) -> Future[int]:
        """Writes runs to a file that is there when it is whole, without the keys of this session;
        how many. Cancelling it leaves nothing. Raises `LabError`: `usage`, `storage`."""
        work = exporting.export_to_file(
            self._store,
            selection,
            name,
            path,
            replace=replace,
            known=self._known,
            progress=progress,
        )
        return self._thread.call(work)

    def export_to(
        self,
        selection: Selection,
        name: Format,
        write: Callable[[str], object],
        *,
        progress: Progress = lambda done: None,
    ) -> Future[int]:
        """The same, each piece to `write`, on a thread of its own."""
        work = exporting.export_to(
            self._store, selection, name, write, known=self._known, progress=progress
        )
        return self._thread.call(work)

    def add(self, records: Sequence[RunRecord]) -> Future[tuple[Outcome, ...]]:
        """Records runs from elsewhere; one whose id is here already stays as it is here."""
        return self._thread.call(self._store.add(records))

    def expired(self) -> Future[dict[str, int]]:
        """How many runs of each workspace may go by the person's rules."""
        return self._thread.call(self._store.expired(self._keep_of))

    def prune(self) -> Future[int]:
        """Removes them a few at a time; how many. Cancelling it leaves the rest."""
        return self._thread.call(prune(self._store, self._keep_of))

    def restore(self, deleted: Sequence[DeletedRun]) -> Future[None]:
        """Puts deleted runs back into their places."""
        return self._thread.call(self._store.restore(deleted))

    def tag(
        self, run_ids: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Future[None]:
        """Changes the tags of runs, in progress or over; see `core.annotations.normal_tag`."""
        return self._thread.call(self._store.tag(run_ids, add, remove))

    def rate(self, run_ids: Sequence[str], rating: int | None) -> Future[None]:
        """Rates runs from 1 to 5; None takes their ratings away."""
        return self._thread.call(self._store.rate(run_ids, rating))

    def note(self, run_id: str, text: str) -> Future[None]:
        """Writes a note to a run in place of the one before; a text of nothing takes it away."""
        return self._thread.call(self._store.note(run_id, text))
