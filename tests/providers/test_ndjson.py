"""Newline-delimited JSON in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.ndjson import NdjsonDecoder
from tui_lab.providers.wire import Frame


def test_every_line_that_is_not_blank_is_a_frame() -> None:
    decoder = NdjsonDecoder()
    assert decoder.feed(b'\xef\xbb\xbf{"a":1}\r\n\n  \n{"b"', 1.0) == [Frame('{"a":1}', at_ms=1.0)]
    assert decoder.feed(b":\r2}\n", 2.0) == [Frame('{"b":\r2}', at_ms=2.0)]
    assert decoder.close(3.0) == []


def test_the_last_line_needs_no_end() -> None:
    decoder = NdjsonDecoder()
    assert decoder.feed('{"a":"é\u2028"}'.encode()[:-3], 1.0) == []
    decoder.feed(b'\xa8"}', 2.0)
    assert decoder.close(3.0) == [Frame('{"a":"é\u2028"}', at_ms=3.0)]
    assert decoder.close(4.0) == []


@pytest.mark.parametrize("size", [1, 64, 8192])
def test_a_line_without_end_is_refused(size: int) -> None:
    decoder = NdjsonDecoder(max_line=4096)
    for _ in range(4096 // size - 1):
        decoder.feed(b"x" * size, 0.0)
    with pytest.raises(LabError, match="more than 4 KiB") as raised:
        decoder.feed(b"x" * (size + 1), 0.0)
    assert raised.value.kind is ErrorKind.PROTOCOL


@given(st.lists(st.binary(max_size=8)))
def test_the_same_bytes_in_any_pieces_give_the_same_frames(chunks: list[bytes]) -> None:
    def decode(pieces: list[bytes]) -> list[str]:
        decoder = NdjsonDecoder()
        frames = [frame for piece in pieces for frame in decoder.feed(piece, 0.0)]
        return [frame.data for frame in frames + decoder.close(0.0)]

    whole = b"".join(chunks)
    lines = whole.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    expected = [line.strip().decode("utf-8", "replace") for line in lines if line.strip()]
    assert decode(chunks) == decode([whole]) == expected
