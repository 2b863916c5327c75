"""The one seam to the network, and the only module that knows the HTTP client.

A host may be answered by a function in this process instead (`core.handler`): the sandbox is one,
and so are scripted providers in tests. Nothing above can tell the difference.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any

import httpx

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.handler import Handler
from tui_lab.providers.errors import one_line
from tui_lab.providers.network_failures import (
    connection_lost,
    no_connection,
    not_http,
    proxy_refused,
)

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_FRAMING = frozenset({"content-length", "transfer-encoding"})  # told by the body alone
_ENDED_EARLY = re.compile(r"closed connection|disconnected")  # h11's and httpcore's words
_CODINGS = frozenset({"", "identity", "gzip", "deflate"})
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=30)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response whose body is still coming. Header names are in lower case.

    `connect_ms` (None: a connection was at hand) and `headers_ms` count from the sending. `chunks`
    gives the body as it arrives; it raises `LabError` where the connection is lost.
    """

    status: int
    headers: Mapping[str, str]
    connect_ms: float | None
    headers_ms: float
    chunks: AsyncGenerator[bytes, None]


class HttpRoom:
    """Pooled connections, made when first needed; it belongs to one event loop.

    `handlers` answer for their hosts. Proxies of the environment are used, never for loopback.
    """

    def __init__(self, handlers: Mapping[str, Handler] | None = None) -> None:
        self._handlers = dict(handlers or {})
        self._clients: dict[str, httpx.AsyncClient] = {}

    @asynccontextmanager
    async def open(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        connect_timeout_s: float,
        now_ms: Callable[[], float],
    ) -> AsyncIterator[HttpResponse]:
        """Sends a request; leaving the context closes the connection unless the body was read.

        Only connecting has a time limit here. Redirects are not followed. Raises `LabError` of
        kind `config`, `network`, `timeout` or `protocol`.
        """
        address = _address(url)
        _check_headers(headers)
        client = self._client(address.host)
        begun, connected = now_ms(), None

        async def mark(event: str, _info: Mapping[str, Any]) -> None:
            nonlocal connected
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                connected = now_ms()

        request = client.build_request(
            method,
            address,
            headers=dict(headers),
            content=body,
            timeout=httpx.Timeout(None, connect=connect_timeout_s),
            extensions={"trace": mark},
        )
        with _in_plain_words(address, connect_timeout_s):
            response = await client.send(request, stream=True)
        received = now_ms()
        chunks = _chunks(response, address, connect_timeout_s)
        try:
            yield HttpResponse(
                response.status_code,
                _with_date(response.headers),
                None if connected is None else round(connected - begun, 3),
                round(received - begun, 3),
                chunks,
            )
        finally:
            await chunks.aclose()
            with suppress(httpx.HTTPError, OSError):
                await response.aclose()

    async def aclose(self) -> None:
        """Closes the connections that are kept open."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    def _client(self, host: str) -> httpx.AsyncClient:
        if host in self._handlers:
            name = f"handler of {host}"
        else:
            name = "loopback" if _is_loopback(host) else "network"
        if name not in self._clients:
            self._clients[name] = self._make_client(host, trust_env=name == "network")
        return self._clients[name]

    def _make_client(self, host: str, *, trust_env: bool) -> httpx.AsyncClient:
        handler = self._handlers.get(host)
        try:
            return httpx.AsyncClient(
                transport=_HandlerTransport(handler) if handler else None,
                trust_env=trust_env,
                limits=_LIMITS,
                headers={"accept-encoding": "identity"},  # a compressed stream comes in lumps
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # keys must not mix
            )
        except (ImportError, ValueError, httpx.InvalidURL):
            raise LabError(
                ErrorKind.CONFIG,
                "the proxy that the environment names cannot be used",
                "HTTP and HTTPS proxies work, SOCKS does not: see HTTPS_PROXY, ALL_PROXY, NO_PROXY",
            ) from None


class _HandlerTransport(httpx.AsyncBaseTransport):
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._handler(
            request.method,
            request.url.raw_path.decode("ascii"),
            {name.lower(): value for name, value in request.headers.items()},
            await request.aread(),
        )
        body = _HandlerBody(answer.body)
        return httpx.Response(answer.status, headers=dict(answer.headers), stream=body)


class _HandlerBody(httpx.AsyncByteStream):
    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._body:
            yield chunk
            await asyncio.sleep(0)  # as a socket would: let others have their turn

    async def aclose(self) -> None:
        if isinstance(self._body, AsyncGenerator):
            await self._body.aclose()


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise _wrong_url("is no address") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise _wrong_url("does not begin with http:// or https:// and a host")
    if address.userinfo:
        raise _wrong_url("holds a user name or a password")
    return address


def _wrong_url(what: str) -> LabError:
    return LabError(
        ErrorKind.CONFIG,
        f"the provider's base_url {what}",
        "write it like https://api.example.com/v1",
    )


def _check_headers(headers: Mapping[str, str]) -> None:
    """Values are not shown: one of them is the key."""
    for name, value in headers.items():
        if not _HEADER_NAME.match(name) or name.lower() in _FRAMING:
            raise LabError(
                ErrorKind.CONFIG,
                f"a header cannot be named {one_line(repr(name))}",
                "check the provider's headers",
            )
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            raise LabError(
                ErrorKind.CONFIG,
                f"the header {name} holds what no header may",
                "use printable ASCII characters, without spaces at the ends",
            )


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _with_date(headers: httpx.Headers) -> dict[str, str]:
    """The headers, with the time of receipt where the server told none (RFC 9110, 6.6.1)."""
    named = {name.lower(): value for name, value in headers.items()}
    named.setdefault("date", format_datetime(datetime.now(UTC), usegmt=True))
    return named


async def _chunks(
    response: httpx.Response, address: httpx.URL, connect_timeout_s: float
) -> AsyncGenerator[bytes, None]:
    _check_coding(response.headers.get("content-encoding", ""), address)
    with _in_plain_words(address, connect_timeout_s):
        async for chunk in response.aiter_bytes():
            yield chunk


def _check_coding(codings: str, address: httpx.URL) -> None:
    """The client hands on, as it is, what it cannot decompress."""
    for coding in codings.lower().split(","):
        if coding.strip() not in _CODINGS:
            place, name = address.netloc.decode("ascii"), one_line(coding)
            raise not_http(place, f"the body is compressed as {name}, which was not asked for")


@contextmanager
def _in_plain_words(address: httpx.URL, connect_timeout_s: float) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        place = address.netloc.decode("ascii")
        raise _failure(error, place, connect_timeout_s) from None


def _failure(error: Exception, place: str, connect_timeout_s: float) -> LabError:
    match error:
        case httpx.ConnectTimeout():
            return LabError(
                ErrorKind.TIMEOUT,
                f"no connection to {place} within {connect_timeout_s:g} s",
                "check base_url and the network, or raise timeouts.connect",
            )
        case httpx.ProxyError():
            return proxy_refused(place, str(error))
        case httpx.ConnectError() | ConnectionRefusedError():
            return no_connection(place, error)
        case httpx.LocalProtocolError():
            return LabError(
                ErrorKind.CONFIG,
                f"the request to {place} could not be put into HTTP",
                "check the provider's headers",
            )
        case httpx.DecodingError():
            return not_http(place, str(error))
        case httpx.RemoteProtocolError() if not _ENDED_EARLY.search(str(error)):
            return not_http(place, str(error))
    return connection_lost(place)
