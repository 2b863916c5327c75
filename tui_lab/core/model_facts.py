"""What is known of a model: how much it reads and writes, what it takes, what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from tui_lab.core.price import Price, price_from_json, price_to_json

Input = Literal["image", "document"]
INPUTS: tuple[Input, ...] = get_args(Input)
"""What a model may read besides text."""

CAPABILITIES = (*INPUTS, "reasoning", "schema", "logprobs")
"""What a model may be chosen for."""

DEFAULT_CONTEXT_WINDOW = 128_000
"""Tokens that an unknown model is taken to read: most models served since 2024 read no less."""


@dataclass(frozen=True, slots=True)
class Reasoning:
    """How a model may be asked to reason.

    `efforts` are the words that it takes (`none` switches it off), `budget` the least and most
    tokens; with neither, it cannot be told. `unasked`: it reasons unless it is told not to.
    """

    efforts: tuple[str, ...] = ()
    budget: tuple[int, int] | None = None
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model, as far as it is known. `vendor` is who made it, empty where unknown.

    `guessed`: nobody has told the context window, it is `DEFAULT_CONTEXT_WINDOW`. `inputs` is what
    it reads besides text, `reasoning` how it reasons; None where unknown. `unread` is what cannot
    be sent to it where it is served, whatever it reads. `refused` names the parameters (of
    `core.parameters`) that it takes never, `refused_reasoning` those that it does not take while it
    reasons, `exclusive` those of which it takes only one. `source` and `checked` (ISO 8601) say who
    told this and when.
    """

    name: str
    vendor: str = ""
    context_window: int = DEFAULT_CONTEXT_WINDOW
    guessed: bool = True
    max_output: int | None = None
    inputs: frozenset[Input] | None = None
    unread: frozenset[Input] = frozenset()
    reasoning: Reasoning | None = None
    refused: frozenset[str] = frozenset()
    refused_reasoning: frozenset[str] = frozenset()
    exclusive: tuple[str, ...] = ()
    highest_temperature: float = 2
    source: str = ""
    checked: str = ""

    def reads(self, kind: Input) -> bool | None:
        """Whether it reads this kind of attachment; None where nobody knows."""
        if kind in self.unread:
            return False
        return None if self.inputs is None else kind in self.inputs

    def can(self, capability: str) -> bool:
        """Whether it is known to have one of `CAPABILITIES`: what nobody knows does not count."""
        for kind in INPUTS:
            if capability == kind:
                return self.reads(kind) is True
        if capability == "reasoning":
            steered = self.reasoning
            return steered is not None and bool(
                steered.unasked or steered.budget or set(steered.efforts) - {"none"}
            )
        return not self.guessed and capability not in self.refused


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as its provider lists it; None where the list does not tell.

    `parameters` are those of `core.parameters` that it takes.
    """

    id: str
    name: str | None = None
    context_window: int | None = None
    max_output: int | None = None
    inputs: frozenset[Input] | None = None
    parameters: frozenset[str] | None = None
    efforts: tuple[str, ...] | None = None
    price: Price | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "context_window": self.context_window,
            "max_output": self.max_output,
            "inputs": _listed(self.inputs),
            "parameters": _listed(self.parameters),
            "efforts": list(self.efforts) if self.efforts is not None else None,
            "price": price_to_json(self.price) if self.price is not None else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ListedModel:
        inputs, parameters, efforts = data["inputs"], data["parameters"], data["efforts"]
        price = data.get("price")  # lists that were kept before there were prices have none
        return cls(
            data["id"],
            data["name"],
            data["context_window"],
            data["max_output"],
            frozenset(inputs) if inputs is not None else None,
            frozenset(parameters) if parameters is not None else None,
            tuple(efforts) if efforts is not None else None,
            price_from_json(price) if price is not None else None,
        )


@dataclass(frozen=True, slots=True)
class ModelList:
    """What a provider said it serves, where it said so and when."""

    provider: str
    base_url: str
    fetched_at: datetime
    models: tuple[ListedModel, ...]

    def find(self, model: str) -> ListedModel | None:
        """The model of this id; Ollama means `m:latest` by `m`."""
        ids = (model, f"{model}:latest")
        return next((one for one in self.models if one.id in ids), None)


def _listed(values: frozenset[str] | frozenset[Input] | None) -> list[str] | None:
    return sorted(values) if values is not None else None
