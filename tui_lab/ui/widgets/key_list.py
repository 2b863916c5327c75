"""Providers and keys, a line for each key, those with a key first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_lab.core.keys import KeyStatus
from tui_lab.core.sanitise import sanitise_line
from tui_lab.ui.text.key_facts import ListedKey, Need, short_source, status_of
from tui_lab.ui.text.run_line import fitted
from tui_lab.ui.widgets.choice_list import ChoiceList

NAME_CELLS, STATUS_CELLS, MASK_CELLS, DATE_CELLS, RUNS_CELLS = 13, 13, 9, 6, 4
FIXED_CELLS = 2 + NAME_CELLS + STATUS_CELLS + MASK_CELLS + DATE_CELLS + RUNS_CELLS + 5
LEAST_SOURCE_CELLS = 11
_STYLES = {
    KeyStatus.VERIFIED: "$success",
    KeyStatus.INVALID: "$error",
    KeyStatus.NO_PERMISSION: "$error",
    KeyStatus.NO_CREDIT: "$error",
    KeyStatus.MISSING: "$warning",
}


class KeyList(ChoiceList):
    BINDING_GROUP_TITLE = "Keys"
    HELP = (
        "A line for each key: ✓ the provider took it, ? nobody has asked, ✗ it was refused, "
        "◌ no answer about it, ○ it is missing, · none is needed. ▸ is the key that runs use. "
        "Keys are never shown whole."
    )
    DEFAULT_CSS = """
    KeyList { scrollbar-gutter: stable; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "read", id="keys.read", tooltip="read all about it"),
    ]

    class Moved(Message):
        """Another line is under the cursor, or what is known of it has changed."""

    class Chosen(Message):
        """The line under the cursor should be read."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys: dict[str, ListedKey] = {}
        self._now = datetime.now().astimezone()

    @property
    def current(self) -> ListedKey | None:
        """What is under the cursor."""
        option = self.highlighted_option
        return self._keys.get(option.id or "") if option is not None else None

    def show(self, keys: Sequence[ListedKey], now: datetime) -> None:
        """These, as they are now; the cursor stays on its key, or on its provider."""
        self._now = now
        self._keys = {one.name: one for one in keys}
        self._fill()

    def go_to(self, name: str) -> None:
        if name in self._keys:
            self.highlighted = self.get_option_index(name)

    def on_resize(self, event: events.Resize) -> None:
        self._fill()

    def _fill(self) -> None:
        kept = self.highlighted_option.id if self.highlighted_option is not None else None
        self.clear_options()
        self.add_options(_options(tuple(self._keys.values()), self._now, self.columns_width))
        if not self._keys:
            return
        provider = (kept or "").partition(" ")[0]
        nearest = (one for one in self._keys if one.partition(" ")[0] == provider)
        first = next(option.id for option in self.options if not option.disabled)
        self.highlighted = self.get_option_index(
            kept if kept in self._keys else next(nearest, first or "")
        )

    @property
    def columns_width(self) -> int:
        """Cells that there are for the columns."""
        return self.scrollable_content_region.width

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        self.post_message(self.Moved())

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.post_message(self.Chosen())


def columns(width: int) -> str:
    """What stands over the columns of a list of so many cells."""
    words = ("provider", "status", "key", "▸ in use", "tried", "runs")
    return "  " + " ".join(_cells(words, width))


def _options(keys: Sequence[ListedKey], now: datetime, width: int) -> Iterator[Option]:
    for need in Need:
        before = None
        group = [one for one in keys if one.need is need]
        if group:
            yield Option(Content(need.value), disabled=True)
        for one in group:
            first = one.row.provider.id != before
            before = one.row.provider.id
            yield Option(_line(one, now, width, first=first), id=one.name)


def _line(one: ListedKey, now: datetime, width: int, *, first: bool) -> Content:
    row, (glyph, word) = one.row, status_of(one)
    label = row.key.label if row.key is not None else ""
    where = " · ".join(filter(None, (label if label != "default" else "", short_source(one))))
    event = one.unanswered or row.verdict
    cells = _cells(
        (
            sanitise_line(row.provider.name) if first else "  └",
            word,
            row.found.mask if row.found is not None else "",
            sanitise_line(f"{'▸' if row.in_use else ' '} {where}"),
            f"{event.at.astimezone(now.tzinfo):%d %b}" if event is not None else "",
            f"{_count(one.runs):>{RUNS_CELLS}}" if one.runs and first else "",
        ),
        width,
    )
    style = "" if one.asking or one.unanswered else _STYLES.get(row.status, "")
    name, status, *rest = cells
    return Content.assemble(
        (f"{glyph} ", style),
        f"{name} ",
        (f"{status} ", style),
        (" ".join(rest), "$foreground-muted"),
    )


def _count(runs: int) -> str:
    return str(runs) if runs < 10_000 else f"{runs // 1000}k"


def _cells(words: Sequence[str], width: int) -> list[str]:
    """As many columns as there is room for, each of its width; where a key is takes the rest."""
    name, status, mask, source, date, runs = words
    room = width - FIXED_CELLS
    shown = [fitted(name, NAME_CELLS), fitted(status, STATUS_CELLS), fitted(mask, MASK_CELLS)]
    if room < LEAST_SOURCE_CELLS:
        return [*shown, fitted(source, max(0, room + DATE_CELLS + RUNS_CELLS + 2))]
    return [*shown, fitted(source, room), fitted(date, DATE_CELLS), fitted(runs, RUNS_CELLS)]
