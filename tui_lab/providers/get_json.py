"""A small question to a provider, beside runs: one request, one JSON document."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tui_lab.core.errors import LabError
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.dialects import dialect
from tui_lab.providers.envelope import (
    refused,
    request_headers,
    request_url,
    revealed_key,
    unanswered,
)
from tui_lab.providers.payload import parse_object, request_body
from tui_lab.providers.wire import WireRequest, too_large

if TYPE_CHECKING:  # the HTTP client is slow to import, and here only a type
    from tui_lab.providers.http import HttpRoom

_LARGEST_ANSWER = 16 * 1024 * 1024


async def get_json(
    room: HttpRoom,
    provider: Provider,
    key: Secret | None,
    path: str,
    *,
    connect_s: float,
    posted: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """The object of a successful answer; a bare array comes as its `data`. Raises `LabError`.

    `posted` makes a POST of it: some servers want the question in the body.
    """
    spoken = dialect(provider.dialect)
    if posted is None:
        request = WireRequest(path, {}, b"", "GET")
    else:
        request = WireRequest(path, {"content-type": "application/json"}, request_body(posted))
    opening = room.open(
        request.method,
        request_url(provider, request),
        request_headers(provider, spoken, request, revealed_key(key, provider)),
        request.body,
        connect_timeout_s=connect_s,
        now_ms=lambda: time.monotonic() * 1000,
    )
    try:
        async with opening as response:
            body = bytearray()
            async for chunk in response.chunks:
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise too_large("the answer", _LARGEST_ANSWER)
            if not 200 <= response.status < 300:
                error = spoken.error(response.status, response.headers, bytes(body))
                raise refused(error, provider, key)
    except LabError as error:
        raise unanswered(error, provider) from None
    text = body.decode("utf-8", "replace").strip()
    # Together's list is a bare array.
    return parse_object(f'{{"data":{text}}}' if text.startswith("[") else text)
