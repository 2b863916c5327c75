"""The attempts of one run: who is asked, how often, and when it is enough.

The only loop of its kind: an attempt itself tries nothing twice. As soon as anything of an answer
is visible, nothing is begun anew.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from decimal import Decimal

from tui_lab.core.draft import Draft
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    AttemptFailed,
    Failed,
    Finished,
    Note,
    Planned,
    ReasoningDelta,
    RefusalDelta,
    Routed,
    Stamped,
    TextDelta,
    ToolCallDelta,
    Waiting,
)
from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Exclusion, RoutePlan
from tui_lab.core.story import reason_words
from tui_lab.engine.adjusting import adjusted, not_sent
from tui_lab.engine.admission import Admission, Admitted
from tui_lab.engine.candidates import Router, route_json, route_plan
from tui_lab.engine.failures import FailedAttempt, all_failed, nobody_to_ask
from tui_lab.engine.retries import (
    LONGEST_PAUSE_S,
    LONGEST_WAIT_S,
    OF_THE_PROVIDER,
    Then,
    after,
    pause_s,
)
from tui_lab.engine.standing import Standing
from tui_lab.engine.telling import Teller
from tui_lab.providers.wire import Call

_VISIBLE = TextDelta | ReasoningDelta | RefusalDelta | ToolCallDelta


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the attempts of all runs share. `turns` bounds how many talk to providers at once;
    `chance` gives numbers from 0 to 1, `retries` is how often a model is asked again."""

    admission: Admission
    standing: Standing
    router: Router | None
    turns: asyncio.Semaphore
    retries: int
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]


@dataclass(slots=True)
class _Turn:
    """A candidate that waits to be asked: not before `ready_at`, and `why`.

    `tries` are those that were made; the one with an adjusted call comes on top of what is allowed.
    """

    model: ModelRef
    admitted: Admitted | None = None
    call: Call | None = None
    tries: int = 0
    adjusted: bool = False
    put_off: bool = False
    ready_at: float = 0.0
    why: str = ""


class Attempts:
    """Gets the draft of one lane. `go` is awaited once: it ends the run in the teller, or raises
    the `LabError` that does."""

    def __init__(self, draft: Draft, teller: Teller, around: Surroundings) -> None:
        self._draft = draft
        self._teller = teller
        self._around = around
        self._turns: deque[_Turn] = deque()
        self._alone = False
        self._count = 0
        self._failed: list[FailedAttempt] = []
        self._excluded: list[Exclusion] = []
        self._overflowed: int | None = None

    async def go(self) -> None:
        plan = await self._plan()
        while self._turns:
            turn = self._turns.popleft()
            await self._wait(turn)
            async with self._around.turns:
                admitted = await self._admit(turn)
                if admitted is None:
                    continue
                failed = await self._ask(turn, admitted)
            if failed is None or self._follow(turn, admitted, failed):
                return
        raise (
            all_failed(self._failed, self._excluded)
            if self._failed
            else nobody_to_ask((*self._excluded, *plan.excluded))
        )

    async def _plan(self) -> RoutePlan:
        await self._around.standing.load()
        plan = await route_plan(self._draft, self._around.router)
        if self._draft.fallbacks or self._draft.strategy is not None:
            self._teller.emit(Planned(route_json(plan, self._draft.fallbacks)))
        self._turns.extend(_Turn(one.model) for one in plan.candidates)
        self._alone = len(plan.candidates) == 1
        return plan

    async def _wait(self, turn: _Turn) -> None:
        seconds = turn.ready_at - self._around.clock()
        if seconds > 0:
            self._teller.emit(Waiting(round(seconds, 2), turn.why))
            await self._around.sleep(seconds)

    async def _admit(self, turn: _Turn) -> Admitted | None:
        """None where it is left out, or has to wait until the others were asked.

        Raises `LabError` where a gate refuses the only candidate, and it was not asked yet.
        """
        try:
            if turn.admitted is None:
                turn.admitted = await self._around.admission.admit(
                    self._draft, self._teller.fold.initial, turn.model
                )
                turn.call = turn.admitted.fitted.call
            self._check(turn.admitted)
            if self._is_put_off(turn, turn.admitted):
                return None
            assert turn.call is not None
            notes = await turn.admitted.reserve(turn.call, self._spent())
        except LabError as error:
            if self._alone and not self._failed:
                raise
            exclusion = Exclusion(turn.model, error.message)
            self._excluded.append(exclusion)
            words = f"{turn.model} is left out: {error.message}"
            self._teller.emit(Note(words, excluded=exclusion))
            return None
        for words in notes:
            if words not in self._teller.fold.notes:
                self._teller.emit(Note(words))
        return turn.admitted

    def _check(self, admitted: Admitted) -> None:
        """What earlier failures tell of this candidate; an only one is asked all the same."""
        if self._alone:
            return
        if (refused := self._around.standing.refused_key(admitted.line)) is not None:
            raise LabError(refused.kind, f"its key was refused: {refused.message}", refused.hint)
        facts, overflowed = admitted.facts, self._overflowed
        if overflowed is not None and not facts.guessed and facts.context_window <= overflowed:
            raise LabError(ErrorKind.CONTEXT_OVERFLOW, "its context is no larger")

    def _is_put_off(self, turn: _Turn, admitted: Admitted) -> bool:
        """Who failed again and again of late is asked after the others."""
        if turn.put_off or not self._turns or self._around.standing.may_ask(admitted.line):
            return False
        turn.put_off = True
        self._turns.append(turn)
        self._teller.emit(Note(f"{turn.model} failed again and again: it is asked last"))
        return True

    def _spent(self) -> Decimal:
        return self._teller.fold.record().cost.usd or Decimal(0)

    async def _ask(self, turn: _Turn, admitted: Admitted) -> Stamped | None:
        """Asks once; gives the failure where nothing visible came before it, else ends the run."""
        self._begin(turn, admitted)
        standing, visible = self._around.standing, False
        standing.asked(admitted.line)
        assert turn.call is not None
        try:
            async with aclosing(admitted.ask(turn.call, self._teller.now_ms)) as events:
                async for stamped in events:
                    visible = visible or isinstance(stamped.event, _VISIBLE)
                    if isinstance(stamped.event, Failed):
                        if not visible:
                            standing.failed(admitted.line, stamped.event.error)
                            return stamped
                        stamped = replace(stamped, event=_kept(stamped.event))
                    self._teller.pass_on(stamped)
                    if isinstance(stamped.event, Finished | Failed):
                        attempt = self._teller.fold.record().attempts[-1]
                        standing.ended(admitted.line, attempt)
        except BaseException:
            standing.given_up(admitted.line)
            raise
        return None

    def _begin(self, turn: _Turn, admitted: Admitted) -> None:
        self._count += 1
        fitted, is_first = admitted.fitted, turn.tries == 0
        turn.tries += 1
        self._teller.emit(
            Routed(
                turn.model,
                self._count,
                price=admitted.price,
                messages=fitted.cut,
                simulated=admitted.provider.simulated,
            )
        )
        if not is_first:
            return
        self._around.standing.retries.first(turn.model.provider)
        for name, why in fitted.dropped:
            self._teller.emit(not_sent(name, why))
        if fitted.note is not None:
            self._teller.emit(Note(fitted.note))

    def _follow(self, turn: _Turn, admitted: Admitted, stamped: Stamped) -> bool:
        """Decides what comes after a failure; true where that was the end of the run."""
        failed = stamped.event
        assert isinstance(failed, Failed)
        self._failed.append(FailedAttempt(turn.model, failed.error))
        instead = self._adjusted(turn, failed.error)
        then = after(failed) if instead is None else Then.AGAIN
        if instead is None and then in (Then.AGAIN, Then.LATER):
            then = self._if_it_may(then, turn, admitted, failed.error)
        if then is Then.STOP:
            self._turns.clear()
        elif then is Then.NEXT and failed.error.kind is ErrorKind.CONTEXT_OVERFLOW:
            facts = admitted.facts
            self._overflowed = None if facts.guessed else facts.context_window
        if then is Then.NEXT and failed.error.kind in OF_THE_PROVIDER:
            self._put_behind(turn.model.provider)
        over = then in (Then.STOP, Then.NEXT) and not self._turns
        if over and self._count == 1 and not self._excluded:
            self._teller.pass_on(stamped)
            return True
        self._teller.pass_on(replace(stamped, event=_not_the_end(failed)))
        if instead is not None:
            turn.call, note = instead
            self._teller.emit(note)
            self._turns.appendleft(turn)
        elif then is Then.AGAIN:
            self._turns.appendleft(turn)
        elif then is Then.LATER:
            self._turns = _by_readiness([*self._turns, turn])
        return False

    def _put_behind(self, provider: str) -> None:
        """What would fail with any of its models does not try them one by one, while there are
        others; those that the person has named stay in their order."""
        named = set(self._draft.fallbacks)

        def is_behind(turn: _Turn) -> bool:
            return turn.model.provider == provider and turn.model not in named

        self._turns = _by_readiness(sorted(self._turns, key=is_behind))

    def _adjusted(self, turn: _Turn, error: LabError) -> tuple[Call, Note] | None:
        assert turn.call is not None
        if turn.adjusted:
            return None
        instead = adjusted(turn.call, error, dict(self._teller.fold.record().dropped_parameters))
        if instead is not None:
            turn.adjusted = True
        return instead

    def _if_it_may(self, then: Then, turn: _Turn, admitted: Admitted, error: LabError) -> Then:
        """The same once more, as far as patience with this provider goes; else the next."""
        around, told_s = self._around, error.retry_after_s
        tries = turn.tries - turn.adjusted
        if (
            tries > around.retries
            or (told_s is not None and told_s > LONGEST_WAIT_S)
            or around.standing.retry_in_s(admitted.line) is not None
            or not around.standing.retries.take(turn.model.provider)
        ):
            return Then.NEXT
        turn.ready_at = around.clock() + pause_s(tries, told_s, around.chance())
        which = f"try {tries + 1} of {around.retries + 1}"
        turn.why = f"{reason_words(error)} from {turn.model}, {which} follows"
        return Then.LATER if told_s is not None and told_s > LONGEST_PAUSE_S else then


def _by_readiness(turns: Iterable[_Turn]) -> deque[_Turn]:
    """In their order, those that have to wait behind the others, the shortest wait first."""
    return deque(sorted(turns, key=lambda turn: turn.ready_at))


def _not_the_end(failed: Failed) -> AttemptFailed:
    return AttemptFailed(failed.error, failed.request_id, failed.rate_limits, failed.given_up)


def _kept(failed: Failed) -> Failed:
    """What has come is not begun anew: the person may do that."""
    if after(failed) is Then.STOP:
        return failed
    told = f"{failed.error.hint}; " if failed.error.hint else ""
    hint = f"{told}what has come is kept, run it again for a whole answer"
    return replace(failed, error=replace(failed.error, hint=hint))
