"""The one door to the history. It lives on one event loop; all its methods are called there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from tui_lab.core.annotations import check_rating
from tui_lab.core.budget import Alert, Limit, LimitState, Reservation, Verdict
from tui_lab.core.events import Stamped
from tui_lab.core.health import AttemptEnd
from tui_lab.core.keys import KeyEvent
from tui_lab.core.model_facts import ModelList
from tui_lab.core.query import Query
from tui_lab.core.record import RunRecord
from tui_lab.core.routing import Ratings
from tui_lab.core.statistics import Statistics
from tui_lab.core.template_versions import TemplateVersion
from tui_lab.core.votes import Vote
from tui_lab.store import (
    annotating,
    deleting,
    importing,
    journal,
    judgements,
    key_events,
    model_lists,
    reading,
    recovery,
    reserving,
    retention,
    spending,
    template_runs,
    voting,
    writing,
)
from tui_lab.store.database import Database, StoreState
from tui_lab.store.deleting import DeletedRun
from tui_lab.store.drafts import DraftRows
from tui_lab.store.files import HistoryFiles
from tui_lab.store.importing import Outcome
from tui_lab.store.migrate import packaged_migrations
from tui_lab.store.mounts import network_filesystem
from tui_lab.store.opening import Plan
from tui_lab.store.owner import Owner
from tui_lab.store.pages import DEFAULT_LIMIT, Deadline, Page, RunFilter, best_runs, list_runs
from tui_lab.store.presets import PresetRows
from tui_lab.store.recent_attempts import recent_attempts
from tui_lab.store.retention import KeepOf
from tui_lab.store.statistics import Span, statistics_of
from tui_lab.store.template_runs import Content, Versions
from tui_lab.store.voting import VoteFilter

_ALL = RunFilter()

OPENING_WAIT_S = 1.0
"""Opening waits so long for others that write. Who only reads is not kept waiting; a run that is to
be recorded waits longer.
"""


class Store:
    """Every write is one transaction: done when the call returns, or not at all.

    Writes raise `LabError` of kind `storage`. Cancelling a write does not undo it; cancelling a
    read stops it.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._database = Database(plan)
        self.drafts = DraftRows(self._database, plan.here)
        self.presets = PresetRows(self._database)

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        owner: Owner,
        now: Callable[[], datetime],
        network_home: bool | None = None,
        busy_timeout_s: float = 10,
        migrations: Sequence[str] | None = None,
    ) -> Store:
        """Opens or makes the history at `path`; never fails for the state it is in.

        Where it cannot record, `state.not_recording` says why, reading works as far as the file
        can be read, and `begin` and `recover` try again. `network_home` None: look at the file
        system.
        """
        network = network_filesystem(path.parent) if network_home is None else None
        plan = Plan(
            files=HistoryFiles(path),
            owner=owner,
            now=now,
            network="network" if network_home else network,
            timeout_s=busy_timeout_s,
            steps=packaged_migrations() if migrations is None else tuple(migrations),
        )
        store = cls(plan)
        await store._database.open(OPENING_WAIT_S)
        return store

    @property
    def state(self) -> StoreState:
        return self._database.state

    async def begin(self, records: Sequence[RunRecord]) -> None:
        """Records runs before their first byte is sent: `running` ones and `blocked` ones alike.

        A database that turns out to be damaged is set aside, and a new one begun.
        """

        def work(db: sqlite3.Connection) -> None:
            here = self._plan.here()
            for record in sorted(records, key=lambda record: record.id):
                writing.begin_run(db, record, here)

        await self._database.write_or_begin_anew(work)

    async def journal(self, entries: Mapping[str, Sequence[Stamped]]) -> None:
        """Keeps what happened in these runs (by id) since the last call."""
        await self._database.write(lambda db: journal.append_journal(db, entries))

    async def beat(self, run_ids: Sequence[str]) -> None:
        """Says that these runs still have their process."""
        now_ms = round(self._plan.now().timestamp() * 1000)
        await self._database.write(lambda db: writing.beat(db, run_ids, now_ms))

    async def finish(self, record: RunRecord, deltas: bytes) -> None:
        """Records the end of a run, whole; `deltas` as `core.deltas.DeltaLog` encodes them.

        It need not have begun here: a run whose beginning could not be recorded is added. Tags,
        rating and note that were set while it ran stay.
        """
        await self._database.write(lambda db: writing.finish_run(db, record, deltas))

    async def recover(self) -> int:
        """Ends the runs whose process is gone, their text kept; how many. Opening does it, too.

        Where the last write failed, this tells whether recording works again.
        """
        here, database = self._plan.here, self._database
        await database.open(OPENING_WAIT_S)
        found = await database.look(lambda db: recovery.is_anything_abandoned(db, here()))
        if not found and database.state.not_recording is None:
            return 0
        return await database.write(lambda db: recovery.interrupt_abandoned(db, here()))

    async def reserve(self, reservation: Reservation, limits: Sequence[Limit]) -> Verdict:
        """Asks whether a run fits into these limits, and holds back what it may cost if so.

        One transaction: no two runs, of whatever processes, get the same money.
        """
        return await self._database.write(
            lambda db: reserving.reserve(db, reservation, limits, self._plan.here())
        )

    async def settle(self, record: RunRecord) -> None:
        """A run that is not recorded is over: what it cost is spent. `finish` does it, too."""
        await self._database.write(lambda db: spending.count_run(db, record))

    async def limit_states(self, limits: Sequence[Limit], at: datetime) -> tuple[LimitState, ...]:
        """What is spent and reserved of these limits, in the periods of this moment."""
        return await self._database.read(lambda db: spending.limit_states(db, limits, at))

    async def take_alerts(self, limits: Sequence[Limit], at: datetime) -> tuple[Alert, ...]:
        """The alerts that are due and were not taken in this period, by any process."""
        return await self._database.write(lambda db: spending.take_alerts(db, limits, at))

    async def run(self, ref: str, workspace: str | None = None) -> RunRecord:
        """The whole record for an id, a unique beginning of one, or `last` (in the workspace).

        A run in progress is as far as the journal has it. Raises `LabError`: `usage`, `storage`.
        """
        return await self._database.read(lambda db: reading.find_run(db, ref, workspace))

    async def whole(self, run_ids: Sequence[str]) -> tuple[RunRecord, ...]:
        """Whole records, all of one moment; ids that are not there are passed over."""
        return await self._database.read(lambda db: reading.whole_runs(db, run_ids))

    async def deltas(self, run_id: str) -> bytes | None:
        """The arrival of a run's pieces, for `core.timeline`; None where nothing is known of it."""
        return await self._database.read(lambda db: reading.deltas_of(db, run_id))

    async def runs(
        self,
        wanted: RunFilter = _ALL,
        limit: int = DEFAULT_LIMIT,
        after: str | None = None,
        before: str | None = None,
    ) -> Page:
        """Brief records, newest first, after a cursor (the `next` of a page) or before one (its
        `previous`, or `pages.OLDEST`).

        Raises `LabError`: `usage` for a bad limit (1 to 100) or cursor, `storage`.
        """
        return await self.search(Query(), wanted, limit, after, before)

    async def search(
        self,
        query: Query,
        wanted: RunFilter = _ALL,
        limit: int = DEFAULT_LIMIT,
        after: str | None = None,
        before: str | None = None,
        patience_s: float | None = None,
    ) -> Page:
        """The same of the runs that the query finds.

        With `patience_s` it gives what it has when this time is up: see `Page.unfinished`.
        """

        def work(db: sqlite3.Connection) -> Page:
            deadline = Deadline.after(patience_s)
            with reading.snapshot(db):
                return list_runs(
                    db, query, wanted, limit, after=after, before=before, deadline=deadline
                )

        return await self._database.read(work)

    async def best(
        self, query: Query, wanted: RunFilter = _ALL, limit: int = DEFAULT_LIMIT
    ) -> Page:
        """Those most about what the query asks, of the newest that it finds; see `best_runs`."""

        def work(db: sqlite3.Connection) -> Page:
            with reading.snapshot(db):
                return best_runs(db, query, wanted, limit)

        return await self._database.read(work)

    async def runs_by_provider(self, workspace: str, since: datetime) -> dict[str, int]:
        """How many runs of the workspace each provider was asked for since then."""
        return await self._database.read(lambda db: reading.runs_by_provider(db, workspace, since))

    async def ratings(self, workspace: str) -> dict[str, Ratings]:
        """What the workspace's ratings and votes say of each model that has some."""
        return await self._database.read(lambda db: judgements.ratings(db, workspace))

    async def recent_attempts(self, since: datetime, limit: int) -> tuple[AttemptEnd, ...]:
        """How the newest attempts since then ended, oldest first; those in progress are not in."""
        return await self._database.read(lambda db: recent_attempts(db, since, limit))

    async def statistics(self, span: Span, zone: tzinfo) -> Statistics:
        """Sums over the runs that are over; see `core.statistics.Totals`."""
        return await self._database.read(lambda db: statistics_of(db, span, zone))

    async def version(self) -> int:
        """A number that is another one after any process has written; cheap enough to poll."""
        return await self._database.read(reading.data_version)

    async def delete(self, run_ids: Sequence[str]) -> tuple[DeletedRun, ...]:
        """Removes these runs with all that belongs to them; gives them back for `restore`.

        Ids that are not there are passed over. Raises `LabError` of kind `usage`, and removes
        nothing, when one of them is in progress.
        """
        return await self._database.write(lambda db: deleting.delete_runs(db, run_ids))

    async def expired(self, keep_of: KeepOf) -> dict[str, int]:
        """How many runs of each workspace may go by what is kept of it."""
        now = self._plan.now()
        return await self._database.read(lambda db: retention.expired(db, keep_of, now))

    async def prune(self, keep_of: KeepOf, most: int) -> int:
        """Removes the oldest runs that may go, so many at most; how many it were."""
        now = self._plan.now()
        return await self._database.write(lambda db: retention.prune(db, keep_of, now, most))

    async def restore(self, deleted: Sequence[DeletedRun]) -> None:
        """Puts deleted runs back, each in its old place; those that are there stay as they are."""
        await self._database.write(lambda db: deleting.restore_runs(db, deleted))

    async def tag(
        self, run_ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        """Changes the tags of these runs; ids that are not there are passed over, here and below.

        Raises `LabError` of kind `usage` for what is no tag, and changes nothing.
        """
        await self._database.write(lambda db: annotating.tag_runs(db, run_ids, add, remove))

    async def rate(self, run_ids: Sequence[str], rating: int | None) -> None:
        """Rates these runs from 1 to 5; None takes their ratings away.

        Raises `LabError` of kind `usage` for any other rating.
        """
        check_rating(rating)
        await self._database.write(lambda db: annotating.rate_runs(db, run_ids, rating))

    async def note(self, run_id: str, text: str) -> None:
        """Writes a note to a run in place of the one before; a text of nothing takes it away."""
        await self._database.write(lambda db: annotating.note_run(db, run_id, text))

    async def add(self, records: Sequence[RunRecord]) -> tuple[Outcome, ...]:
        """Records runs that have ended elsewhere; what became of each, in their order."""
        return await self._database.write(lambda db: importing.import_runs(db, records))

    async def save_model_list(self, listed: ModelList) -> None:
        """Keeps what a provider says it serves, in place of what it said before."""
        await self._database.write(lambda db: model_lists.save_model_list(db, listed))

    async def model_lists(self) -> tuple[ModelList, ...]:
        return await self._database.read(model_lists.model_lists)

    async def add_key_event(self, event: KeyEvent) -> None:
        """Adds to the audit trail of keys."""
        await self._database.write(lambda db: key_events.add_key_event(db, event))

    async def key_events(self, workspace: str, limit: int) -> tuple[KeyEvent, ...]:
        """What was last done with the keys of the workspace and with the vault, newest first."""
        return await self._database.read(lambda db: key_events.key_events(db, workspace, limit))

    async def last_verdicts(self, workspace: str) -> tuple[KeyEvent, ...]:
        """What providers last said of each key that has not been replaced since."""
        return await self._database.read(lambda db: key_events.last_verdicts(db, workspace))

    async def number_template(self, content: Content, least: int) -> int:
        """The version of what a template is now; a new content gets a new one, `least` at least."""
        now = self._plan.now()
        return await self._database.write(
            lambda db: template_runs.number_template(db, content, least, now)
        )

    async def known_versions(self) -> Versions:
        return await self._database.read(template_runs.known_versions)

    async def template_versions(self, template_id: str) -> tuple[TemplateVersion, ...]:
        """Every version that runs were made from, and how they did, the newest first."""
        return await self._database.read(
            lambda db: template_runs.template_versions(db, template_id)
        )

    async def last_variables(self, template_id: str, workspace: str) -> Mapping[str, str] | None:
        """The values with which the workspace has last used a template; None if it never has."""
        return await self._database.read(
            lambda db: template_runs.last_variables(db, template_id, workspace)
        )

    async def answered_runs(
        self, template_id: str, tag: str, workspace: str
    ) -> tuple[RunRecord, ...]:
        """The answered runs of a template with this tag, newest first, brief."""
        return await self._database.read(
            lambda db: template_runs.answered_runs(db, template_id, tag, workspace)
        )

    async def add_vote(self, vote: Vote) -> None:
        """Casts a vote: it is never changed again."""
        await self._database.write(lambda db: voting.add_vote(db, vote))

    async def note_vote(self, vote_id: str, note: str) -> None:
        """Says something of a vote, in place of what was said before."""
        await self._database.write(lambda db: voting.note_vote(db, vote_id, note))

    async def votes(self, wanted: VoteFilter) -> tuple[Vote, ...]:
        """The votes that were cast, the oldest first."""
        return await self._database.read(lambda db: voting.votes(db, wanted))

    async def unjudged_pairs(self, workspace: str, limit: int) -> tuple[tuple[str, str], ...]:
        """Ids of two runs each that may be compared and never were; see `voting`."""
        return await self._database.read(lambda db: voting.unjudged_pairs(db, workspace, limit))

    async def close(self) -> None:
        """To be awaited before the event loop ends."""
        await self._database.close()
