"""What may be asked of a model besides the prompt. Unset means: not sent."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.nearest import nearest

REASONING_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Parameters:
    """`reasoning` is an effort word or a budget in tokens; `schema` a JSON schema that the answer
    must follow; `logprobs` how many alternatives to tell for each token (0: the token alone)."""

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] | None = None
    seed: int | None = None
    reasoning: str | int | None = None
    schema: Mapping[str, Any] | None = None
    logprobs: int | None = None

    def __post_init__(self) -> None:
        _within("temperature", self.temperature, 0, 2)
        _within("top_p", self.top_p, 0, 1)
        _within("top_k", self.top_k, 0, None)
        _within("max_tokens", self.max_tokens, 1, None)
        _within("logprobs", self.logprobs, 0, 20)
        if isinstance(self.reasoning, str) and self.reasoning not in REASONING_EFFORTS:
            raise _refused(
                f"reasoning cannot be {self.reasoning!r}",
                f"one of {', '.join(REASONING_EFFORTS)}, or a number of tokens",
            )
        if isinstance(self.reasoning, int):
            _within("reasoning", self.reasoning, 0, None)

    def as_dict(self) -> dict[str, Any]:
        """The parameters that are set, by name."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in given.items()
            if value is not None
        }

    def without(self, *names: str) -> Parameters:
        """These parameters but for those of these names."""
        return replace(self, **dict.fromkeys(names)) if names else self

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Parameters:
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in given.items() if name in known}
        if isinstance(values.get("stop"), list):
            values["stop"] = tuple(values["stop"])
        return cls(**values)

    def with_text(self, name: str, text: str) -> Parameters:
        """These parameters and one more, read from the words of a person: `temperature`, `"0.7"`.

        A second `stop` adds to the first. Raises `LabError` of kind `usage` for an unknown name or
        a value that it cannot have.
        """
        name = name.replace("-", "_")
        if name not in PARAMETER_NAMES:
            raise _refused(f"there is no option {name!r}", nearest(name, PARAMETER_NAMES))
        value = _read(name, text)
        return replace(self, **{name: (self.stop or ()) + value if name == "stop" else value})


PARAMETER_NAMES = tuple(field.name for field in fields(Parameters))


def _read(name: str, text: str) -> Any:
    try:
        match name:
            case "temperature" | "top_p":
                return float(text)
            case "top_k" | "max_tokens" | "seed" | "logprobs":
                return int(text)
            case "stop":
                stop = text.encode("latin-1", "backslashreplace").decode("unicode_escape")
                stop.encode()  # a lone surrogate is no text
                return (stop,)
            case "reasoning":
                return int(text) if text.lstrip("+-").isdigit() else text.lower()
            case _:
                schema = json.loads(text)
                if not isinstance(schema, dict):
                    raise ValueError("not an object")
                json.dumps(schema, ensure_ascii=False).encode()
                return schema
    except ValueError as error:
        raise _refused(f"{name} cannot be {text!r}", _FORMS[name]) from error


_FORMS = {
    "temperature": "a number from 0 to 2",
    "top_p": "a number from 0 to 1",
    "top_k": "a whole number",
    "max_tokens": "a whole number, 1 or more",
    "seed": "a whole number",
    "logprobs": "a whole number from 0 to 20",
    "stop": "a text; \\n stands for a newline",
    "schema": "a JSON schema, as one JSON object",
}


def _within(name: str, value: float | None, low: float, high: float | None) -> None:
    if value is None:
        return
    if not math.isfinite(value) or value < low or (high is not None and value > high):
        raise _refused(f"{name} cannot be {value}", _FORMS.get(name, f"at least {low}"))


def _refused(message: str, hint: str) -> LabError:
    return LabError(ErrorKind.USAGE, message, hint)
