"""Event streams: the rules of WHATWG, whatever the pieces in which the bytes come."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx_sse
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.event_stream import EventStreamDecoder
from tui_lab.providers.wire import Frame

Event = tuple[str, str, str]


def feed_all(decoder: EventStreamDecoder, chunks: Iterable[bytes]) -> list[Event]:
    frames = [frame for chunk in chunks for frame in decoder.feed(chunk, 0.0)]
    return [(f.event, f.data, f.last_event_id) for f in frames + decoder.close(0.0)]


def decode(chunks: Iterable[bytes]) -> list[Event]:
    return feed_all(EventStreamDecoder(), chunks)


def cut(stream: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    start = 0
    for length in lengths:
        yield stream[start : start + length]
        start += length
    yield stream[start:]


def single_bytes(stream: bytes) -> Iterator[bytes]:
    return (stream[i : i + 1] for i in range(len(stream)))


def by_the_book(stream: bytes) -> list[Event]:
    """The specification, word for word, on a whole stream."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    *lines, _unfinished = re.split("\r\n|\r|\n", text)
    events, data, event, last_id = [], "", "", ""
    for line in lines:
        if not line:
            if data:
                events.append((event or "message", data.removesuffix("\n"), last_id))
            data, event = "", ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data += value + "\n"
        elif field == "event":
            event = value
        elif field == "id" and "\0" not in value:
            last_id = value
    return events


def test_an_event_is_told_by_the_chunk_that_completes_it() -> None:
    decoder = EventStreamDecoder()
    assert decoder.feed(b"id: 7\nevent: delta\ndata: a\ndata: b\n", 1.0) == []
    assert decoder.feed(b"\ndata: c\n\n: comment\n\n", 2.0) == [
        Frame("a\nb", "delta", "7", 2.0),
        Frame("c", "message", "7", 2.0),
    ]


def test_a_carriage_return_completes_an_event_without_waiting_for_what_follows() -> None:
    decoder = EventStreamDecoder()
    assert decoder.feed(b"data: a\r\n\r", 1.0) == [Frame("a", at_ms=1.0)]
    assert decoder.feed(b"", 2.0) == []
    assert decoder.feed(b"\n", 3.0) == []
    assert decoder.feed(b"data: b\r\r", 4.0) == [Frame("b", at_ms=4.0)]


def test_an_unfinished_block_is_discarded() -> None:
    assert decode([b"data: 1\n\ndata: 2\n"]) == [("message", "1", "")]


def test_separators_of_unicode_do_not_end_a_line() -> None:
    raw = '{"t":"a\u2028b\u2029c\u0085d\x0b\x0c\x1c"}'
    assert decode([f"data: {raw}\n\n".encode()]) == [("message", raw, "")]


def test_only_ascii_digits_set_the_reconnection_time() -> None:
    decoder = EventStreamDecoder()
    for text, expected in [("3000", 3000), ("+5", 3000), ("1_0", 3000), ("٣", 3000), ("", 3000)]:
        decoder.feed(f"retry: {text}\n".encode(), 0.0)
        assert decoder.retry == expected
    decoder.feed(b"retry: " + b"9" * 5000 + b"\n", 0.0)
    assert decoder.retry == 3000


@pytest.mark.parametrize("size", [1, 7, 4096])
@pytest.mark.parametrize(
    ("stream", "what"),
    [(b"data: " + b"x" * 5000, "a line"), (b"data: xxxx\n" * 1900, "an event")],
)
def test_a_line_or_an_event_without_end_is_refused(stream: bytes, what: str, size: int) -> None:
    decoder = EventStreamDecoder(max_line=4096, max_event=8192)
    with pytest.raises(LabError, match=what) as raised:
        feed_all(decoder, cut(stream, itertools.repeat(size, len(stream) // size)))
    assert raised.value.kind is ErrorKind.PROTOCOL


def test_a_long_line_comes_through_in_small_chunks() -> None:
    # A decoder that looked at the whole line again for each chunk would take minutes here.
    decoder, chunk = EventStreamDecoder(), b"x" * 64
    decoder.feed(b"data: ", 0.0)
    for _ in range(200_000):
        decoder.feed(chunk, 0.0)
    (frame,) = decoder.feed(b"\n\n", 1.0)
    assert len(frame.data) == 200_000 * 64


LINES = st.one_of(
    st.sampled_from(["", "", "data", "data:", "data: ", "event: ping", "event:", "id: 1", "id"]),
    st.sampled_from([": comment", ":", "data: a\0", "id: \0", "retry: 10", "unknown: field"]),
    st.sampled_from(["data: a\u2028b", "data: é", "data: 🜁", "\ufeffdata: x", " data: x"]),
    st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])),
)
STREAMS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\r", "\r\n", "\n\n", "\r\n\r\n"]))).map(
    lambda lines: "".join(line + end for line, end in lines).encode()
)


@given(STREAMS | st.binary(), st.lists(st.integers(0, 9)))
def test_any_stream_in_any_pieces_is_decoded_by_the_book(stream: bytes, lengths: list[int]) -> None:
    expected = by_the_book(stream)
    assert decode([stream]) == expected
    assert decode(cut(stream, lengths)) == expected
    assert decode(single_bytes(stream)) == expected


@given(st.lists(st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]))))
def test_where_httpx_sse_is_right_it_agrees(texts: list[str]) -> None:
    stream = "".join(f"event: e\ndata: {text}\ndata: more\n\n" for text in texts).encode()
    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=stream)
    oracle = httpx_sse.EventSource(response).iter_sse()
    assert decode([stream]) == [(sse.event, sse.data, sse.id) for sse in oracle]


GENERATED = {
    "huge-line-1MiB": b"data: " + b"z" * 2**20 + b"\n\ndata: end\n\n",
    "huge-multiline-20k": b"".join(b"data: %d\n" % n for n in range(20_000)) + b"\n",
    "many-comments-20k": b": k\n\n" * 20_000 + b"data: x\n\n",
}


def recorded_stream(case: dict[str, Any]) -> bytes:
    if case["bytes_b64"] is not None:
        return base64.b64decode(case["bytes_b64"])
    stream = GENERATED[case["name"]]
    assert hashlib.sha256(stream).hexdigest() == case["sha256"]
    return stream


def is_as_expected(case: dict[str, Any], events: list[Event]) -> bool:
    if case["expected"] is not None:
        told = [{"event": e, "data": data, "last_event_id": i} for e, data, i in events]
        return bool(told == case["expected"])
    known = case["expected_data_sha256"]  # of the first ones
    digests = [hashlib.sha256(data.encode()).hexdigest() for _, data, _ in events]
    return len(events) == case["n_expected"] and bool(digests[: len(known)] == known)


def test_the_shared_cases_hold_in_every_chunking(shared_data: Path) -> None:
    cases = json.loads((shared_data / "wire/sse_cases.json").read_text())["cases"]
    assert len(cases) >= 133
    for case in cases:
        stream = recorded_stream(case)
        shuffled = random.Random(case["name"])
        lengths = (shuffled.randint(1, 40) for _ in stream)
        for chunks in (cut(stream, case["chunk_lens"]), cut(stream, lengths), single_bytes(stream)):
            decoder = EventStreamDecoder()
            assert is_as_expected(case, feed_all(decoder, chunks)), case["name"]
            assert decoder.retry == case["retry"], case["name"]
