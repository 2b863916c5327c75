"""Histograms of any number of values, in little room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.histogram import pack, pack_values, packed_without, percentiles, unpack
from tui_lab.core.statistics import percentile

SHARES = (0.5, 0.95, 0.99)
measured = st.lists(st.floats(0.01, 1e9), min_size=1, max_size=60)


def packed(values: list[float], measure: int = 0) -> bytes:
    nothing: list[float | None] = [None] * measure
    return pack(unpack(pack_values([*nothing, value]) for value in values))


@given(measured)
def test_percentiles_are_within_one_percent(values: list[float]) -> None:
    told = percentiles(unpack([packed(values)])[0], SHARES)
    exact = [percentile(sorted(values), share) for share in SHARES]
    assert told == pytest.approx(exact, rel=0.01)


@given(measured, measured)
def test_what_was_added_is_taken_away_again_exactly(one: list[float], other: list[float]) -> None:
    both = pack(unpack([packed(one), packed(other, 2)]))
    assert packed_without(both, packed(other, 2)) == packed(one)
    assert packed_without(packed(one), packed(one)) == b""


def test_measures_are_kept_apart() -> None:
    found = unpack([pack_values([1, None, 5]), pack_values([1, 1, None])])
    assert [sum(found[measure].values()) for measure in range(3)] == [2, 1, 1]


def test_a_bucket_holds_any_number_of_values() -> None:
    many = {0: {7: 3_000_000}}
    assert unpack([pack(many)]) == many
    assert unpack([pack(many), pack(many)]) == {0: {7: 6_000_000}}


def test_nothing_and_what_is_larger_than_anything_have_a_bucket() -> None:
    counts = unpack([pack_values([0.0]), pack_values([-1.0]), pack_values([float("inf")])])[0]
    assert sum(counts.values()) == 3
    assert percentiles(counts, [0.5]) == [0]
