"""Templates and history, each state as a picture, at both sizes that they are made for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import tui_lab.ui
from tests.builders import NOON, a_record
from tests.ui.driving import Driver, an_app
from tui_lab.core.cost import FREE, Cost, CostSource
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import FinishReason
from tui_lab.core.ids import encode_ulid
from tui_lab.core.messages import Message
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import Attempt, RunRecord, Source, Status, TemplateUse, ToolCall
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.store.owner import this_process
from tui_lab.store.store import Store
from tui_lab.ui.app import LabApp
from tui_lab.ui.screens.history import HistoryScreen
from tui_lab.ui.widgets.footer_bar import FooterBar

Steps = Callable[[Driver], Awaitable[None]]
NO_SERVERS = {
    f"TUI_LAB_PROVIDERS__{name}__BASE_URL": "http://127.0.0.1:9/v1"
    for name in ("OLLAMA", "LLAMACPP", "LMSTUDIO", "VLLM")
}
ANSWER = "# A coin\n\nIt is neither heads nor tails until you look.\n\n```python\nlook(coin)\n```\n"


def a_run(number: int, model: str, status: Status = Status.OK, **changes: Any) -> RunRecord:
    """The run before the one of the number before."""
    created = NOON - timedelta(hours=4 * number)
    ref = ModelRef.parse(model)
    whole = {
        "answered_by": model,
        "text": ANSWER,
        "finish_reason": FinishReason.STOP,
        "usage": Usage(14, 150, reasoning_tokens=20),
        "timing": Timing(connect_ms=3, ttft_ms=412, latency_ms=2140, itl_ms=11.6),
        "cost": Cost(Decimal("0.00021"), CostSource.TABLE, "2026-10-01"),
        "attempts": (Attempt(1, ref, status, request_id="req_7", http_status=200),),
    }
    values = {
        "batch_id": encode_ulid(1000 + number, 0),
        "created_at": created,
        "model": model,
        "provider": ref.provider,
        "status": status,
        "prompt": "Explain quantum physics to a curious newcomer in three paragraphs.",
        "source": Source.TUI,
    }
    run_id = encode_ulid(1_790_000_000_000 - number, 0)
    return a_record(run_id, **values | (whole if status is Status.OK else {}) | changes)


def failed(kind: ErrorKind, message: str, hint: str) -> dict[str, Any]:
    return {"error": LabError(kind, message, hint)}


RUNS = [
    a_run(
        0,
        "openai/gpt-4o-mini",
        system="You explain science plainly and exactly.",
        parameters=Parameters(temperature=0.7, max_tokens=300),
        dropped_parameters=(("top_k", "this model does not take it"),),
        template=TemplateUse("explain-quantum", 1, {"audience": "a curious newcomer"}),
        reasoning="The reader is new to it. So: a coin.",
        tool_calls=(ToolCall("call_1", "look", '{"coin": 1}'),),
        source=Source.TEMPLATE,
    ),
    a_run(1, "sandbox/markdown", simulated=True, cost=FREE, batch_id=encode_ulid(1000, 0)),
    a_run(2, "anthropic/claude-haiku-4-5", batch_id=encode_ulid(1000, 0)),
    a_run(
        3,
        "groq/llama-3.3-70b-versatile",
        Status.ERROR,
        prompt="Is anybody there?",
        **failed(ErrorKind.RATE_LIMIT, "Groq: too many requests", "wait 12 s and try again"),
    ),
    a_run(4, "sandbox/refuser", Status.REFUSED, refusal="I can't help with that.", simulated=True),
    a_run(
        5,
        "xai/grok-4",
        Status.BLOCKED,
        **failed(ErrorKind.NO_KEY, "there is no key for xAI", "set XAI_API_KEY"),
    ),
    a_run(6, "sandbox/slow", Status.CANCELLED, text="It is", prompt="Wait [bold]for\x1b[31m it"),
    a_run(7, "sandbox/drop", Status.INTERRUPTED, text="It was", prompt="你好世界, what happened?"),
    a_run(
        400,
        "ollama/qwen3",
        cost=FREE,
        prompt="And then?",
        messages=(
            Message.of("user", "Tell me a story."),
            Message.of("assistant", "Once upon a time."),
            Message.of("user", "And then?"),
        ),
    ),
]


async def record(folder: Path, runs: Sequence[RunRecord]) -> None:
    """Puts runs into the history before the program opens it."""
    path = folder / "data" / "history.db"
    store = await Store.open(path, owner=this_process(), now=lambda: NOON)
    for run in runs:
        await store.finish(replace(run), b"")
    await store.close()


class NoonApp(LabApp):
    """The program at noon, in UTC, on one day."""

    CSS_PATH = str(Path(tui_lab.ui.__file__).with_name("frame.tcss"))
    MODES = {**LabApp.MODES, "history": lambda: HistoryScreen(now=lambda: NOON)}  # noqa: RUF012


async def go(driver: Driver, tab: str) -> None:
    await driver.app.switch_mode(tab)
    screen = driver.app.screen
    await driver.until(lambda: screen.query_one(FooterBar).size)
    await driver.pilot.pause()


async def history_empty(driver: Driver) -> None:
    await go(driver, "history")
    await driver.until(lambda: driver.app.screen.has_class("-empty"))


async def history(driver: Driver) -> None:
    await go(driver, "history")
    await settled(driver)


async def settled(driver: Driver) -> None:
    """The run under the cursor is the one that is shown."""
    screen = driver.app.screen
    assert isinstance(screen, HistoryScreen)

    def holds() -> bool:
        current, shown = screen.runs.current, screen.view.record
        return current is not None and shown is not None and current.id == shown.id

    await driver.until(holds)
    await driver.pilot.pause()


async def history_run(driver: Driver) -> None:
    await history(driver)
    await driver.press("enter")


async def history_failure(driver: Driver) -> None:
    await history(driver)
    await driver.press("j", "j", "space", "enter")
    await settled(driver)


async def history_conversation(driver: Driver) -> None:
    await history(driver)
    await driver.press("G", "enter")
    await settled(driver)


async def history_found(driver: Driver) -> None:
    await history(driver)
    await driver.press("slash", *"anybod")
    screen = driver.app.screen
    assert isinstance(screen, HistoryScreen)
    await driver.until(lambda: len(screen.runs.window.rows) == 1)
    await settled(driver)


async def history_not_found(driver: Driver) -> None:
    await history(driver)
    await driver.press("slash", *"zebra")
    await driver.until(lambda: driver.app.screen.query_one("#history-notice").display)


async def templates(driver: Driver) -> None:
    await go(driver, "templates")


async def template_read(driver: Driver) -> None:
    await go(driver, "templates")
    await driver.press("j", "l")


async def templates_not_found(driver: Driver) -> None:
    await go(driver, "templates")
    await driver.press("slash", *"zzz")
    await driver.until(lambda: driver.app.screen.query_one("#templates-notice").region)


async def template_picker(driver: Driver) -> None:
    await driver.press("ctrl+t", *"poem")


EMPTY: list[Steps] = [history_empty, templates, template_read, templates_not_found]
EMPTY += [template_picker]
FULL: list[Steps] = [history, history_run, history_failure, history_conversation]
FULL += [history_found, history_not_found]


def picture(
    compare: Any,
    folder: Path,
    size: tuple[int, int],
    steps: Steps,
    *,
    runs: Sequence[RunRecord] = (),
    environ: dict[str, str] | None = None,
    kind: type[LabApp] = NoonApp,
) -> bool:
    app = an_app(folder, environ=NO_SERVERS | (environ or {}), kind=kind)
    if runs:
        asyncio.run(record(folder, runs))

    async def before(pilot: Pilot[Any]) -> None:
        driver = Driver(app, pilot)
        await driver.until(lambda: app.lab is not None)
        await pilot.pause()
        await steps(driver)
        await driver.stands_still()

    return bool(compare(app, terminal_size=size, run_before=before))


SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])


@SIZES
@pytest.mark.parametrize("steps", EMPTY, ids=lambda steps: steps.__name__)
def test_screen(snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps)


@SIZES
@pytest.mark.parametrize("steps", FULL, ids=lambda steps: steps.__name__)
def test_history(snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps, runs=RUNS)


def test_history_on_a_wide_terminal(snap_compare: Any, tmp_path: Path) -> None:
    assert picture(snap_compare, tmp_path, (200, 60), history_run, runs=RUNS)
