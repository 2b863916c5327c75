"""Reads what a terminal sends: a paste of any length at once, and bytes that are no text.

Textual takes a paste apart character by character, seconds of work for megabytes, and stops at the
first byte that is not UTF-8.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Paste
from textual.message import Message

if TYPE_CHECKING:
    from tui_lab.ui.terminal_app import TerminalApp

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"

STOPPED_EXIT = 130
"""The exit code when a signal has ended the lab, or its terminal is gone."""

READ_BYTES = 65536
LOOK_S = 0.1


class PasteParser(XTermParser):
    """Keeps pastes from Textual's parser, save one whose first sequence comes in two reads."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: list[str] | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """The events in this; an empty string is the end."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._pasted is None:
                keys, begins, data = data.partition(PASTE_BEGINS)
                if keys:
                    yield from super().feed(keys)
                self._pasted = [""] if begins else None
            else:
                text, ends, data = (self._pasted.pop() + data).partition(PASTE_ENDS)
                if ends:
                    yield Paste("".join([*self._pasted, text]).replace("\x00", ""))
                    self._pasted = None
                else:  # the end of this may be the beginning of that sequence
                    cut = max(0, len(text) - len(PASTE_ENDS) + 1)
                    self._pasted += [text[:cut], text[cut:]]


class TerminalDriver(LinuxDriver):
    """Textual's driver with this parser."""

    def run_input_thread(self) -> None:
        parser = PasteParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(LOOK_S):
                    if not (data := self._read()):
                        lose = cast("TerminalApp", self._app).lose_terminal
                        self._loop.call_soon_threadsafe(lose)
                        return
                    # Half a character is not yet text, and no text is the end for the parser.
                    if text := decode(data):
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)

    def _read(self) -> bytes:
        """Nothing when the terminal is gone, of which no signal need tell."""
        try:
            return os.read(self.fileno, READ_BYTES)
        except OSError:
            return b""
