"""Models and parameters under a name: "the usual three"."""

from __future__ import annotations

from dataclasses import dataclass

from tui_lab.core.parameters import Parameters
from tui_lab.core.refs import ModelRef


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    models: tuple[ModelRef, ...]
    parameters: Parameters = Parameters()

    @property
    def words(self) -> str:
        """`openai/gpt-4o, sandbox/echo · temperature 0.5`."""
        given = self.parameters.as_dict().items()
        models = ", ".join(map(str, self.models))
        return " · ".join([models, *(f"{name} {value}" for name, value in given)])
