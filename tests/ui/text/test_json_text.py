"""JSON is told from other text, and laid out without being changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.ui.text.json_text import indented, is_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
CONTAINERS = st.lists(VALUES) | st.dictionaries(st.text(), VALUES)


@given(CONTAINERS, st.booleans())
def test_it_looks_like_what_the_standard_library_writes(value: object, ascii: bool) -> None:
    tight = json.dumps(value, ensure_ascii=ascii, separators=(",", ":"))
    assert indented(tight) == json.dumps(value, ensure_ascii=ascii, indent=2)


@given(CONTAINERS)
def test_laying_out_twice_changes_nothing(value: object) -> None:
    once = indented(json.dumps(value))
    assert indented(once) == once


def test_numbers_and_double_keys_stay_as_they_came() -> None:
    assert indented('{"a":1.10,"a":1e400}') == '{\n  "a": 1.10,\n  "a": 1e400\n}'


@pytest.mark.parametrize("text", ["", "7", '"a"', '{"a": 1', "{} and more", "[" * 100_000, "[x]"])
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert not is_json(text)
    assert indented(text) == text
