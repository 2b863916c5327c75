"""Providers on a loopback port that do what a test says, each request on a thread of its own."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tui_lab.providers.catalogue import load_catalogue

STREAM = "text/event-stream"


@dataclass(frozen=True)
class Reply:
    """A status and a body in pieces; `pause` seconds pass before each piece but the first."""

    pieces: Sequence[bytes]
    status: int = 200
    content_type: str = STREAM
    pause: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes = b""


@dataclass
class Provider:
    """Where it listens, and what it was asked."""

    url: str
    asked: list[Asked]


Script = Callable[[Asked], Reply | None]
"""None: says nothing for as long as the client waits."""


@contextmanager
def serving(script: Script) -> Iterator[Provider]:
    asked: list[Asked] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            self.take(json.loads(raw), raw)

        def do_GET(self) -> None:
            self.take({})

        def take(self, body: dict[str, Any], raw: bytes = b"") -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append(Asked(self.path, headers, body, raw))
            reply = script(asked[-1])
            if reply is None:
                over.wait()
            else:
                self.answer(reply)
            self.close_connection = True

        def answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("content-type", reply.content_type)
            self.send_header("connection", "close")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for number, piece in enumerate(reply.pieces):
                    if number:
                        time.sleep(reply.pause)
                    self.wfile.write(piece)
            except OSError:  # the client has gone, as it may
                pass

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Provider(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def cut(body: bytes, seed: int, pieces: int = 12) -> list[bytes]:
    """The body, cut at random places."""
    places = sorted(random.Random(seed).sample(range(len(body) + 1), min(pieces, len(body))))
    edges = [0, *places, len(body)]
    return [body[start:end] for start, end in itertools.pairwise(edges)]


def chat_stream(*texts: str, model: str = "m-1", finish: str = "stop") -> bytes:
    """An answer in the words of OpenAI's chat completions."""
    chunks: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]}
        for text in texts
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
    chunks.append({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}})
    lines = [json.dumps({"id": "c", "model": model} | chunk) for chunk in chunks]
    return "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode()


def chat(*texts: str, **how: Any) -> Reply:
    return Reply([chat_stream(*texts, **how)])


def no_local_servers() -> dict[str, str]:
    """Variables by which no server on this machine is found, whatever runs here."""
    return {
        f"TUI_LAB_PROVIDERS__{provider.id.upper()}__BASE_URL": "http://127.0.0.1:9"
        for provider in load_catalogue().values()
        if provider.local
    }
