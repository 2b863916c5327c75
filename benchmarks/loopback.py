"""A model server on a loopback port that streams the tokens of a case: OpenAI's chat dialect.

    python -m benchmarks.loopback CASE LOG

It prints its port, serves each lane to whoever asks for its model (`lane0`, `lane1` …) and, when
all lanes are over, writes to LOG when each marker was given out and when the streams began and
ended.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks.stream import Case, tokens

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
AT_ONCE = 64
"""Pieces of earlier text in one write."""


class Server:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.markers: dict[int, float] = {}
        self.began: list[float] = []
        self.left = case.lanes
        self.over = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
        writer.write(HEAD)
        async for pieces in self.pieces(int(body["model"].removeprefix("lane"))):
            writer.write(b"".join(map(event, pieces)))
            await writer.drain()
        writer.write(event("", "stop") + b"data: [DONE]\n\n")
        await writer.drain()
        writer.close()
        self.left -= 1
        if not self.left:
            self.over.set()

    async def pieces(self, lane: int) -> AsyncIterator[list[str]]:
        """What is written at once: one token, or some of the text that is there before."""
        async for text in tokens(self.case, lane, self.markers):
            if len(text) > 1000:
                before = re.findall(r"(?s).{1,4}", text)
                for start in range(0, len(before), AT_ONCE):
                    yield before[start : start + AT_ONCE]
                    await asyncio.sleep(0)
                continue
            if len(self.began) <= lane and not text.startswith("```"):
                self.began.append(time.monotonic())
            yield [text]


def event(text: str, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'id': 'x', 'model': 'bench', 'choices': [choice]})}\n\n".encode()


async def serve(case: Case, log: Path) -> None:
    made = Server(case)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await made.over.wait()
    report = {"markers": made.markers, "began": max(made.began), "ended": time.monotonic()}
    await asyncio.to_thread(log.write_text, json.dumps(report))
    await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(serve(Case(**json.loads(sys.argv[1])), Path(sys.argv[2])))
