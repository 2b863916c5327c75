"""What the history says of itself, and how it takes what is typed."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from tui_lab.ui.run_window import RunWindow
from tui_lab.ui.text.run_line import when

NOTHING_FOUND = Content("Nothing found.\nAll words must occur: fewer find more.")

OPENING = Content(
    "The history is being opened.\n"
    "After an update of tui-lab it is copied first: a large one takes a while."
)

EMPTY = Content("\n").join(
    [
        Content.styled("No runs yet.", "bold"),
        Content("Every run is kept here, whole, from the moment it starts: what was asked,"),
        Content("what came, how long it took and what it cost. It needs no network to read."),
        Content(""),
        *(
            Content.assemble((f"{key:<4}", "bold $footer-key-foreground"), words)
            for key, words in (
                ("^t", "choose a template, ^j in it runs it at once"),
                ("1", "the Lab: write a prompt, ^j runs it"),
            )
        ),
    ]
)


def reached_words(window: RunWindow, now: datetime) -> str:
    """How far a search is that still goes on; empty: it does not."""
    if window.searching is None or window.reached is None:
        return ""
    way = "back" if window.searching == "older" else "up"
    return f"searched {way} to {when(window.reached, now)} …"


def count_words(window: RunWindow, marked: int, *, found: bool) -> str:
    """How many runs there are, as far as that is known without counting them all."""
    count = len(window.rows)
    words = [f"{marked} marked"] if marked else []
    if not window.is_whole:
        words.append("↓ older" if window.older is not None else "the oldest")
    elif found:
        words.append(f"{count} found")
    else:
        words.append("1 run" if count == 1 else f"{count} runs")
    return " · ".join(words) if count else ""
