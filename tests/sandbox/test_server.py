"""The server over real loopback: raw bytes where the form matters, a real client where not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.handler import HttpAnswer
from tui_lab.sandbox import server
from tui_lab.sandbox.handler import Sandbox
from tui_lab.sandbox.server import serve, serving

pytestmark = pytest.mark.anyio

QUESTION = {
    "model": "echo",
    "messages": [{"role": "user", "content": "Hello there"}],
    "max_tokens": 100,
    "stream": True,
}


class Mirror:
    """A handler that sends the body back, and can be told to do worse."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, bytes]] = []
        self.ended = asyncio.Event()

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        self.seen.append((method, path, body))
        return HttpAnswer(200, {"content-type": "text/plain"}, self._body(path, body))

    async def _body(self, path: str, body: bytes) -> AsyncIterator[bytes]:
        try:
            yield body
            if path == "/drop":
                raise ConnectionResetError
            if path == "/stall":
                await asyncio.get_running_loop().create_future()
        finally:
            self.ended.set()


@asynccontextmanager
async def a_mirror() -> AsyncIterator[tuple[Mirror, int]]:
    mirror = Mirror()
    async with serving(mirror) as port:
        yield mirror, port


async def exchange(port: int, *parts: bytes) -> bytes:
    """Everything that the server says to these bytes until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0.001)
    answer = await reader.read()
    writer.close()
    return answer


def a_post(path: str, body: bytes, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "host: x", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def test_a_stream_comes_in_chunks_as_it_is_made() -> None:
    async with a_mirror() as (_, port):
        answer = await exchange(port, a_post("/", b"hello", "connection: close"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"transfer-encoding: chunked" in head.lower()
    assert body == b"5\r\nhello\r\n0\r\n\r\n"


async def test_a_connection_serves_one_request_after_another_even_when_sent_at_once() -> None:
    first, last = a_post("/1", b"one"), a_post("/2", b"two", "connection: close")
    async with a_mirror() as (mirror, port):
        answer = await exchange(port, first + last)
    assert [seen[1:] for seen in mirror.seen] == [("/1", b"one"), ("/2", b"two")]
    assert answer.index(b"one") < answer.index(b"two")


async def test_a_chunked_request_body_is_put_together() -> None:
    head = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    async with a_mirror() as (mirror, port):
        await exchange(port, head, b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n")
    assert mirror.seen == [("POST", "/", b"abcde")]


async def test_a_client_that_waits_to_send_its_body_is_told_to_go_on() -> None:
    async with a_mirror() as (mirror, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = a_post("/", b"", "expect: 100-continue", "connection: close")
        writer.write(head.replace(b"content-length: 0", b"content-length: 2"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 100")
        writer.write(b"hi")
        assert b"hi" in await reader.read()
        writer.close()
    assert mirror.seen == [("POST", "/", b"hi")]


async def test_an_older_client_gets_a_body_that_ends_with_the_connection() -> None:
    async with a_mirror() as (_, port):
        answer = await exchange(port, b"POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\nhi")
    assert answer.endswith(b"\r\n\r\nhi")


async def test_a_head_request_gets_no_body() -> None:
    async with serving(Sandbox()) as port:
        answer = await exchange(
            port, b"HEAD /v1/models HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
    assert b"content-length: " in answer.lower()
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"not http at all\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n", b"413"),
        (b"GET / HTTP/1.1\r\nhost: x\r\nlong: " + b"x" * 70_000, b"431"),
    ],
)
async def test_a_request_that_cannot_be_served_is_told_why(
    request_bytes: bytes, status: bytes
) -> None:
    async with a_mirror() as (mirror, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_bytes)
        assert (await reader.readline()).startswith(b"HTTP/1.1 " + status)
        writer.close()
        assert mirror.seen == []


async def test_a_chunked_body_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_BODY", 10)
    head = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    async with a_mirror() as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"b\r\nhello world\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 413")
        writer.close()


async def test_a_lost_connection_is_lost_in_the_middle_of_the_body() -> None:
    async with a_mirror() as (_, port):
        answer = await exchange(port, a_post("/drop", b"some"))
        assert answer.endswith(b"4\r\nsome\r\n")


async def test_a_client_that_goes_away_ends_the_answer() -> None:
    async with a_mirror() as (mirror, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(a_post("/stall", b"some"))
        await reader.readuntil(b"some")
        assert not mirror.ended.is_set()
        writer.close()
        await mirror.ended.wait()


async def test_shutting_down_ends_the_answers_that_run() -> None:
    mirror = Mirror()
    async with serving(mirror) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(a_post("/stall", b"some"))
        await reader.readuntil(b"some")
    assert mirror.ended.is_set()
    assert not (await reader.read()).endswith(b"0\r\n\r\n")
    writer.close()


async def test_serving_goes_on_until_it_is_cancelled() -> None:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(serve(Sandbox(), ready=port.set_result))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{await port}") as client:
        assert (await client.get("/v1/models")).status_code == 200
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", ""])
async def test_only_loopback_addresses_are_served(host: str) -> None:
    with pytest.raises(LabError) as refused:
        await serve(Sandbox(), host=host)
    assert refused.value.kind is ErrorKind.USAGE


async def test_a_port_in_use_is_told() -> None:
    async with serving(Sandbox()) as port:
        with pytest.raises(LabError) as refused:
            await serve(Sandbox(), port=port)
    assert str(port) in refused.value.message


async def test_each_request_is_logged_in_a_line() -> None:
    lines: list[str] = []
    async with (
        serving(Sandbox(), log=lines.append) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        await client.get("/v1/models")
        await client.get("/nowhere")
    assert lines == ["GET /v1/models 200", "GET /nowhere 404"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/messages"])
async def test_a_real_client_reads_a_stream(path: str) -> None:
    async with (
        serving(Sandbox()) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        for _ in range(2):  # the second one on the same connection
            answer = await client.post(path, json=QUESTION, headers={"x-sandbox-pace": "0"})
            assert answer.status_code == 200
            assert "Hello" in answer.text
            assert answer.text.rstrip().endswith(("data: [DONE]", '{"type":"message_stop"}'))


async def test_a_real_client_sees_a_dropped_stream_as_a_failure() -> None:
    async with (
        serving(Sandbox()) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        body = json.dumps(QUESTION | {"model": "drop"})
        with pytest.raises(httpx.RemoteProtocolError):
            await client.post("/v1/chat/completions", content=body, headers={"x-sandbox-pace": "0"})


async def test_an_answer_that_tells_its_own_date_tells_no_other() -> None:
    headers = {"x-sandbox-fault": "429-date"}
    async with (
        serving(Sandbox(now=lambda: 1_795_348_800)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        answer = await client.post("/v1/chat/completions", json=QUESTION, headers=headers)
    assert answer.headers.get_list("date") == ["Sun, 22 Nov 2026 12:00:00 GMT"]


@pytest.mark.parametrize("stream", [True, False])
async def test_a_cut_answer_ends_as_if_it_were_whole(stream: bool) -> None:
    body = QUESTION | {"model": "markdown", "stream": stream}
    headers = {"x-sandbox-pace": "0", "x-sandbox-fault": "cut"}
    async with (
        serving(Sandbox()) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        answer = await client.post("/v1/chat/completions", json=body, headers=headers)
    assert answer.status_code == 200
    assert answer.text
    assert 'finish_reason":"stop' not in answer.text
