"""A model, named: `provider/model-id`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui_lab.core.errors import ErrorKind, LabError

_PROVIDER_ID = re.compile(r"[a-z0-9_]+\Z")


@dataclass(frozen=True, slots=True, order=True)
class ModelRef:
    """A provider and one of its models. The text form is cut at the first slash only."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"

    @classmethod
    def parse(cls, text: str) -> ModelRef:
        """Reads `provider/model-id`; raises `LabError` of kind `usage` when it is not one."""
        provider, slash, model = text.strip().partition("/")
        if not slash or not model or not _PROVIDER_ID.match(provider):
            raise LabError(
                ErrorKind.USAGE,
                f"{text!r} is not a model name",
                "write it as provider/model, for example sandbox/markdown",
            )
        return cls(provider, model)
