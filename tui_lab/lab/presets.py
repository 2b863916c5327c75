"""Presets of models and parameters, as a face sees them: futures of the engine's thread."""

from __future__ import annotations

from concurrent.futures import Future

from tui_lab.core.preset import Preset
from tui_lab.engine.thread import LoopThread
from tui_lab.store.presets import PresetRows


class LabPresets:
    """Those of all workspaces."""

    def __init__(self, rows: PresetRows, thread: LoopThread) -> None:
        self._rows = rows
        self._thread = thread

    def all(self) -> Future[tuple[Preset, ...]]:
        """In the order of their names."""
        return self._thread.call(self._rows.all())

    def save(self, preset: Preset) -> Future[None]:
        """Keeps it, in place of one of the same name."""
        return self._thread.call(self._rows.save(preset))

    def delete(self, name: str) -> Future[None]:
        return self._thread.call(self._rows.delete(name))
