"""How the inks of an answer look, in the colours of the theme.

Not component classes: a style sheet would work all of them out for each view of a batch, at its
mounting and whenever the focus moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rich.style import Style
from textual.color import Color

from tui_lab.ui.text.ink import Ink


class Looks(NamedTuple):
    """The name of a colour of the theme, and attributes as Rich names them; empty for none."""

    colour: str = ""
    attributes: str = ""

    def style(self, ground: Color, variables: Mapping[str, str]) -> Style:
        """On this background; `variables` are the colours of the theme, as style sheets say them.

        The background itself is left out.
        """
        style = Style.parse(self.attributes)
        if self.colour:
            style += Style(color=(ground + _colour(variables[self.colour])).rich_color)
        return style


PLAIN = Looks()
_MUTED = Looks("text-muted")

LOOKS = {
    Ink.HEADING: Looks("text-primary", "bold"),
    Ink.MARK: _MUTED,
    Ink.BULLET: Looks("text-accent", "bold"),
    Ink.QUOTE: Looks("text-muted", "italic"),
    Ink.STRONG: Looks(attributes="bold"),
    Ink.EMPHASIS: Looks(attributes="italic"),
    Ink.STRIKE: Looks(attributes="strike"),
    Ink.INLINE_CODE: Looks("text-success"),
    Ink.LINK: Looks("text-primary", "underline"),
    Ink.FENCE: _MUTED,
    Ink.CODE: PLAIN,
    Ink.COMMENT: _MUTED,
    Ink.KEYWORD: Looks("text-accent"),
    Ink.STRING: Looks("text-success"),
    Ink.NUMBER: Looks("text-warning"),
    Ink.NAME: Looks("text-primary"),
}
REASONING = _MUTED
REASONING_HEADING = Looks("text-muted", "bold")
FOUND = Looks("text-warning", "underline")
FOUND_NOW = Looks(attributes="reverse")


def _colour(words: str) -> Color:
    """`#7aa7e0`, `auto 60%` (what stands out against the background), `ansi_default 50%`."""
    name, _, share = words.partition(" ")
    percent = float(share.rstrip("%") or 100)
    if name == "auto":
        return Color.automatic(percent)
    return Color.parse(name).multiply_alpha(percent / 100)
