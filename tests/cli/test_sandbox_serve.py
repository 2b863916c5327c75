"""The simulated models for other clients, over a real socket."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.cli.program import Program


@pytest.fixture
def server(program: Program) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with program.start("sandbox", "serve", "--port", "0") as process:
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/v1", line)
        assert found, line
        yield process, int(found[1])
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def post(port: int, path: str, body: object, **headers: str) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"content-type": "application/json", "x-sandbox-pace": "0"} | headers
    connection.request("POST", path, json.dumps(body), sent)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, answer.headers["content-type"], read


def test_both_dialects_are_spoken_and_ctrl_c_ends_it(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = server
    turns = [{"role": "user", "content": "one two"}]
    chat = {"model": "echo", "messages": turns}
    status, _, whole = post(port, "/v1/chat/completions", chat)
    assert status == 200
    assert json.loads(whole)["choices"][0]["message"]["content"] == "one two"
    status, kind, stream = post(port, "/v1/chat/completions", chat | {"stream": True})
    assert (status, kind.partition(";")[0]) == (200, "text/event-stream")
    assert stream.endswith(b"data: [DONE]\n\n")
    messages = chat | {"max_tokens": 50}
    status, _, whole = post(port, "/v1/messages", messages, **{"x-api-key": "any"})
    assert status == 200
    assert json.loads(whole)["content"][0]["text"] == "one two"
    status, _, stream = post(port, "/v1/messages", messages | {"stream": True})
    assert b"event: message_stop" in stream
    assert post(port, "/v1/chat/completions", chat | {"model": "nope"})[0] == 404
    assert post(port, "/v1/chat/completions", {"stream": 3})[0] == 400
    with socket.create_connection(("127.0.0.1", port)) as wild:
        wild.sendall(b"\x16\x03\x01 no http\r\n\r\n")
        assert b"400" in wild.recv(200)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, b"")
    assert b"Traceback" not in errors


def test_ctrl_c_ends_it_while_an_answer_is_under_way(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = server
    body = json.dumps(
        {"model": "slow", "messages": [{"role": "user", "content": "x"}], "stream": True}
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        client.sendall((head + body).encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200")
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert b"Traceback" not in errors
    assert b"exception" not in errors


def test_a_port_that_is_taken_is_refused_in_a_line(
    server: tuple[subprocess.Popen[bytes], int], program: Program
) -> None:
    done = program("sandbox", "serve", "--port", str(server[1]))
    assert done.code == 2
    assert done.errors.count("\n") == 1
    assert f"port {server[1]} cannot be used" in done.errors


def test_the_lab_itself_can_ask_it(
    server: tuple[subprocess.Popen[bytes], int], program: Program
) -> None:
    lab = program.with_environ(
        TUI_LAB_PROVIDERS__ANTHROPIC__BASE_URL=f"http://127.0.0.1:{server[1]}/v1",
        ANTHROPIC_API_KEY="sk-ant-REDACTED",
    )
    done = lab("run", "hello there", "-m", "anthropic/echo", "--json")
    assert done.code == 0
    assert (done.json["text"], done.json["simulated"]) == ("hello there", False)
