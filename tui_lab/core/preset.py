"""Whom to ask, and parameters, under a name: "the usual three"."""

from __future__ import annotations

from dataclasses import dataclass

from tui_lab.core.asked import Asked
from tui_lab.core.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    asked: Asked
    parameters: Parameters = Parameters()

    @property
    def words(self) -> str:
        """`openai/gpt-4o, sandbox/echo · temperature 0.5`."""
        given = self.parameters.as_dict().items()
        return " · ".join([self.asked.words, *(f"{name} {value}" for name, value in given)])
