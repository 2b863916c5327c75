"""`tui-lab sandbox serve`: the simulated models for any OpenAI or Anthropic client."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import suppress

from tui_lab.cli.output import narrate
from tui_lab.core.errors import ErrorKind, LabError

PORT = 8642
LARGEST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    serving = actions.add_parser("serve", help="serve on a loopback port", allow_abbrev=False)
    serving.add_argument("--port", type=int, default=PORT, metavar="N", help=f"({PORT}; 0: any)")


def run(args: argparse.Namespace) -> int:
    if not 0 <= args.port <= LARGEST_PORT:
        raise LabError(ErrorKind.USAGE, f"there is no port {args.port}", f"0 to {LARGEST_PORT}")
    asyncio.run(_serve(args.port))
    return 0


async def _serve(port: int) -> None:
    from tui_lab.sandbox.handler import Sandbox
    from tui_lab.sandbox.server import serve

    def ready(actual_port: int) -> None:
        url = f"http://127.0.0.1:{actual_port}"
        narrate(f"simulated models at {url}/v1 until ctrl-c; any key will do")
        narrate(f"  OPENAI_BASE_URL={url}/v1  ANTHROPIC_BASE_URL={url}")

    task = asyncio.current_task()
    assert task is not None
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(signum, task.cancel)
    with suppress(asyncio.CancelledError):
        await serve(Sandbox(), port=port, ready=ready)
