"""Whether a server on this machine is running, found out without asking it anything."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

CONNECT_SECONDS = 0.1
"""On one's own machine a connection is made, or refused, in much less."""

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"http": 80, "https": 443}


def is_running(base_url: str) -> bool:
    """Whether something listens at the port; true for other machines, which are not tried."""
    address = urlsplit(base_url)
    if address.hostname not in _THIS_MACHINE:
        return True
    port = address.port or _PORTS.get(address.scheme, 80)
    try:
        socket.create_connection((address.hostname, port), CONNECT_SECONDS).close()
    except OSError:
        return False
    return True
