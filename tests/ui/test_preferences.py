"""The [ui] table, read early and without complaint."""

from __future__ import annotations

from pathlib import Path

from tui_lab.settings import load_settings
from tui_lab.ui.preferences import Preferences, read_preferences


def preferences(tmp_path: Path, text: str, **environ: str) -> Preferences:
    file = tmp_path / "config.toml"
    file.write_text(text)
    return read_preferences(file, environ)


def test_without_a_file_everything_is_as_it_comes(tmp_path: Path) -> None:
    assert read_preferences(tmp_path / "config.toml", {}) == Preferences()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    text = '[ui]\ntheme = "lab-light"\nclipboard = "file"\n'
    read = preferences(tmp_path, text, TUI_LAB_UI__THEME="terminal")
    assert (read.theme, read.clipboard) == ("terminal", "file")


def test_a_broken_file_and_nonsense_leave_the_defaults(tmp_path: Path) -> None:
    assert preferences(tmp_path, "[ui\n") == Preferences()
    assert preferences(tmp_path, 'ui = 3\n[x]\ny = "z"\n') == Preferences()
    assert preferences(tmp_path, '[ui]\nclipboard = "fax"\nkeys = 3\n') == Preferences()


def test_ids_of_bindings_may_be_quoted_or_not(tmp_path: Path) -> None:
    text = '[ui.keys]\nlab.run = "f9"\n"lane.copy" = "w"\n'
    assert preferences(tmp_path, text).keys == {"lab.run": "f9", "lane.copy": "w"}


def test_what_is_read_here_is_a_valid_setting(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[ui]\ntheme = "x"\nlow_bandwidth = true\nclipboard = "osc52"\n'
        '[ui.keys]\nlab.run = "f9"\n"lane.copy" = "w"\n'
    )
    assert load_settings(file, {})[1] == ()
