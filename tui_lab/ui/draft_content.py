"""What stands in the prompt pane as JSON, and back: a draft from one session to the next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tui_lab.core.attachments import apart, turn_of
from tui_lab.core.parameters import Parameters
from tui_lab.core.value_json import message_from_json, message_to_json

if TYPE_CHECKING:
    from tui_lab.templates.template import Template
    from tui_lab.ui.widgets.prompt_pane import PromptPane


def draft_content(pane: PromptPane) -> dict[str, Any]:
    """Of an attachment what it is, not its bytes."""
    prompt, system = pane.texts
    template = pane.from_template
    return {
        "prompt": prompt,
        "system": system,
        "values": pane.variables.values,
        **pane.asked.to_json(),
        "parameters": pane.parameters.as_dict(),
        "template": {"id": template[0], "version": template[1]} if template else None,
        "attached": message_to_json(turn_of("", pane.attached.parts)),
        "turns": [message_to_json(turn) for turn in pane.turns],
        "parent_id": pane.parent_id,
    }


def is_worth_keeping(content: Mapping[str, Any]) -> bool:
    """Whether a person has written anything."""
    return bool(content["prompt"].strip() or content["system"].strip() or content["turns"])


def put_back(pane: PromptPane, content: Mapping[str, Any], template: Template | None) -> None:
    """All of it but who is asked; `template` is the one that it names, if there is one."""
    pane.write(content["prompt"], system=content["system"])
    used = content["template"]
    if used is not None:
        declared = template.declared if template is not None else ()
        pane.use_template(used["id"], used["version"], declared)
    pane.fill(content["values"])
    pane.set_parameters(Parameters.from_dict(content["parameters"]))
    pane.attached.parts = apart(message_from_json(content["attached"]))[1]
    pane.converse(tuple(map(message_from_json, content["turns"])), content["parent_id"])
