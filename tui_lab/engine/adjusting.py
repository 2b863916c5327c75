"""A call without the parameter that a provider has refused, or with the word that it wants."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tui_lab.core.errors import LabError
from tui_lab.core.events import Note
from tui_lab.providers.refusals import refused_parameter, wanted_word
from tui_lab.providers.wire import Call


def adjusted(call: Call, error: LabError, dropped: Collection[str]) -> tuple[Call, Note] | None:
    """Another call to be tried once, and what to say of it; None where the error asks for none.

    `dropped` are parameters that the dialect had no word for; that was told already.
    """
    name = refused_parameter(error)
    if name is None or name not in call.parameters.as_dict():
        return None
    word = wanted_word(error)
    if word is not None:
        note = Note(f"{name} was sent as {word}: the provider wants it so")
        call = replace(call, accent=call.accent.saying(name, word))
        left_out = dropped
    else:
        note = not_sent(name, "the provider refused it")
        left_out = {*dropped, name}
    return replace(call, parameters=call.parameters.without(*left_out)), note


def not_sent(name: str, why: str) -> Note:
    return Note(f"{name} was not sent: {why}", dropped=name)
