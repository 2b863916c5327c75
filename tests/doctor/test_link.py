from __future__ import annotations

import pytest

from tests.doctor.surroundings import XTERM, around, in_tmux
from tui_lab.doctor.check import Check
from tui_lab.doctor.link import LOW_BANDWIDTH, check_multiplexer, check_speed
from tui_lab.doctor.measuring import Measured
from tui_lab.doctor.surroundings import Surroundings

FAST = Measured(round_trips_ms=(1.0, 2.0, 3.0), bytes_per_s=2e6)


def named(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def speed(measured: Measured | str, around_it: Surroundings | None = None) -> dict[str, Check]:
    return named(list(check_speed(around_it or around(measured=measured))))


def test_nothing_between_is_well() -> None:
    (check,) = check_multiplexer(around())
    assert (check.status, check.message) == ("ok", "none")


def test_a_tmux_that_keeps_escapes_back_is_a_warning() -> None:
    (check,) = check_multiplexer(in_tmux())
    assert (check.status, check.message) == ("ok", "3.3a")
    (check,) = check_multiplexer(in_tmux(escape_ms=500))
    assert (check.status, check.fix) == ("warning", "tmux set -s escape-time 20")


def test_screen_that_claims_synchronised_painting_is_a_warning() -> None:
    environ = {"TERM": "screen", "STY": "1.pts"}
    (check,) = check_multiplexer(around(environ))
    assert check.status == "ok"
    (check,) = check_multiplexer(around(environ, measured=Measured(is_synchronised=True)))
    assert check.status == "warning"


def test_mosh_is_told_by_the_processes_above() -> None:
    checks = named(list(check_multiplexer(around(ancestors=("bash", "mosh-server")))))
    assert "mosh" in checks


def test_round_trips_and_throughput_are_told() -> None:
    checks = speed(FAST)
    assert checks["round trip"].message == "p50 2.0 ms, p95 3.0 ms"
    assert checks["painting"].message == "2.0 MB/s (32 KiB), not synchronised"
    assert {check.status for check in checks.values()} == {"ok"}


def test_it_is_told_how_far_was_measured() -> None:
    checks = speed(FAST, in_tmux(measured=FAST))
    assert checks["round trip"].message.endswith(", as far as tmux and not beyond")


@pytest.mark.parametrize(
    ("measured", "name"),
    [
        (Measured(round_trips_ms=(400.0,), bytes_per_s=2e6), "round trip"),
        (Measured(round_trips_ms=(1.0,), bytes_per_s=2e4), "painting"),
        (Measured(round_trips_ms=(1.0,), is_silent=True), "painting"),
    ],
)
def test_a_slow_way_is_a_warning(measured: Measured, name: str) -> None:
    check = speed(measured)[name]
    assert (check.status, check.fix) == ("warning", LOW_BANDWIDTH)


def test_an_escdelay_below_the_round_trip_is_a_warning() -> None:
    measured = Measured(round_trips_ms=(80.0,), bytes_per_s=2e6)
    check = speed(measured, around(XTERM | {"ESCDELAY": "25"}, measured=measured))["round trip"]
    assert (check.status, check.fix) == ("warning", "export ESCDELAY=160")


def test_why_nothing_was_measured_is_told() -> None:
    check = speed("no terminal")["round trip"]
    assert (check.status, check.message) == ("ok", "not measured: no terminal")


def test_a_terminal_that_answers_nothing_is_a_warning() -> None:
    assert speed(Measured(is_silent=True))["round trip"].status == "warning"
