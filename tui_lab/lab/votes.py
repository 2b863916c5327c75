"""Votes as a face sees them: two answers to judge, a verdict, what all verdicts say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial

from tui_lab.core.judging import Pair, pairs_of
from tui_lab.core.record import RunRecord
from tui_lab.core.votes import Standings, Verdict, Vote, Voted, names_itself, standings
from tui_lab.engine.thread import LoopThread
from tui_lab.store.store import Store
from tui_lab.store.voting import VoteFilter


class LabVotes:
    """Every vote that was cast. A vote is on disk when its future is done."""

    def __init__(
        self,
        thread: LoopThread,
        store: Store,
        *,
        new_id: Callable[[], str],
        now: Callable[[], datetime],
    ) -> None:
        self._thread = thread
        self._store = store
        self._new_id = new_id
        self._now = now

    def cast(self, shown: Pair, verdict: Verdict, *, blind: bool = True) -> Future[Vote]:
        """Judges two runs, in the order in which they were shown.

        The vote is void where it was to be blind and an answer said whose it is.
        """
        return self._thread.call(self._cast(shown, verdict, blind))

    def note(self, vote: Vote, note: str) -> Future[None]:
        """Says something of a vote, in place of what was said before."""
        return self._thread.call(self._store.note_vote(vote.id, note))

    def unjudged(self, workspace: str, limit: int) -> Future[tuple[Pair, ...]]:
        """Answers of different models to the same prompt that were never compared, newest first."""
        return self._thread.call(self._unjudged(workspace, limit))

    def unjudged_of(self, runs: Sequence[RunRecord]) -> Future[tuple[Pair, ...]]:
        """Every two of these answers to one prompt that were never compared."""
        return self._thread.call(self._unjudged_of(runs))

    def cast_in(self, wanted: VoteFilter) -> Future[tuple[Vote, ...]]:
        """The votes themselves, the oldest first."""
        return self._thread.call(self._store.votes(wanted))

    def standings(self, wanted: VoteFilter) -> Future[Standings]:
        """What these votes say of the models; worked out beside all loops."""
        return self._thread.call(self._standings(wanted))

    async def _cast(self, shown: Pair, verdict: Verdict, blind: bool) -> Vote:
        first, second = shown
        told = blind and any(map(names_itself, shown))
        vote = Vote(
            id=self._new_id(),
            at=self._now(),
            workspace=first.workspace,
            first=Voted(first.id, first.answered_by or first.model),
            second=Voted(second.id, second.answered_by or second.model),
            verdict=verdict,
            blind=blind,
            template=first.template.id if first.template else None,
            tags=tuple(tag for tag in first.tags if tag in second.tags),
            void="an answer said which model gave it" if told else None,
        )
        await self._store.add_vote(vote)
        return vote

    async def _unjudged(self, workspace: str, limit: int) -> tuple[Pair, ...]:
        pairs = await self._store.unjudged_pairs(workspace, limit)
        whole = await self._store.whole([run_id for pair in pairs for run_id in pair])
        runs = {run.id: run for run in whole}
        return tuple((runs[one], runs[other]) for one, other in pairs if {one, other} <= {*runs})

    async def _unjudged_of(self, runs: Sequence[RunRecord]) -> tuple[Pair, ...]:
        cast = await self._store.votes(VoteFilter())
        judged = {frozenset((vote.first.run_id, vote.second.run_id)) for vote in cast}
        return tuple(
            pair for pair in pairs_of(runs) if frozenset((pair[0].id, pair[1].id)) not in judged
        )

    async def _standings(self, wanted: VoteFilter) -> Standings:
        cast = await self._store.votes(wanted)
        return await asyncio.to_thread(partial(standings, cast))
