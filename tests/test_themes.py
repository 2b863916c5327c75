"""The themes that come with the program: complete, parseable, readable."""

from __future__ import annotations

import re
import tomllib
from itertools import product
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Footer, Input, OptionList

from tui_lab.resources import themes_folder

NAMES = ["high-contrast", "lab-dark", "lab-light", "terminal"]
GROUNDS = ["background", "surface", "panel"]
TEXTS = ["foreground", "primary", "secondary", "accent", "success", "warning", "error"]
PAIRS = [
    ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
    ("input-cursor-foreground", "input-cursor-background"),
    ("input-selection-foreground", "input-selection-background"),
    ("screen-selection-foreground", "screen-selection-background"),
    ("footer-foreground", "footer-background"),
    ("footer-key-foreground", "footer-background"),
    ("footer-description-foreground", "footer-background"),
    ("link-color", "background"),
    ("foreground", "block-hover-background"),
    ("foreground-muted", "background"),
    ("foreground-muted", "surface"),
    ("foreground-muted", "panel"),
]
RGB_THEMES = [("lab-dark", 4.5), ("lab-light", 4.5), ("high-contrast", 7.0)]


def fields(name: str) -> dict[str, Any]:
    return tomllib.loads((themes_folder() / f"{name}.toml").read_text(encoding="utf-8"))


def colours(name: str) -> dict[str, str]:
    """Every colour of a theme by its name, those of its variables among them."""
    theme = fields(name)
    variables = theme.pop("variables")
    return {
        key: value
        for key, value in (theme | variables).items()
        if isinstance(value, str) and key != "name" and not key.endswith("-style")
    }


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""

    def luminance(colour: str) -> float:
        channels = (channel / 255 for channel in Color.parse(colour).rgb)
        linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_four_are_there() -> None:
    assert sorted(file.stem for file in themes_folder().glob("*.toml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_is_named_as_its_file_and_every_colour_can_be_parsed(name: str) -> None:
    assert Theme(**fields(name)).name == name
    for colour in colours(name).values():
        Color.parse(colour)


@pytest.mark.parametrize("name", NAMES)
def test_a_theme_names_all_the_colours_itself(name: str) -> None:
    assert set(GROUNDS + TEXTS) <= set(colours(name))


@pytest.mark.parametrize(("name", "least"), RGB_THEMES)
def test_text_is_readable_on_every_ground(name: str, least: float) -> None:
    palette = colours(name)
    pairs = [*product(TEXTS, GROUNDS), *PAIRS]
    poor = {
        (text, ground): round(contrast(palette[text], palette[ground]), 2)
        for text, ground in pairs
        if contrast(palette[text], palette[ground]) < least
    }
    assert poor == {}


@pytest.mark.parametrize("name", [name for name, _ in RGB_THEMES])
def test_the_focused_border_is_seen_and_told_from_the_others(name: str) -> None:
    palette = colours(name)
    assert contrast(palette["border"], palette["background"]) >= 3
    assert contrast(palette["border"], palette["border-blurred"]) >= 2


def test_the_terminal_theme_uses_the_terminals_colours_only() -> None:
    assert fields("terminal")["ansi"] is True
    assert all(re.match(r"ansi_[a-z_]+\Z", colour) for colour in colours("terminal").values())


class Sample(App[None]):
    def compose(self) -> ComposeResult:
        yield Input("text")
        yield OptionList("one", "two")
        yield Footer()


@pytest.mark.anyio
@pytest.mark.parametrize("name", NAMES)
async def test_a_screen_can_be_drawn_in_every_theme(name: str) -> None:
    app = Sample()
    async with app.run_test() as pilot:
        app.register_theme(Theme(**fields(name)))
        app.theme = name
        await pilot.pause()
        assert app.current_theme.name == name
