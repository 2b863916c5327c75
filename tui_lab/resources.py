"""Finds what comes with the program: themes and templates.

In a checkout they stand beside the package, in an installed wheel inside it.
"""

from __future__ import annotations

from pathlib import Path


def templates_file() -> Path:
    """The TOML file of the built-in templates."""
    return _home() / "templates.toml"


def themes_folder() -> Path:
    """The folder of the built-in themes, one TOML file each."""
    return _home() / "themes"


def _home() -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent
