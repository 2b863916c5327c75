"""Tokens of a run: one convention, whatever the provider's own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Input includes cached tokens, output includes reasoning tokens; None where not told.

    `estimated` marks counts of our own making (see `core.tokens`).
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    estimated: bool = False

    @property
    def total_tokens(self) -> int | None:
        """Input + output, None unless both are known."""
        if self.input_tokens is None or self.output_tokens is None:
            return None
        return self.input_tokens + self.output_tokens


def add_usage(first: Usage, second: Usage) -> Usage:
    """The sum over attempts: a count that only one side knows is that count."""

    def plus(a: int | None, b: int | None) -> int | None:
        return a if b is None else b if a is None else a + b

    return Usage(
        input_tokens=plus(first.input_tokens, second.input_tokens),
        output_tokens=plus(first.output_tokens, second.output_tokens),
        cached_tokens=plus(first.cached_tokens, second.cached_tokens),
        cache_write_tokens=plus(first.cache_write_tokens, second.cache_write_tokens),
        reasoning_tokens=plus(first.reasoning_tokens, second.reasoning_tokens),
        estimated=first.estimated or second.estimated,
    )
