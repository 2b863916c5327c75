"""The [ui] table of config.toml and its environment names, read without any heavy import.

The rest of the settings is validated off the start path, where a wrong value here is told too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tui_lab.textfile import read_text
from tui_lab.ui.themes import AUTO

_PREFIX = "TUI_LAB_UI__"
CLIPBOARD_ROUTES = ("auto", "native", "osc52", "file")


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants the screens. `keys` maps ids of bindings to keys."""

    theme: str = AUTO
    low_bandwidth: bool = False
    clipboard: str = "auto"
    keys: Mapping[str, str] = field(default_factory=dict)


def read_preferences(config_file: Path, environ: Mapping[str, str]) -> Preferences:
    """What can be read and makes sense; the default for everything else."""
    ui: dict[str, Any] = {}
    text = read_text(config_file)
    if isinstance(text, str):
        try:
            table = tomllib.loads(text).get("ui", {})
            ui = table if isinstance(table, dict) else {}
        except tomllib.TOMLDecodeError:
            pass
    keys = ui.get("keys", {})
    for name in ("theme", "low_bandwidth", "clipboard"):
        if value := environ.get(_PREFIX + name.upper(), "").strip():
            ui[name] = value
    clipboard = str(ui.get("clipboard", "auto"))
    return Preferences(
        theme=str(ui.get("theme", AUTO)),
        low_bandwidth=str(ui.get("low_bandwidth", "")).lower() in ("true", "1", "yes", "on"),
        clipboard=clipboard if clipboard in CLIPBOARD_ROUTES else "auto",
        keys=dict(_flat(keys)) if isinstance(keys, dict) else {},
    )


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """`lab.run = "f9"` is a table in a table for TOML, `"lab.run" = "f9"` is not."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{rest}", key) for rest, key in _flat(value))
        else:
            yield name, str(value)
