"""Lanes that are compared: scrolled as one, ranked in a line, word by word, judged."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui_lab.ui.widgets.lane_grid import LaneGrid
from tui_lab.ui.widgets.scroll_lock import ScrollLock

if TYPE_CHECKING:
    from tui_lab.core.record import RunRecord
    from tui_lab.ui.host import Host
    from tui_lab.ui.widgets.lane import Lane


class ComparedLanes(LaneGrid):
    """What is done with several lanes at once."""

    DEFAULT_CSS = """
    ComparedLanes {
        & > #leaders {
            height: 1;
            padding: 0 1;
            color: $foreground-muted;
            display: none;
            text-wrap: nowrap;
            text-overflow: ellipsis;
        }
        &.-over > #leaders { display: block; }
        &.-aside > #leaders { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "b",
            "judge",
            "judge",
            id="answers.judge",
            tooltip="judge these answers, two at a time, blind",
        ),
        Binding(
            "equals_sign",
            "compare",
            "compare",
            id="answers.compare",
            tooltip="this answer and another one, word by word",
        ),
        Binding(
            "m",
            "repeats",
            "repeats",
            id="answers.repeats",
            tooltip="how the answers of each model are spread",
        ),
        Binding(
            "L",
            "lock",
            "together",
            id="answers.lock",
            tooltip="scroll all answers together, or each alone",
        ),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._leaders = Static(id="leaders", markup=False)
        self.scroll_lock = ScrollLock(lambda: [lane.view for lane in self.lanes if lane.display])

    @property
    def host(self) -> Host:
        return cast("Host", self.app)

    @property
    def records(self) -> list[RunRecord]:
        return [lane.record for lane in self.lanes]

    def refresh_leaders(self) -> None:
        """Who was first in what, as soon as all of several runs are over."""
        runs = self.records
        over = len(runs) > 1 and not any(lane.is_running for lane in self.lanes)
        line = ""
        if over:
            from tui_lab.ui.text.comparison_words import leaders_line

            line = leaders_line(runs, self.size.width - 2)
            if not self._leaders.is_attached:
                self.mount(self._leaders)
        self._leaders.update(line)
        self.set_class(bool(line), "-over")

    def on_resize(self) -> None:
        self.refresh_leaders()

    @work(exclusive=True, group="compared")
    async def action_judge(self) -> None:
        from tui_lab.ui.judging import judge_runs

        if (lab := self.host.lab) is not None:
            await judge_runs(self.app, self.host, lab, self.records)

    @work(exclusive=True, group="compared")
    async def action_compare(self) -> None:
        from tui_lab.core.run_diff import run_diff
        from tui_lab.ui.dialogs.other_answer import OtherAnswer
        from tui_lab.ui.dialogs.run_comparison import RunComparison

        if self.current is None:
            return
        record, others = self.current.record, self._others
        other: RunRecord | None = others[0] if others else None
        if len(others) > 1:
            other = await self.app.push_screen_wait(OtherAnswer(record, others))
        if other is not None:
            found = await asyncio.to_thread(run_diff, record, other)
            await self.app.push_screen_wait(RunComparison(record, other, found))

    @property
    def _others(self) -> list[RunRecord]:
        """What the current answer can be compared with."""
        return [one.record for one in self.lanes if one is not self.current and _has_come(one)]

    @work(exclusive=True, group="compared")
    async def action_repeats(self) -> None:
        from tui_lab.core.batch_comparison import repeats
        from tui_lab.ui.dialogs.repeats_table import RepeatsTable

        await self.app.push_screen_wait(RepeatsTable(repeats(self.records)))

    def action_lock(self) -> None:
        lock = self.scroll_lock
        lock.is_on = not lock.is_on
        self.host.say("all answers scroll together" if lock.is_on else "each scrolls by itself")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "judge":
                from tui_lab.core.judging import pairs_of

                return bool(pairs_of(self.records))
            case "compare":
                return self.current is not None and _has_come(self.current) and bool(self._others)
            case "repeats":
                over = [lane.record.model for lane in self.lanes if not lane.is_running]
                return len(over) > len({*over})
            case "lock":
                return len(self.lanes) > 1
            case _:
                return True


def _has_come(lane: Lane) -> bool:
    return not lane.is_running and bool(lane.record.text or lane.record.refusal)
