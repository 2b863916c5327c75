"""Health in JSON: figures without noise, null where nothing was measured."""

from __future__ import annotations

from tests.builders import MODEL
from tui_lab.cli.health_table import health_json
from tui_lab.core.health import Health


def test_figures_have_three_places() -> None:
    told = health_json(MODEL, Health(asked=3, failed=1, ttft_p50_ms=26.805999999999997))
    assert (told["success"], told["ttft_p50_ms"]) == (0.667, 26.806)


def test_what_was_not_measured_is_null() -> None:
    told = health_json(MODEL, Health())
    names = ("success", "ttft_p50_ms", "ttft_p95_ms", "tokens_per_second", "retry_in_s")
    assert [told[name] for name in names] == [None] * 5
