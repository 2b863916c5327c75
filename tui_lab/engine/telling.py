"""Where the events of one run go: into its fold, its list of deltas, the journal and the tap."""

from __future__ import annotations

from collections.abc import Callable

from tui_lab.core.deltas import DeltaLog
from tui_lab.core.errors import LabError
from tui_lab.core.events import Event, Failed, Stamped
from tui_lab.core.fold import RunFold
from tui_lab.core.record import RunRecord
from tui_lab.core.secret import KnownSecrets
from tui_lab.engine.journal import Journal
from tui_lab.engine.key_filter import KeyFilter
from tui_lab.engine.tap import Tap


class Teller:
    """Tells of one run what happens in it, without the keys that are known."""

    def __init__(
        self,
        record: RunRecord,
        *,
        tap: Tap,
        journal: Journal | None,
        known: KnownSecrets,
        clock: Callable[[], float],
    ) -> None:
        self.fold = RunFold(record)
        self.deltas = DeltaLog()
        self._tap = tap
        self._journal = journal
        self._filter = KeyFilter(known)
        self._clock = clock
        self._began = clock()

    def now_ms(self) -> float:
        """Since the run began."""
        return round((self._clock() - self._began) * 1000, 3)

    def emit(self, event: Event) -> None:
        """Something that happens now."""
        self.pass_on(Stamped(self.now_ms(), event))

    def pass_on(self, stamped: Stamped) -> None:
        for clean in self._filter.feed(stamped):
            self.fold.apply(clean)
            self.deltas.add(clean)
            if self._journal is not None:
                self._journal.add(self.fold.initial.id, clean)
            self._tap.put(self.fold.initial.id, clean)

    def fail(self, error: LabError) -> None:
        """Ends the run, unless it has ended."""
        if not self.fold.ended:
            self.emit(Failed(error))
