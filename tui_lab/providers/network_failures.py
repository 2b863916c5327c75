"""Failures below HTTP, in words for people. A place is a host, with its port where one is named."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.providers.errors import one_line


def no_connection(place: str, error: BaseException) -> LabError:
    """Why connecting failed, as far as the causes of the error tell."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return LabError(
                    ErrorKind.NETWORK,
                    f"the certificate of {place} is not trusted: {cause.verify_message}",
                    "check base_url; SSL_CERT_FILE can name authorities of your own",
                )
            case ssl.SSLError():
                return LabError(
                    ErrorKind.NETWORK,
                    f"no secure connection to {place}: {cause.reason or 'TLS failed'}",
                    "check base_url: should it begin with http:// instead of https://?",
                )
            case socket.gaierror():
                return LabError(
                    ErrorKind.NETWORK,
                    f"the address of {place} could not be found",
                    "check base_url and the network",
                )
            case ConnectionRefusedError():
                return LabError(
                    ErrorKind.NETWORK,
                    f"{place} refused the connection",
                    "is the server running there? check base_url",
                )
    return LabError(
        ErrorKind.NETWORK, f"{place} could not be reached", "check base_url and the network"
    )


def connection_lost(place: str) -> LabError:
    return LabError(
        ErrorKind.NETWORK, f"the connection to {place} was lost", "check the network and try again"
    )


def proxy_refused(place: str, words: str) -> LabError:
    return LabError(
        ErrorKind.NETWORK,
        f"the proxy did not let a request to {place} through: {one_line(words)}",
        "check HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
    )


def not_http(place: str, words: str) -> LabError:
    return LabError(
        ErrorKind.PROTOCOL,
        f"{place} does not answer in proper HTTP/1.1: {one_line(words)}",
        "check base_url",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that lies behind it."""
    yield error
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _causes(part)
    if behind := error.__cause__ or error.__context__:
        yield from _causes(behind)
