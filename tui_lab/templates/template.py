"""A template, and the library of those that there are."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_lab import attached
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest
from tui_lab.core.problem import Problem
from tui_lab.core.template_text import render_all, variables
from tui_lab.core.template_variables import Variable


@dataclass(frozen=True, slots=True)
class Template:
    """A prompt to begin from. Its text, and the system prompt's, may hold placeholders.

    `input` is the variable that a text given beside the template fills: its first one, unless the
    file names another; None without variables. `declared` says more of variables than the text
    does. `file` is where it was read from.
    """

    id: str
    name: str
    prompt: str
    category: str
    description: str = ""
    suggested_models: tuple[str, ...] = ()
    system: str | None = None
    version: int = 1
    input: str | None = None
    declared: tuple[Variable, ...] = ()
    file: str = field(default="", compare=False)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What the prompt and then the system prompt ask for."""
        return variables(self.prompt, self.system or "", declared=self.declared)

    def fill(self, values: Mapping[str, str]) -> tuple[str, str | None]:
        """Prompt and system prompt with these values, and the contents of files among them.

        Raises like `template_text.render_all`, and where a file cannot be read.
        """
        texts = (self.prompt, self.system or "")
        prompt, system = render_all(texts, values, self.declared, attached.text_of)
        return prompt, None if self.system is None else system

    @property
    def content(self) -> dict[str, Any]:
        """What makes a version of it, as JSON: what a model is asked, and with which variables."""
        return {
            "system": self.system,
            "prompt": self.prompt,
            "input": self.input,
            "variables": [variable_to_json(variable) for variable in self.variables],
        }

    @property
    def digest(self) -> str:
        """Another one when the content is another."""
        text = json.dumps(self.content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def variable_to_json(variable: Variable) -> dict[str, Any]:
    """The names are those of `[template.variables.NAME]`; null where nothing is said."""
    return {
        "name": variable.name,
        "type": variable.type.value,
        "default": variable.default,
        "description": variable.description,
        "choices": list(variable.choices),
        "min": _number(variable.least),
        "max": _number(variable.most),
        "integer": variable.whole,
    }


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


@dataclass(frozen=True, slots=True)
class Library:
    """The templates that could be read, and what is wrong with the others."""

    templates: tuple[Template, ...]
    problems: tuple[Problem, ...] = ()

    def find(self, template_id: str) -> Template | None:
        return next((one for one in self.templates if one.id == template_id), None)

    def get(self, template_id: str) -> Template:
        """The template of this id; raises `LabError` of kind `usage` when there is none."""
        if (template := self.find(template_id)) is not None:
            return template
        raise LabError(
            ErrorKind.USAGE,
            f"there is no template {template_id!r}",
            nearest(template_id, (template.id for template in self.templates)),
        )

    def free_id(self, wanted: str) -> str:
        """An id that no template has: this one, or this one with a number."""
        numbered = (f"{wanted}-{number}" for number in itertools.count(2))
        taken = {template.id for template in self.templates}
        return next(one for one in itertools.chain([wanted], numbered) if one not in taken)
