"""Everything that can be done now, as a list: bindings with their keys, and commands without."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.actions import parse
from textual.dom import DOMNode
from textual.screen import Screen

from tui_lab.ui.key_names import key_name

Run = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do: its words, the keys for it if it has any, and what does it."""

    words: str
    run: Run
    keys: tuple[str, ...] = ()


def bound_commands(screen: Screen[Any]) -> list[Command]:
    """What the keys do now: of the focused widget, then of the screen, then everywhere.

    Moving about, which the footer leaves out, comes last of each.

    Only bindings with an id count: those without are Textual's own, such as moving a cursor.
    """
    commands: dict[str, Command] = {}
    active_bindings = screen.active_bindings.values()
    order = sorted(active_bindings, key=lambda one: (one.node is screen.app, not one.binding.show))
    for active in order:
        binding = active.binding
        if binding.id is None or not active.enabled:
            continue
        before = commands.get(binding.id)
        commands[binding.id] = Command(
            binding.tooltip or binding.description,
            partial(screen.app.run_action, binding.action, active.node),
            (*(before.keys if before else ()), binding.key_display or key_name(binding.key)),
        )
    return list(commands.values())


def node_commands(node: DOMNode) -> list[Command]:
    """What the keys of a widget would do now if it had the focus."""
    commands: list[Command] = []
    for _, binding in node._bindings:
        enabled = node.check_action(*_parsed(binding.action))
        if binding.id is not None and binding.show and enabled:
            words = binding.tooltip or binding.description
            run = partial(node.app.run_action, binding.action, node)
            commands.append(Command(words, run))
    return commands


def _parsed(action: str) -> tuple[str, tuple[object, ...]]:
    _, name, parameters = parse(action)
    return name, parameters
