"""Theme files: every colour is looked at before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.theme import Theme

from tui_lab.core.problem import Problem
from tui_lab.resources import themes_folder
from tui_lab.ui.themes import load_themes, read_theme, suited_theme


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name = ", "not TOML"),
        ('primary = "#fff"', "name is missing"),
        ('name = "x"', "primary is missing"),
        ('name = "x"\nprimary = "blood"', "primary cannot be 'blood'"),
        ('name = "x"\nprimary = 3', "primary cannot be 3"),
        ('name = "x"\nprimary = "#fff"\nprimry = "#fff"', "'primry' means nothing here"),
        ('name = "x"\nprimary = "#fff"\ndark = "yes"', "dark should be true or false"),
        ('name = "x"\nprimary = "#fff"\nvariables = 1', "variables should be a table"),
        ('name = "x"\nprimary = "#fff"\n[variables]\nborder = "b"', "border cannot be 'b'"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "x.toml"
    file.write_text(text)
    problem = read_theme(file)
    assert isinstance(problem, Problem)
    assert told in str(problem)
    assert str(file) in str(problem)


def test_a_persons_own_file_replaces_one_of_the_same_name(tmp_path: Path) -> None:
    for folder, colour in (("a", "#111111"), ("b", "#222222")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.toml").write_text(f'name = "t"\nprimary = "{colour}"\n')
    loaded = load_themes([tmp_path / "a", tmp_path / "b", tmp_path / "none"])
    assert loaded.problems == ()
    assert isinstance(loaded.themes["t"], Theme)
    assert loaded.themes["t"].primary == "#222222"


@pytest.mark.parametrize(
    ("colours", "theme"),
    [("standard", "terminal"), ("256", "lab-dark"), ("truecolor", "lab-dark"), (None, "lab-dark")],
)
def test_a_terminal_of_sixteen_colours_gets_the_theme_that_is_made_of_them(
    colours: str | None, theme: str
) -> None:
    assert suited_theme(colours) == theme
    assert theme in load_themes([themes_folder()]).names
