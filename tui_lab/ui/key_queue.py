"""Hands keys on one at a time, so that those typed ahead of a dialog land in it.

Textual gives every key at once to what has the focus at that moment, and asks for bindings only
when the key has bubbled back. So here each key is followed by a message on the same way, and the
next key waits until that one is back, and until a screen that it opened has taken the focus.

Nothing simpler tells when a key has had its effect: Textual has no such event, a widget answers a
key by messages of its own, and an action that opens a dialog does so in a worker, later.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import takewhile
from typing import Any

from textual.app import App
from textual.events import Key, Paste
from textual.message import Message
from textual.screen import Screen
from textual.widgets import TextArea
from textual.worker import WorkerState

ROUNDS = 2
"""The second follows the messages that the key had a widget post, such as a changed filter."""

LONGEST_S = 0.5
"""A follower may get lost with the widget that it came to; keys wait no longer for it."""


class Follower(Message):
    """Comes back to the app when the key before it has had its effect."""

    def __init__(self, screen: Screen[Any], number: int, rounds: int) -> None:
        super().__init__()
        self.screen = screen
        self.number = number
        self.rounds = rounds


class KeyQueue:
    """Keys and pastes in their order. `hand_on` gives one to what has the focus."""

    def __init__(self, app: App[Any], hand_on: Callable[[Key | Paste], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[Key | Paste] = deque()
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None

    async def put(self, event: Key | Paste) -> None:
        self._waiting.append(event)
        if self._timer is None:
            await self._next()

    async def came_back(self, follower: Follower) -> None:
        """To be called with each follower that reaches the app."""
        if follower.number != self._number or self._timer is None or self._is_ending:
            return
        if any(worker.state is WorkerState.PENDING for worker in self._app.workers):
            # An action has just begun: it may be about to open a dialog.
            asyncio.get_running_loop().call_soon(self._app.post_message, follower)
        elif self._app.screen is not follower.screen:
            self._follow(ROUNDS)
        elif follower.rounds > 1:
            self._follow(follower.rounds - 1)
        else:
            self._timer.cancel()
            await self._next()

    async def _next(self) -> None:
        self._timer = None
        if self._waiting and not self._is_ending:
            self._number += 1
            self._timer = asyncio.get_running_loop().call_later(
                LONGEST_S, self._app.call_later, self._give_up, self._number
            )
            await self._hand_on(self._take())
            if not self._is_ending:
                self._follow(ROUNDS)

    async def _give_up(self, number: int) -> None:
        if number == self._number:
            await self._next()

    @property
    def _is_ending(self) -> bool:
        return not self._app.screen_stack

    def _follow(self, rounds: int) -> None:
        follower = Follower(self._app.screen, self._number, rounds)
        (self._app.focused or self._app.screen).post_message(follower)

    def _take(self) -> Key | Paste:
        """The next event; what was typed into an editor meanwhile is one edit."""
        editor = self._app.focused
        if not isinstance(editor, TextArea) or editor.read_only:
            return self._waiting.popleft()
        typed = list(takewhile(_typed, self._waiting))
        if len(typed) < 2:
            return self._waiting.popleft()
        for _ in typed:
            self._waiting.popleft()
        return Paste("".join(map(_typed, typed)))


def _typed(event: Key | Paste) -> str:
    """What a key writes in an editor, empty if it does something else."""
    if isinstance(event, Paste):
        return ""
    if event.key == "enter":
        return "\n"
    return event.character if event.is_printable and event.character else ""
