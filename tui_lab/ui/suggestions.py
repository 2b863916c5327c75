"""Models that are taken without being chosen: at the start, and with a template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_lab.core.refs import ModelRef
from tui_lab.ui.availability import availability

if TYPE_CHECKING:
    from tui_lab.lab import Lab
    from tui_lab.templates.template import Template

FIRST_MODEL = ModelRef("sandbox", "markdown")
"""Chosen where nothing else can be: it needs neither key nor network."""

Suggestion = tuple[str, str, bool]
"""A model, whether it can be asked, and whether it is the one that would be taken."""


def first_choice(lab: Lab) -> ModelRef:
    """The default model, else one that has a key, else a simulated one."""
    if lab.default_model is not None:
        return ModelRef.parse(lab.default_model)
    for model in lab.models.usable():
        if lab.models.providers[model.provider].key_env:
            return model
    return FIRST_MODEL


def suggested_model(lab: Lab, template: Template, chosen: Sequence[ModelRef]) -> ModelRef | None:
    """A real one first; a simulated one only if no real one that can be asked is chosen already."""
    if (real := lab.models.suggested(template)) is not None:
        return real
    if any(
        lab.models.can_be_asked(model) and not lab.models.providers[model.provider].simulated
        for model in chosen
    ):
        return None
    return lab.models.suggested(template, simulated=True)


def suggestions(lab: Lab, template: Template, chosen: Sequence[ModelRef]) -> list[Suggestion]:
    """The suggested models; the one that would be taken is marked."""
    taken = suggested_model(lab, template, chosen)
    models = [ModelRef.parse(name) for name in template.suggested_models]
    return [(str(model), availability(lab, model), model == taken) for model in models]


def nothing_taken(suggested: Sequence[Suggestion], kept: Sequence[ModelRef]) -> str:
    """Why none of them is taken, and which models stay."""
    simulated = any(words == "simulated" for _, words, _ in suggested)
    which = "only a simulated suggestion" if simulated else "no suggested model"
    stays = ", ".join(map(str, kept))
    return f"{which} can be asked now" + (f": {stays} stays" if stays else "")
