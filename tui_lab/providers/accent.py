"""How servers that all speak OpenAI's chat completions differ in what they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Accent:
    """What a server wants otherwise than OpenAI does; each default is OpenAI's way.

    `words` are its own names of parameters, by ours (`seed` → `random_seed`). `reasoning` is where
    it is told how much to reason: `effort` is the field `reasoning_effort`, `object` OpenRouter's
    `reasoning`, `thinking` a switch beside the effort (DeepSeek, Moonshot), `template` arguments of
    the chat template (vLLM, llama.cpp). `document` is the part that carries a document, which only
    `file_by_address` takes by its address as well. `counts_logprobs`: it takes their number in
    `logprobs` itself. `usage_option`: it has to be asked for usage.
    """

    words: Mapping[str, str] = field(default_factory=dict)
    reasoning: Literal["effort", "object", "thinking", "template"] = "effort"
    document: Literal["file", "file_by_address", "document_url", "file_url"] = "file"
    counts_logprobs: bool = False
    usage_option: bool = True

    def saying(self, name: str, word: str) -> Accent:
        """The same, with another word for one of our parameters."""
        return replace(self, words={**self.words, name: word})
