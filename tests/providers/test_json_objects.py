"""JSON objects, in an array or alone, in any pieces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers.answers import random_cuts
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.json_objects import JsonObjectsDecoder
from tui_lab.providers.wire import Frame

keys = st.sampled_from(['"', "\\", "{", "}", '\\"{'])
values = st.recursive(
    st.none() | st.integers() | keys | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(keys | st.text(), values, max_size=3)


def frames(*pieces: bytes) -> list[str]:
    decoder = JsonObjectsDecoder()
    found = [frame for piece in pieces for frame in decoder.feed(piece, 0.0)]
    return [frame.data for frame in found + decoder.close(0.0)]


def test_an_object_is_told_when_its_end_arrives() -> None:
    decoder = JsonObjectsDecoder()
    assert decoder.feed(b'[{"a":\n {"b": 1', 1.0) == []
    assert decoder.feed(b"}}\n,\r\n{", 2.0) == [Frame('{"a":\n {"b": 1}}', at_ms=2.0)]
    assert decoder.feed(b"}]", 3.0) == [Frame("{}", at_ms=3.0)]


def test_braces_and_quotes_inside_strings_end_nothing() -> None:
    text = r'{"a}\"{": "\\", "b": ["}", "\\\""]}'
    assert frames(f"[{text}, {text}]".encode()) == [text, text]
    assert frames(*(bytes([byte]) for byte in text.encode())) == [text]


def test_an_object_may_stand_alone_and_one_without_end_is_none() -> None:
    assert frames(b'  {"a": 1}\n') == ['{"a": 1}']
    assert frames(b'[{"a": 1}, {"b": ') == ['{"a": 1}']


@pytest.mark.parametrize("size", [1, 64, 4096])
def test_an_object_without_end_is_refused(size: int) -> None:
    decoder = JsonObjectsDecoder(max_object=4096)
    for _ in range(4096 // size - 1):
        decoder.feed(b"{" * size, 0.0)
    with pytest.raises(LabError, match="more than 4 KiB") as raised:
        decoder.feed(b"{" * (size + 1), 0.0)
    assert raised.value.kind is ErrorKind.PROTOCOL


@given(st.lists(objects, max_size=4), st.booleans(), st.integers(0, 1000))
def test_any_array_in_any_pieces_gives_its_objects(
    given_objects: list[Any], pretty: bool, seed: int
) -> None:
    body = json.dumps(given_objects, indent=2 if pretty else None, ensure_ascii=pretty).encode()
    cuts = sorted(random_cuts(body, seed, 10))
    pieces = [body[start:stop] for start, stop in zip([0, *cuts], [*cuts, None], strict=True)]
    assert [json.loads(text) for text in frames(*pieces)] == given_objects


@given(st.lists(st.binary(max_size=8)))
def test_the_same_bytes_in_any_pieces_give_the_same_frames(chunks: list[bytes]) -> None:
    assert frames(*chunks) == frames(b"".join(chunks))
