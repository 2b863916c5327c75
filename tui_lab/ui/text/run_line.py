"""One run as one line of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from tui_lab.core.matching import Finder
from tui_lab.core.money import cost_words
from tui_lab.core.record import RunRecord
from tui_lab.core.sanitise import sanitise_line
from tui_lab.core.summary import GLYPHS

LONGEST_PROMPT = 400
"""Characters of a prompt that are looked at: more are never seen in a line."""

NARROWEST_MODEL, WIDEST_MODEL = 12, 28

LEAST_PROMPT = 10
"""Cells of a prompt that what a person said of the run leaves to it."""

COST_CELLS = 9
WIDTH_FOR_COST = 60
"""Narrower lists leave the cost to the run itself."""


class Joint(StrEnum):
    """How a line belongs to its neighbours of the same batch."""

    ALONE = " "
    FIRST = "┌"
    MIDDLE = "│"
    LAST = "└"


class Part(NamedTuple):
    """Some text of the line; `ink` names its colour."""

    text: str
    ink: str


def joint(rows: Sequence[RunRecord], index: int) -> Joint:
    """The mark that joins the runs of one batch."""
    batch = rows[index].batch_id
    above = index > 0 and rows[index - 1].batch_id == batch
    below = index + 1 < len(rows) and rows[index + 1].batch_id == batch
    if above:
        return Joint.MIDDLE if below else Joint.LAST
    return Joint.FIRST if below else Joint.ALONE


def run_line(
    record: RunRecord,
    width: int,
    *,
    now: datetime,
    joined: Joint,
    marked: bool,
    moment_cells: int = 0,
    find: Finder | None = None,
) -> Iterator[Part]:
    """Mark, joint, outcome, time, model, cost, prompt, note, rating, tags: exactly `width` cells.

    `now` is local time. The time takes `moment_cells` at least, so that the lines of a list stand
    in columns. What is found of the prompt, or else of the answer, is brought into view.
    """
    again = joined in (Joint.MIDDLE, Joint.LAST)
    model_cells = min(WIDEST_MODEL, max(NARROWEST_MODEL, width // 3))
    moment = when(record.created_at, now).rjust(moment_cells) + " "
    cost_cells = COST_CELLS if width >= WIDTH_FOR_COST else 0
    rest = max(0, width - 5 - len(moment) - model_cells - 1 - cost_cells)
    yield Part("●" if marked else " ", "mark")
    yield Part(f"{joined} ", "joint")
    yield Part(f"{GLYPHS[record.status]} ", record.status.value)
    yield Part(moment, "when")
    yield Part(fitted(model_words(record, model_cells), model_cells) + " ", "model")
    if cost_cells:
        cost = fitted(cost_words(record), cost_cells - 1).rstrip()
        yield Part(cost.rjust(cost_cells - 1) + " ", "when")
    said = said_words(record, rest - LEAST_PROMPT)
    rest -= cell_len(said)
    yield from _text(record, rest, "again" if again else "prompt", find)
    if said:
        yield Part(said, "said")


def _text(record: RunRecord, cells: int, ink: str, find: Finder | None) -> Iterator[Part]:
    """The prompt from its beginning, or a text from a little before what was found in it."""
    text = sanitise_line(record.prompt[:LONGEST_PROMPT])
    spans = find(text) if find else ()
    if find and not spans:
        answer = sanitise_line(record.text)
        if spans := find(answer):
            text, ink = answer, "again"
    begin = max(0, spans[0][0] - cells // 3) if spans and spans[0][1] > cells - 1 else 0
    shown = fitted(f"…{text[begin:]}" if begin else text, cells)
    place, shift, reach = 0, begin - (begin > 0), len(shown) - shown.endswith("…")
    for start, end in spans:
        start, end = max(place, start - shift), min(end - shift, reach)
        if start < end:
            yield Part(shown[place:start], ink)
            yield Part(shown[start:end], "found")
            place = end
    yield Part(shown[place:], ink)


def said_words(record: RunRecord, most: int) -> str:
    """What the person has said of the run, as much as there is room for: of a note that there is
    one, the rating, tags."""
    words = ""
    rating = f"{record.rating}★" if record.rating is not None else ""
    for word in ("✎" if record.note else "", rating, *(f"#{tag}" for tag in record.tags)):
        word = sanitise_line(word)
        if word and cell_len(words) + 1 + cell_len(word) <= most:
            words += f" {word}"
    return words


def moment_cells(oldest: datetime | None, now: datetime) -> int:
    """The cells that the times of runs need, the oldest of which began then."""
    return len(when(oldest, now)) if oldest is not None else 0


def when(moment: datetime, now: datetime) -> str:
    """The time of a run of today, with its day if it is of this year, else the day and the year.

    All but those of today are 12 cells wide.
    """
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{local:%d %b %H:%M}" if local.year == now.year else f"{local:%d %b  %Y}"


def model_words(record: RunRecord, cells: int) -> str:
    """The model that answered, else as asked; without its provider where there is no room."""
    name = sanitise_line(record.answered_by or record.model)
    return name if cell_len(name) <= cells else name.partition("/")[2] or name


def fitted(text: str, cells: int) -> str:
    """Exactly so many cells, with … where text was cut off."""
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(text, cells - 1) + "…" if cells else ""
