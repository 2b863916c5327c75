"""The inks of an answer in the colours of a theme."""

from __future__ import annotations

import pytest
from textual.color import Color

from tui_lab.ui.text.ink import Ink
from tui_lab.ui.widgets.answer_looks import LOOKS, Looks

DARK, LIGHT = Color.parse("#000000"), Color.parse("#ffffff")


@pytest.mark.parametrize(
    ("words", "ground", "seen"),
    [
        ("#7aa7e0", DARK, "#7aa7e0"),
        ("auto", DARK, "#ffffff"),
        ("auto 60%", DARK, "#999999"),
        ("auto 60%", LIGHT, "#666666"),
        ("#ff0000 50%", DARK, "#7f0000"),
        ("ansi_default 50%", DARK, "default"),
    ],
)
def test_a_colour_is_what_a_style_sheet_makes_of_it(words: str, ground: Color, seen: str) -> None:
    style = Looks("ink", "bold").style(ground, {"ink": words})
    assert style.bold
    assert style.color is not None
    assert style.color.name == seen


def test_every_ink_has_looks() -> None:
    assert set(LOOKS) == set(Ink)
