"""Keys that a person chose for bindings, by the ids of the bindings; what cannot be is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode

from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem

EVERYWHERE = "app"


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys that can be used, by the id of their binding, and what is wrong with the others."""

    keys: Mapping[str, str]
    problems: tuple[Problem, ...]


def bindings_of(nodes: Iterable[type[DOMNode]]) -> dict[str, Binding]:
    """The bindings with an id that these classes declare themselves."""
    found: dict[str, Binding] = {}
    for node in nodes:
        declared: Any = vars(node).get("BINDINGS", ())
        found.update((one.id, one) for one in declared if isinstance(one, Binding) and one.id)
    return found


def make_keymap(chosen: Mapping[str, str], bindings: Mapping[str, Binding]) -> Keymap:
    """Leaves out unknown ids, and keys that another binding of the same place has already."""
    problems: list[Problem] = []
    keys: dict[str, str] = {}
    for name, key in chosen.items():
        if name not in bindings:
            problems.append(Problem(f"there is no binding {name!r}", hint=nearest(name, bindings)))
            continue
        effective = {one: keys.get(one, binding.key) for one, binding in bindings.items()}
        clash = next((other for other in effective if _clash(name, key, other, effective)), None)
        if clash is None:
            keys[name] = key
        else:
            problems.append(
                Problem(
                    f"{key} cannot be the key of {name}: it is that of {clash}",
                    hint=f"choose another, or give {clash} another first",
                )
            )
    return Keymap(keys, tuple(problems))


def _clash(name: str, key: str, other: str, effective: Mapping[str, str]) -> bool:
    place, other_place = name.partition(".")[0], other.partition(".")[0]
    together = place == other_place or EVERYWHERE in (place, other_place)
    return other != name and together and bool(_parts(key) & _parts(effective[other]))


def _parts(keys: str) -> set[str]:
    return {key.strip() for key in keys.split(",") if key.strip()}
