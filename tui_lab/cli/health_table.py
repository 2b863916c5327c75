"""How providers have done lately, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_lab.core.health import Health, breaker_words
from tui_lab.core.refs import ModelRef

HEADINGS = ("model", "asked", "failed", "ttft p50/p95", "tok/s", "breaker")


def health_rows(states: Mapping[ModelRef, Health]) -> list[list[str]]:
    """A row for each model, below `HEADINGS`."""
    return [[*HEADINGS], *([str(model), *_cells(health)] for model, health in states.items())]


def health_json(model: ModelRef, health: Health) -> dict[str, Any]:
    return {
        "provider": model.provider,
        "model": model.model,
        "asked": health.asked,
        "failed": health.failed,
        "success": _rounded(health.success),
        "ttft_p50_ms": _rounded(health.ttft_p50_ms),
        "ttft_p95_ms": _rounded(health.ttft_p95_ms),
        "tokens_per_second": _rounded(health.tokens_per_second),
        "breaker": health.breaker.value,
        "retry_in_s": _rounded(health.retry_in_s, 1),
    }


def _cells(health: Health) -> list[str]:
    first = f"{health.ttft_p50_ms:.0f}/{health.ttft_p95_ms:.0f} ms" if _measured(health) else "-"
    speed = "-" if health.tokens_per_second is None else f"{health.tokens_per_second:.0f}"
    return [str(health.asked), str(health.failed), first, speed, breaker_words(health)]


def _rounded(value: float | None, places: int = 3) -> float | None:
    """Without the noise of interpolation."""
    return None if value is None else round(value, places)


def _measured(health: Health) -> bool:
    return health.ttft_p50_ms is not None and health.ttft_p95_ms is not None
