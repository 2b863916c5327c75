"""Values that several tables of config.toml have."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import AfterValidator

from tui_lab.core.errors import LabError
from tui_lab.core.refs import ModelRef


def model_name(text: str) -> str:
    try:
        return str(ModelRef.parse(text))
    except LabError:
        raise ValueError("it should be provider/model, such as sandbox/markdown") from None


def listed(value: object) -> object:
    """A list, as the environment has it: with commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def json_table(value: object) -> object:
    """A table, as the environment has it: a JSON object."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError('it should be a JSON object, such as {"name": "value"}') from None


ModelName = Annotated[str, AfterValidator(model_name)]
