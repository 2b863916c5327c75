"""Servers that do exactly what a test says: in this process, or on a real loopback port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tui_lab.core.handler import Handler, HttpAnswer

STREAM = {"content-type": "text/event-stream; charset=utf-8"}
JSON = {"content-type": "application/json"}


@dataclass
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Scripted:
    """A handler that always answers the same, and remembers what it was asked."""

    pieces: Iterable[bytes] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: STREAM)
    fails_with: Exception | None = None
    before_piece: Callable[[int], None] = lambda number: None
    requests: list[Request] = field(default_factory=list)
    left: bool = False

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        self.requests.append(Request(method, path, headers, body))
        return HttpAnswer(self.status, self.headers, self._body())

    async def _body(self) -> AsyncIterator[bytes]:
        try:
            for number, piece in enumerate(self.pieces):
                self.before_piece(number)
                yield piece
            if self.fails_with is not None:
                raise self.fails_with
        finally:
            self.left = True


def refusing(error: Exception) -> Handler:
    async def handler(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        raise error

    return handler


@dataclass
class LoopbackServer:
    port: int = 0
    greeting: bytes = b""
    connections: int = 0
    client_left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def loopback(script: Script) -> AsyncIterator[LoopbackServer]:
    """A server that reads each request, then lets the script write; `client_left` is its end."""
    server = LoopbackServer()

    serving: list[asyncio.Task[None]] = []
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(server.greeting)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                await _read_request(reader)
                await _until_left(reader, asyncio.ensure_future(script(writer)))
        server.client_left.set()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        writers.append(writer)
        serving.append(asyncio.ensure_future(serve(reader, writer)))

    listening = await asyncio.start_server(accept, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        for _ in range(5):  # a connection may just be coming in
            await asyncio.sleep(0)
        listening.close()
        for writer in writers:
            writer.transport.abort()
        await asyncio.gather(*serving)


async def _until_left(reader: asyncio.StreamReader, script: asyncio.Future[None]) -> None:
    """Waits for the script, no longer than the client stays."""
    try:
        while not (script.done() or reader.at_eof() or reader.exception()):
            await asyncio.wait([script], timeout=0.002)
    finally:
        script.cancel()
        await asyncio.wait([script])
    if not script.cancelled():
        script.result()


async def _read_request(reader: asyncio.StreamReader) -> None:
    """Raises `IncompleteReadError` when the client is gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.decode("latin-1").lower().split("\r\n"):
        if line.startswith("content-length:"):
            await reader.readexactly(int(line.partition(":")[2]))


def head(status: str = "200 OK", headers: Mapping[str, str] = STREAM) -> bytes:
    """The head of a chunked response."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "transfer-encoding: chunked", "", ""]).encode()


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


END = b"0\r\n\r\n"
