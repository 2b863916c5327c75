"""Rating runs by one key."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tui_lab.core.annotations import BEST_RATING
from tui_lab.ui.dialogs.dialog import Dialog

WORDS = ("takes the rating away", "poor", "weak", "fair", "good", "best")


class RatingForm(Dialog[int]):
    """Answers with 1 (poor) to 5 (best), or 0: not rated any more."""

    HELP = "A figure rates at once; ratings move the quality of models in this workspace."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(rating), f"dismiss({rating})", WORDS[rating], id=f"rating.{rating}", show=False)
        for rating in range(BEST_RATING + 1)
    ]
    DEFAULT_CSS = """
    RatingForm > .box { max-width: 44; padding: 1 2; }
    """

    def __init__(self, *, of: int) -> None:
        """`of` how many runs."""
        super().__init__("Rate" if of == 1 else f"Rate {of} runs")

    def compose_box(self) -> ComposeResult:
        lines = (
            f"{rating}  {'★' * rating:<{BEST_RATING}}  {WORDS[rating]}"
            for rating in (*range(BEST_RATING, -1, -1),)
        )
        yield Static("\n".join(lines), markup=False)
