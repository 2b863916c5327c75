"""The stylesheet parses each source once for each set of colours."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from textual.css import stylesheet as textuals
from textual.css.model import RuleSet
from textual.css.parse import parse

from tui_lab.ui.stylesheet import ThriftyStylesheet


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that Textual has parsed, in order."""
    texts: list[str] = []

    def noting(scope: str, css: str, *rest: object, **named: object) -> Iterable[RuleSet]:
        texts.append(css)
        return parse(scope, css, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(textuals, "parse", noting)
    return texts


def colour(sheet: ThriftyStylesheet, name: str) -> str:
    return sheet.rules_map[name][0].styles.color.hex


def a_sheet(*texts: str) -> ThriftyStylesheet:
    sheet = ThriftyStylesheet(variables={"ink": "#ff0000"})
    for text in texts:
        sheet.add_source(text, read_from=(text, ""))
    sheet.reparse()
    return sheet


def test_a_source_that_is_added_is_the_only_one_parsed(parsed: list[str]) -> None:
    sheet = a_sheet("One { color: $ink; }")
    sheet.add_source("Two { color: #0000ff; }", read_from=("two", ""))
    sheet.reparse()
    assert colour(sheet, "Two") == "#0000FF"
    assert parsed == ["One { color: $ink; }", "Two { color: #0000ff; }"]


def test_the_same_colours_again_parse_nothing(parsed: list[str]) -> None:
    sheet = a_sheet("One { color: $ink; }")
    sheet.set_variables({"ink": "#ff0000"})
    sheet.reparse()
    assert len(parsed) == 1


def test_other_colours_reach_every_rule() -> None:
    sheet = a_sheet("One { color: $ink; }", "Two { background: $ink; }")
    sheet.set_variables({"ink": "#00ff00"})
    sheet.reparse()
    assert colour(sheet, "One") == "#00FF00"
    assert sheet.rules_map["Two"][0].styles.background.hex == "#00FF00"


def test_many_more_sources_than_textual_remembers_are_still_parsed_once(parsed: list[str]) -> None:
    sheet = a_sheet(*(f"W{number} {{ color: $ink; }}" for number in range(100)))
    sheet.add_source("Last { color: $ink; }", read_from=("last", ""))
    sheet.reparse()
    assert len(parsed) == 101
