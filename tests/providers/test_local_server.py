"""Finding out whether a server on this machine is running."""

from __future__ import annotations

import socket

import pytest

from tui_lab.providers.local_server import is_running


def test_a_server_that_listens_is_running() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert is_running(f"http://127.0.0.1:{server.getsockname()[1]}/v1")


def test_a_port_on_which_nobody_listens_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert not is_running(f"http://localhost:{port}/v1")


@pytest.mark.parametrize("url", ["https://models.example/v1", "http://192.0.2.1:11434", ""])
def test_other_machines_are_not_tried(url: str) -> None:
    assert is_running(url)
