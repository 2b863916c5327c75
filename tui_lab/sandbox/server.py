"""A small HTTP/1.1 server for any handler, on loopback only. h11 knows the protocol."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate

import h11

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.handler import Handler, HttpAnswer

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers."""

MAX_BODY = 32 * 1024 * 1024
"""Bytes of a request body: what Anthropic takes."""

IDLE_SECONDS = 75.0
"""How long a connection may stay without a request, or a request without its end."""

LINGER_SECONDS = 2.0

Log = Callable[[str], None]
"""Takes one line for each request: method, path, status."""


async def serve(
    handler: Handler,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ready: Callable[[int], None] = lambda port: None,
    log: Log = lambda line: None,
) -> None:
    """Serves until cancelled; `ready` gets the port. Raises as `serving` does."""
    async with serving(handler, host=host, port=port, log=log) as actual_port:
        ready(actual_port)
        await asyncio.get_running_loop().create_future()


@asynccontextmanager
async def serving(
    handler: Handler,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    log: Log = lambda line: None,
) -> AsyncIterator[int]:
    """A server as long as the context lasts; gives its port (0 asks for any free one).

    Raises `LabError` of kind `usage` when the host is not a loopback address or the port is taken.
    """
    if not _is_loopback(host):
        raise LabError(
            ErrorKind.USAGE, f"{host} is not a loopback address", "serve on 127.0.0.1 or ::1"
        )
    open_now: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            await _Connection(handler, reader, writer, log).run()
        except (OSError, asyncio.CancelledError):  # the client has gone, or we go
            writer.transport.abort()
        finally:
            open_now.discard(task)
            writer.close()

    try:
        server = await asyncio.start_server(connected, host, port)
    except OSError as error:
        raise LabError(
            ErrorKind.USAGE, f"port {port} cannot be used: {error.strerror}", "choose another one"
        ) from error
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)
        await server.wait_closed()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _RefusedError(Exception):
    """A request that gets a status from the server itself, and the end of the connection."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class _Connection:
    """One client, one request after the other."""

    def __init__(
        self,
        handler: Handler,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        log: Log,
    ) -> None:
        self._handler = handler
        self._reader = reader
        self._writer = writer
        self._log = log
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)

    async def run(self) -> None:
        """Until the client or the protocol has had enough."""
        while await self._one_request():
            self._http.start_next_cycle()

    async def _one_request(self) -> bool:
        """Whether another request may follow on this connection."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                request = await self._next_event()
                if not isinstance(request, h11.Request):
                    return False
                body = await self._body(request)
        except h11.RemoteProtocolError as error:
            return await self._refuse(_RefusedError(error.error_status_hint, str(error)))
        except _RefusedError as refused:
            return await self._refuse(refused)
        answering = asyncio.create_task(self._answer(request, body))
        watching = asyncio.create_task(self._gone())
        try:
            await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                raise ConnectionResetError("the client has gone")
            answering.result()
        finally:
            for task in (answering, watching):
                task.cancel()
            await asyncio.gather(answering, watching, return_exceptions=True)
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

    async def _next_event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(64 * 1024))
        return event

    async def _body(self, request: h11.Request) -> bytes:
        headers = dict(request.headers)
        framed = b"content-length" in headers or b"transfer-encoding" in headers
        if request.method in (b"POST", b"PUT", b"PATCH") and not framed:
            raise _RefusedError(411, "the length of the body is missing")
        if int(headers.get(b"content-length", b"0")) > MAX_BODY:
            raise _RefusedError(413, "the body is too large")
        body = bytearray()
        while isinstance(event := await self._next_event(), h11.Data):
            body += event.data
            if len(body) > MAX_BODY:
                raise _RefusedError(413, "the body is too large")
        return bytes(body)

    async def _gone(self) -> None:
        """Returns when the client closes its side; what it sends early waits for its turn."""
        while data := await self._reader.read(64 * 1024):
            self._http.receive_data(data)
            if len(self._http.trailing_data[0]) > MAX_HEAD:
                await asyncio.get_running_loop().create_future()

    async def _answer(self, request: h11.Request, body: bytes) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers
        }
        method, path = request.method.decode("latin-1"), request.target.decode("latin-1")
        answer = await self._handler(method, path, headers, body)
        self._log(f"{method} {path} {answer.status}")
        try:
            await self._send_answer(answer, with_body=method != "HEAD")
        finally:
            if isinstance(answer.body, AsyncGenerator):
                await answer.body.aclose()

    async def _send_answer(self, answer: HttpAnswer, *, with_body: bool) -> None:
        headers = {"date": formatdate(usegmt=True)} | dict(answer.headers)
        await self._send(h11.Response(status_code=answer.status, headers=list(headers.items())))
        if with_body:
            async for chunk in answer.body:
                await self._send(h11.Data(data=chunk))
        await self._send(h11.EndOfMessage())

    async def _refuse(self, refused: _RefusedError) -> bool:
        """Says why, if it can still be said, and lets the connection end."""
        self._log(f"- - {refused.status}")
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text = f"{refused.reason}\n".encode()
            headers = [
                ("content-type", "text/plain; charset=utf-8"),
                ("content-length", str(len(text))),
                ("connection", "close"),
            ]
            await self._send(h11.Response(status_code=refused.status, headers=headers))
            await self._send(h11.Data(data=text))
            await self._send(h11.EndOfMessage())
            await self._linger()
        return False

    async def _linger(self) -> None:
        """Lets the client finish its words: closing earlier could take the answer from it."""
        self._writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_SECONDS):
                while await self._reader.read(64 * 1024):
                    pass

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()
