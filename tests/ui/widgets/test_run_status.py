"""The last line of a lane."""

from __future__ import annotations

import pytest

from tests.builders import a_record
from tui_lab.core.record import Attempt, Status
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.ui.widgets.run_status import status_line, status_parts


def words(limits: dict[str, float]) -> list[str]:
    attempt = Attempt(1, ModelRef("groq", "llama"), rate_limits=limits)
    record = a_record(status=Status.OK, attempts=(attempt,), usage=Usage(14, 150))
    return list(status_parts(record, elapsed_s=1))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"requests_remaining": 50, "requests_limit": 500}, ["50 of 500 requests left"]),
        ({"tokens_remaining": 0, "tokens_limit": 30_000}, ["0 of 30,000 tokens left"]),
        ({"requests_remaining": 51, "requests_limit": 500}, []),
        ({"requests_remaining": 3}, []),
        ({}, []),
    ],
)
def test_a_rate_limit_is_told_when_a_tenth_or_less_is_left(
    limits: dict[str, float], told: list[str]
) -> None:
    assert [part for part in words(limits) if part.endswith("left")] == told


def test_a_low_rate_limit_goes_after_times_and_tokens_where_there_is_no_room() -> None:
    parts = words({"requests_remaining": 1, "requests_limit": 500})
    assert status_line(tuple(parts), 34) == "✓ ok · ? · 1 of 500 requests left"
    assert status_line(tuple(parts), 10) == "✓ ok · ?"


def test_a_narrow_line_gives_up_the_word_simulated_before_the_time_to_the_first_token() -> None:
    attempt = Attempt(1, ModelRef("sandbox", "echo"))
    record = a_record(
        status=Status.OK,
        simulated=True,
        attempts=(attempt,),
        usage=Usage(14, 150),
        timing=Timing(ttft_ms=412),
    )
    parts = status_parts(record, elapsed_s=1)
    assert status_line(parts, 60) == "✓ ok · ttft 412 ms · ↑14 ↓150 · simulated"
    assert status_line(parts, 36) == "✓ ok · ttft 412 ms · ↑14 ↓150"


@pytest.mark.parametrize(
    ("ttft_ms", "silent_s", "told"),
    [(412, 3, True), (412, 2.9, False), (None, 9, False)],
)
def test_a_stream_that_has_begun_and_stalls_is_said_to_be_silent(
    ttft_ms: float | None, silent_s: float, told: bool
) -> None:
    record = a_record(timing=Timing(ttft_ms=ttft_ms))
    parts = status_parts(record, elapsed_s=9, silent_s=silent_s)
    assert any(part.startswith("silent for") for part in parts) is told
