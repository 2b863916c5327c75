"""The seam to the network: handlers and sockets look the same, and failures are told plainly."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress

import pytest

from tests.providers.servers import END, Scripted, chunk, head, loopback, refusing
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.network_failures import no_connection

pytestmark = pytest.mark.anyio


async def ask(
    room: HttpRoom,
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    connect_timeout_s: float = 5.0,
) -> tuple[int, Mapping[str, str], bytes]:
    async with room.open(
        "POST",
        url,
        headers or {},
        b"question",
        connect_timeout_s=connect_timeout_s,
        now_ms=lambda: 0.0,
    ) as response:
        body = b"".join([piece async for piece in response.chunks])
        return response.status, response.headers, body


async def failure(room: HttpRoom, url: str, headers: Mapping[str, str] | None = None) -> LabError:
    try:
        with pytest.raises(LabError) as raised:
            await ask(room, url, headers)
    finally:
        await room.aclose()
    return raised.value


async def test_a_handler_serves_its_host_and_is_asked_in_full() -> None:
    handler = Scripted([b"an", b"swer"], status=201, headers={"X-Kind": "test"})
    room = HttpRoom({"lab.invalid": handler})
    status, headers, body = await ask(room, "http://lab.invalid/v1/x?y=1", {"X-Team": "lab"})
    assert (status, headers["x-kind"], body) == (201, "test", b"answer")
    (request,) = handler.requests
    assert (request.method, request.path, request.body) == ("POST", "/v1/x?y=1", b"question")
    assert request.headers["x-team"] == "lab"
    assert request.headers["accept-encoding"] == "identity"
    await room.aclose()


async def test_a_socket_serves_like_a_handler() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head("201 Created", {"X-Kind": "test"}) + chunk(b"an") + chunk(b"swer") + END)

    room = HttpRoom()
    async with loopback(script) as server:
        status, headers, body = await ask(room, f"{server.url}/v1/x")
        assert (status, headers["x-kind"], body) == (201, "test", b"answer")
        await ask(room, f"{server.url}/v1/x")
        assert server.connections == 1
        await room.aclose()


async def test_connecting_is_timed_once_and_headers_every_time() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + END)

    room, ticks = HttpRoom(), iter(range(100))
    async with loopback(script) as server:
        marks = []
        for _ in range(2):
            async with room.open(
                "GET",
                server.url,
                {},
                b"",
                connect_timeout_s=5,
                now_ms=lambda: float(next(ticks)),
            ) as response:
                assert [piece async for piece in response.chunks] == []
                marks.append((response.connect_ms, response.headers_ms))
        assert marks == [(1.0, 2.0), (None, 1.0)]
        await room.aclose()


async def test_a_response_without_a_date_gets_the_time_of_receipt() -> None:
    room = HttpRoom({"lab.invalid": Scripted()})
    assert "GMT" in (await ask(room, "http://lab.invalid"))[1]["date"]
    dated = HttpRoom({"lab.invalid": Scripted(headers={"Date": "then"})})
    assert (await ask(dated, "http://lab.invalid"))[1]["date"] == "then"


async def test_cookies_are_not_kept() -> None:
    handler = Scripted(headers={"set-cookie": "who=first; path=/"})
    room = HttpRoom({"lab.invalid": handler})
    await ask(room, "http://lab.invalid")
    await ask(room, "http://lab.invalid")
    assert "cookie" not in handler.requests[1].headers


async def test_leaving_early_closes_the_connection() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"first"))

    room = HttpRoom()
    async with loopback(script) as server:
        async with room.open(
            "POST", server.url, {}, b"", connect_timeout_s=5, now_ms=lambda: 0.0
        ) as response:
            assert await anext(response.chunks) == b"first"
        await asyncio.wait_for(server.client_left.wait(), 5)
        await room.aclose()


async def test_leaving_early_ends_a_handler() -> None:
    handler = Scripted([b"first", b"second"])
    room = HttpRoom({"lab.invalid": handler})
    async with room.open(
        "POST", "http://lab.invalid", {}, b"", connect_timeout_s=5, now_ms=lambda: 0.0
    ) as response:
        assert await anext(response.chunks) == b"first"
    assert handler.left


async def test_a_handler_that_never_waits_lets_others_have_their_turn() -> None:
    room = HttpRoom({"lab.invalid": Scripted([b"x"] * 10)})
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await ask(room, "http://lab.invalid")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert turns >= 10


async def test_a_refused_connection_names_the_place() -> None:
    with socket.socket() as taken:  # bound, not listening: nobody else gets this port
        taken.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        error = await failure(HttpRoom(), f"http://{place}/v1")
    assert (error.kind, error.message) == (ErrorKind.NETWORK, f"{place} refused the connection")


async def test_a_connection_that_is_lost_is_a_network_failure() -> None:
    async def before_the_head(writer: asyncio.StreamWriter) -> None:
        writer.close()

    async def amid_the_body(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"first"))
        await writer.drain()
        writer.transport.abort()

    async def amid_a_promised_length(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nfirst")
        writer.close()

    for script in (before_the_head, amid_the_body, amid_a_promised_length):
        async with loopback(script) as server:
            error = await failure(HttpRoom(), server.url)
        assert (error.kind, "was lost" in error.message) == (ErrorKind.NETWORK, True)


async def test_a_handler_loses_connections_like_a_socket() -> None:
    lost = Scripted([b"x"], fails_with=ConnectionResetError())
    error = await failure(HttpRoom({"lab.invalid": lost}), "http://lab.invalid")
    assert (error.kind, "was lost" in error.message) == (ErrorKind.NETWORK, True)
    gone = refusing(ConnectionRefusedError())
    error = await failure(HttpRoom({"lab.invalid": gone}), "http://lab.invalid")
    assert error.message == "lab.invalid refused the connection"


async def test_what_is_not_http_is_a_protocol_failure() -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        writer.close()

    async with loopback(script) as server:
        error = await failure(HttpRoom(), server.url)
    assert error.kind is ErrorKind.PROTOCOL


async def test_a_broken_compressed_body_is_a_protocol_failure() -> None:
    broken = Scripted([b"not gzip"], headers={"content-encoding": "gzip"})
    error = await failure(HttpRoom({"lab.invalid": broken}), "http://lab.invalid")
    assert error.kind is ErrorKind.PROTOCOL


async def test_a_compressed_body_is_unpacked() -> None:
    import gzip

    zipped = Scripted([gzip.compress(b"answer")], headers={"content-encoding": "gzip"})
    room = HttpRoom({"lab.invalid": zipped})
    assert (await ask(room, "http://lab.invalid"))[2] == b"answer"


async def test_a_compression_that_cannot_be_undone_is_named() -> None:
    packed = Scripted([b"\x0b\x02\x80"], headers={"content-encoding": "gzip, br"})
    error = await failure(HttpRoom({"lab.invalid": packed}), "http://lab.invalid")
    assert error.kind is ErrorKind.PROTOCOL
    assert "compressed as br" in error.message


async def test_tls_where_there_is_none_is_told() -> None:
    async def script(writer: asyncio.StreamWriter) -> None: ...

    async with loopback(script) as server:
        server.greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n"
        error = await failure(HttpRoom(), server.url.replace("http:", "https:"))
    assert (error.kind, "http://" in error.hint) == (ErrorKind.NETWORK, True)


def behind(cause: Exception) -> Exception:
    error = OSError("all attempts failed")
    error.__cause__ = ExceptionGroup("several", [ValueError(), cause])
    return error


async def test_the_cause_of_a_failed_connection_is_found_however_deep() -> None:
    untrusted = ssl.SSLCertVerificationError("bad")
    untrusted.verify_message = "self-signed certificate"
    assert "self-signed" in no_connection("x", behind(untrusted)).message
    assert "could not be found" in no_connection("x", behind(socket.gaierror())).message
    assert "refused" in no_connection("x", behind(ConnectionRefusedError())).message
    assert "could not be reached" in no_connection("x", OSError()).message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com/v1",
        "ftp://api.example.com",
        "http://",
        "http://[::1",
        "http://a:b:c",
        "https://user:secret@api.example.com",
    ],
)
async def test_a_wrong_base_url_is_a_matter_of_configuration(url: str) -> None:
    error = await failure(HttpRoom(), url)
    assert error.kind is ErrorKind.CONFIG
    assert "secret" not in error.message + error.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-team", "l’ab-secret"),
        ("x-team", "secret\r\nx-evil: 1"),
        ("x-team", " secret"),
        ("x-team", "secret\n"),
        ("x-team", "\0secret"),
        ("x team", "secret"),
        ("x-téam", "secret"),
        ("", "secret"),
        ("Content-Length", "secret"),
    ],
)
async def test_a_header_that_http_forbids_is_refused_without_its_value(
    name: str, value: str
) -> None:
    error = await failure(HttpRoom(), "http://127.0.0.1:1", {name: value})
    assert error.kind is ErrorKind.CONFIG
    assert "secret" not in error.message + error.hint


async def test_proxies_of_the_environment_are_for_others_than_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"direct") + END)

    async def proxy(writer: asyncio.StreamWriter) -> None:
        writer.write(head() + chunk(b"by proxy") + END)

    room = HttpRoom()
    async with loopback(script) as server, loopback(proxy) as between:
        monkeypatch.setenv("http_proxy", between.url)
        monkeypatch.delenv("no_proxy", raising=False)
        assert (await ask(room, server.url))[2] == b"direct"
        assert (await ask(room, "http://llm.example/v1"))[2] == b"by proxy"
        await room.aclose()


async def test_a_proxy_that_cannot_be_used_is_a_matter_of_configuration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("all_proxy", "socks9://user:secret@127.0.0.1:1")
    error = await failure(HttpRoom(), "http://llm.example/v1")
    assert (error.kind, "secret" in error.message) == (ErrorKind.CONFIG, False)


async def test_a_place_that_does_not_answer_is_given_up() -> None:
    # A full backlog: the kernel drops what more comes, as a silent host would.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [_start_connecting(full.getsockname()) for _ in range(4)]
        room = HttpRoom()
        with pytest.raises(LabError) as raised:
            await ask(room, f"http://127.0.0.1:{full.getsockname()[1]}", connect_timeout_s=0.05)
        await room.aclose()
        for filler in fillers:
            filler.close()
    assert raised.value.kind is ErrorKind.TIMEOUT
    assert "0.05 s" in raised.value.message
    assert "timeouts.connect" in raised.value.hint


def _start_connecting(address: tuple[str, int]) -> socket.socket:
    filler = socket.socket()
    filler.setblocking(False)
    filler.connect_ex(address)
    return filler
