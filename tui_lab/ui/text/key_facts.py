"""What is known of a provider and its key, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_lab.core.keys import FoundKey
    from tui_lab.providers.catalogue import Provider

Fact = tuple[str, str]
SHOWN_MODELS = 12


class Need(StrEnum):
    """The groups of the list: whose key is there, who needs none, whose is missing."""

    FOUND = "with a key"
    NONE = "without need of a key"
    MISSING = "no key"


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """A provider and the key that the workspace would use for it; `shared` says whether the
    workspace may use keys from the environment at all."""

    provider: Provider
    found: FoundKey | None
    shared: bool = True

    @property
    def need(self) -> Need:
        if self.found is not None:
            return Need.FOUND
        return Need.MISSING if self.provider.key_env else Need.NONE

    @property
    def kind(self) -> str:
        """What has to be said beside the name of a provider that is no ordinary one."""
        if self.provider.simulated:
            return "simulated"
        return "local" if self.provider.local else ""


def key_words(one: ProviderKey) -> str:
    """The end of its line in a list: the masked key and where it is from, or what is missing."""
    if one.found is not None:
        return f"{one.found.mask}  {one.found.source}"
    if one.need is Need.NONE:
        return one.kind or "needs none"
    return f"set {one.provider.key_env[0]}"


def key_facts(one: ProviderKey) -> Iterator[Fact]:
    """Everything of one provider."""
    provider = one.provider
    match one.need:
        case Need.FOUND if one.found is not None:
            yield "key", one.found.mask
            yield "from", one.found.source
        case Need.NONE:
            yield "key", "none needed"
        case _:
            yield "key", "none"
            yield from _how_to_get(one)
    if one.kind == "simulated":
        yield "simulated", "no model at all: it answers by rule, without network and cost"
    elif one.kind == "local":
        yield "local", "a server of your own: it costs nothing, and must be running"
    if provider.hint:
        yield "hint", provider.hint
    yield "address", provider.base_url
    yield "dialect", provider.dialect
    yield "id", provider.id
    if provider.models:
        more = " …" if len(provider.models) > SHOWN_MODELS else ""
        yield "models", ", ".join(provider.models[:SHOWN_MODELS]) + more
        if not provider.closed_models:
            yield "", "and any other that it has"


def _how_to_get(one: ProviderKey) -> Iterator[Fact]:
    provider = one.provider
    if not one.shared:
        yield "why", "this workspace does not use the keys of the environment"
    if provider.keys_url:
        yield "get one", provider.keys_url
    yield "set it", f"export {provider.key_env[0]}=… and start tui-lab again"
    if len(provider.key_env) > 1:
        yield "or", ", ".join(provider.key_env[1:])
