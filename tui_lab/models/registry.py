"""What the lab knows of models by itself, and what a provider's own list adds to it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from tui_lab.core.model_facts import Input, ListedModel, ModelFacts, Reasoning
from tui_lab.core.parameters import PARAMETER_NAMES
from tui_lab.core.refs import ModelRef
from tui_lab.models.revisions import without_revision


@dataclass(frozen=True, slots=True)
class Host:
    """What a provider says of all its models.

    `steers_reasoning`: it takes any word or budget. `unread` are attachments that its API has no
    word for, whatever the model behind it reads; only in the dialect `unread_in` where that is set.
    """

    highest_temperature: float | None = None
    refused: frozenset[str] = frozenset()
    refused_reasoning: frozenset[str] = frozenset()
    steers_reasoning: bool = False
    context_window: int | None = None
    inputs: frozenset[Input] | None = None
    unread: frozenset[Input] = frozenset()
    unread_in: str | None = None
    source: str = ""
    checked: str = ""


class Registry:
    """Facts by exact id, after rules for vendors, dates and variants; never by likeness."""

    def __init__(self, families: Mapping[str, ModelFacts], hosts: Mapping[str, Host]) -> None:
        self._families = families
        self._hosts = hosts

    def find(
        self, model: ModelRef, listed: ListedModel | None = None, dialect: str | None = None
    ) -> ModelFacts:
        """What is known of a model that is asked in this dialect (None: its provider's usual one).

        `listed` is what its provider's list says, which outranks.
        """
        known = self._known(model.model)
        facts = known or ModelFacts(model.model)
        host = self._hosts.get(model.provider, Host())
        if dialect not in (None, host.unread_in or dialect):
            host = replace(host, unread=frozenset())
        facts = _at_host(facts, host)
        return facts if listed is None else _as_listed(facts, listed, model.provider, host)

    def _known(self, model: str) -> ModelFacts | None:
        spellings = (self._families.get(name) for name in _spellings(model.lower()))
        return next((facts for facts in spellings if facts is not None), None)


def load_registry() -> Registry:
    """The registry that comes with the lab."""
    text = files("tui_lab.models").joinpath("registry.toml").read_text("utf-8")
    packaged = tomllib.loads(text)
    families: dict[str, ModelFacts] = {}
    for row in packaged["families"]:
        for name, facts in _family(row):
            if name in families:
                raise ValueError(f"{name} stands in the registry twice")
            families[name] = facts
    hosts = {host: Host(**_values(row)) for host, row in packaged["hosts"].items()}
    return Registry(families, hosts)


def _spellings(model: str) -> Iterator[str]:
    """The id, then what is left of it without variant, without revision, without both."""
    without_variant = model.partition(":")[0]
    for name in (model, without_variant):
        yield name
        yield without_revision(name)


def _family(row: dict[str, Any]) -> Iterator[tuple[str, ModelFacts]]:
    names, vendors = [*row.pop("models"), *row.pop("aliases", [])], row.pop("vendor")
    reasoning = None
    if "efforts" in row or "budget" in row:
        budget = row.pop("budget", None)
        reasoning = Reasoning(
            tuple(row.pop("efforts", ())), budget and tuple(budget), row.pop("unasked", False)
        )
    for name in names:
        facts = ModelFacts(name, vendors[0], guessed=False, reasoning=reasoning, **_values(row))
        yield name, facts
        for vendor in vendors:
            yield f"{vendor}/{name}", facts


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    sets = ("inputs", "unread", "refused", "refused_reasoning")
    return {
        name: frozenset(value)
        if name in sets
        else tuple(value)
        if isinstance(value, list)
        else value
        for name, value in row.items()
    }


def _at_host(facts: ModelFacts, host: Host) -> ModelFacts:
    if facts.guessed and host.context_window is not None:
        facts = replace(
            facts,
            context_window=host.context_window,
            guessed=False,
            inputs=host.inputs,
            source=host.source,
            checked=host.checked,
        )
    if host.steers_reasoning:
        facts = replace(facts, reasoning=None, refused_reasoning=frozenset())
    return replace(
        facts,
        unread=host.unread,
        refused=facts.refused | host.refused,
        refused_reasoning=facts.refused_reasoning | host.refused_reasoning,
        highest_temperature=host.highest_temperature or facts.highest_temperature,
    )


def _as_listed(facts: ModelFacts, listed: ListedModel, provider: str, host: Host) -> ModelFacts:
    changes: dict[str, Any] = {}
    if listed.context_window is not None:
        changes |= {"context_window": listed.context_window, "guessed": False}
    if listed.max_output is not None:
        changes["max_output"] = listed.max_output
    if listed.inputs is not None:
        changes["inputs"] = listed.inputs
    if listed.parameters is not None:
        changes["refused"] = facts.refused | frozenset(PARAMETER_NAMES) - listed.parameters
    if listed.efforts is not None:
        reasoning = replace(facts.reasoning or Reasoning(), efforts=listed.efforts)
        if host.steers_reasoning and listed.efforts:
            reasoning = replace(reasoning, budget=(1, listed.max_output or facts.context_window))
        changes["reasoning"] = reasoning
    if not changes:
        return facts
    return replace(facts, **changes, source=f"the model list of {provider}")
