"""What is known of a workspace's keys, as it was read last, and what is being asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from tui_lab.core.errors import LabError
from tui_lab.core.health import Health
from tui_lab.core.keys import KeyEvent, KeyId
from tui_lab.core.refs import ModelRef
from tui_lab.ui.text.key_facts import ListedKey

if TYPE_CHECKING:
    from tui_lab.engine.key_desk import KeyRow
    from tui_lab.lab import Lab

NOT_ASKED = "could not be asked"


class KeyWatch:
    """Reads on the engine's thread; `now` is the person's time, with their zone."""

    def __init__(self, lab: Lab, now: Callable[[], datetime]) -> None:
        self._lab = lab
        self._now = now
        self._rows: list[KeyRow] = []
        self._events: tuple[KeyEvent, ...] = ()
        self._runs: dict[str, int] | None = None
        self._asking: set[KeyId] = set()
        self._outcomes: dict[KeyId, str] = {}
        self._failures: dict[KeyId, LabError] = {}
        self._health: Mapping[ModelRef, Health] = {}

    @property
    def has_keys(self) -> bool:
        return any(row.key is not None for row in self._rows)

    async def read(self) -> None:
        """Reads everything anew. Raises `LabError` where the list of keys cannot be read; without
        a history only what it would tell is missing."""
        keys = self._lab.keys
        month = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        self._rows = await asyncio.wrap_future(keys.rows())
        try:
            self._events = await asyncio.wrap_future(keys.events())
            self._runs = await asyncio.wrap_future(keys.runs_since(month))
        except LabError:
            self._events, self._runs = (), None
        await self.read_health()

    async def read_health(self) -> None:
        """How models did of late, and which of them are left alone."""
        with suppress(LabError):
            self._health = await asyncio.wrap_future(self._lab.health.states())

    @property
    def changes(self) -> bool:
        """Whether what is told of health is another from second to second."""
        return any(one.rests for one in self._health.values())

    def listed(self) -> list[ListedKey]:
        shared = self._lab.settings.environment_keys_of(self._lab.workspace)
        return [
            ListedKey(
                row,
                self._events,
                self._runs.get(row.provider.id, 0) if self._runs is not None else None,
                shared,
                row.key in self._asking,
                self._failures.get(row.key) if row.key is not None else None,
                {
                    model: health
                    for model, health in self._health.items()
                    if model.provider == row.provider.id and health.words
                },
            )
            for row in self._rows
        ]

    # Asking providers

    def is_asking(self, one: ListedKey) -> bool:
        return one.row.key in self._asking

    def check(self, one: ListedKey) -> Coroutine[None, None, None]:
        """Asks the provider about a key; what comes of it is told by `listed` and `summary`."""
        key = one.row.key
        assert key is not None
        self._asking.add(key)
        self._failures.pop(key, None)
        return self._answer(one, key)

    async def _answer(self, one: ListedKey, key: KeyId) -> None:
        try:
            check = await asyncio.wrap_future(self._lab.keys.check(one.row.provider, key.label))
            self._outcomes[key] = check.outcome.value.replace("_", " ")
        except LabError as error:
            self._failures[key] = error
            self._outcomes[key] = NOT_ASKED
        finally:
            self._asking.discard(key)

    def summary(self, asked: Sequence[ListedKey]) -> str:
        """How it went, counted: `3 valid, 1 invalid`."""
        outcomes = Counter(
            self._outcomes[one.row.key] for one in asked if one.row.key in self._outcomes
        )
        return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
