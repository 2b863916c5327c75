"""Every state of the Lab, as a picture, at both sizes that it is made for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.builders import a_record, an_answer
from tests.ui.driving import Driver, an_app
from tui_lab.core.attachments import document_of
from tui_lab.core.cost import FREE, UNKNOWN
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import FinishReason, Note, ReasoningDelta, Routed, Stamped, TextDelta
from tui_lab.core.messages import DocumentPart, ImagePart
from tui_lab.core.record import Attempt, RunRecord, Status, ToolCall
from tui_lab.core.refs import ModelRef
from tui_lab.core.timing import Timing
from tui_lab.core.usage import Usage
from tui_lab.engine.tap import RunNews
from tui_lab.ui.widgets.attachment_rows import AttachmentRow

Steps = Callable[[Driver], Awaitable[None]]

ANSWER = """\
# Quantum physics

Imagine a **coin** that is neither heads nor tails until you look.

```python
def look(coin: Coin) -> Side:
    return random.choice(["heads", "tails"])  # only now
```

- Very small things behave like waves *and* like grains.
- Looking at them changes what they do.
"""


def a_run(number: int, model: str, **changes: Any) -> RunRecord:
    ref = ModelRef.parse(model)
    values: dict[str, Any] = {
        "model": model,
        "provider": ref.provider,
        "prompt": "Explain quantum physics.",
        "status": Status.OK,
        "finish_reason": FinishReason.STOP,
        "answered_by": model,
        "text": ANSWER,
        "usage": Usage(14, 150),
        "timing": Timing(ttft_ms=412, itl_ms=11.6),
        "cost": UNKNOWN,
        "attempts": (Attempt(1, ref),),
    }
    return a_record(f"01JD000000000000000000000{number}", **values | changes)


def an_error(kind: ErrorKind, message: str, hint: str) -> dict[str, Any]:
    error = LabError(kind, message, hint)
    return {"error": error, "text": "", "usage": Usage(), "timing": Timing(), "answered_by": None}


async def first_run(lab: Driver) -> None:
    pass


async def composing(lab: Driver) -> None:
    await lab.press("f2")
    await lab.write("You are a patient teacher.")
    await lab.press("escape")
    await lab.write("Explain {{topic}} to {{audience | a child}} in three paragraphs.")
    await lab.press("f3", "0", "full_stop", "7", "enter")
    lab.choose("sandbox/markdown", "openai/gpt-4o-mini")


async def attaching(lab: Driver) -> None:
    await lab.press("f4")
    await lab.write("/no/such/cat.png")
    await lab.press("enter")
    await lab.until(lambda: lab.app.screen.query_one("#wrong").display)


async def attached(lab: Driver) -> None:
    lab.choose("sandbox/markdown", "openai/gpt-3.5-turbo")
    await lab.write("What do these have in common?")
    rows = lab.screen.prompt.attached
    rows.put(0, ImagePart(url="https://example.org/cathedral-of-another-town.png"))
    rows.put(1, DocumentPart(name="paper.pdf", media_type="application/pdf", size=812_345))
    rows.put(2, document_of(b"one\ntwo", "notes.txt"))
    await lab.pilot.pause()
    await lab.until(lambda: len(lab.screen.query(AttachmentRow)) == 3)
    lab.screen.query(AttachmentRow).first().focus()
    await lab.pilot.pause()


async def conversation(lab: Driver) -> None:
    lab.screen.continue_run(a_run(1, "sandbox/echo", text="A fine question.", simulated=True))
    await lab.write("Go on, please.")


async def show(lab: Driver, *runs: RunRecord) -> None:
    await lab.write(runs[0].prompt)
    lab.choose(*(run.model for run in runs))
    await lab.screen.show_runs(runs)
    await lab.pilot.pause(0.1)


async def waiting(lab: Driver) -> None:
    await show(lab, a_record(model="openai/gpt-4o-mini", provider="openai", prompt="Explain."))
    news = [Stamped(0, Routed(ModelRef("openai", "gpt-4o-mini")))]
    lab.lanes[0].take(RunNews(lab.lanes[0].record.id, list(news)))


async def streaming(lab: Driver) -> None:
    await show(lab, a_record(prompt="Explain quantum physics.", simulated=True))
    thoughts = [ReasoningDelta("The reader is a child. "), ReasoningDelta("So: a coin.")]
    note = Note("top_k was not sent: this model does not take it", dropped="top_k")
    events = an_answer(note, *thoughts, *(TextDelta(line + "\n") for line in ANSWER.split("\n")))
    lab.lanes[0].take(RunNews(lab.lanes[0].record.id, events))
    lab.lanes[0]._tick()
    await lab.pilot.pause(0.1)


async def finished(lab: Driver) -> None:
    reasoning = {"reasoning": "A coin will do.", "cost": FREE, "simulated": True}
    await show(lab, a_run(1, "openai/gpt-4o-mini"), a_run(2, "sandbox/reasoner", **reasoning))


async def ended_otherwise(lab: Driver) -> None:
    refusal = {"text": "", "refusal": "I can't help with that.", "finish_reason": None}
    no_key = an_error(ErrorKind.NO_KEY, "there is no key for OpenAI", "set OPENAI_API_KEY")
    cancelled = {"error": LabError(ErrorKind.CANCELLED, "stopped by you"), "text": "Imagine a"}
    await show(
        lab,
        a_run(1, "sandbox/refuser", status=Status.REFUSED, **refusal),
        a_run(2, "openai/gpt-4o-mini", status=Status.BLOCKED, **no_key),
        a_run(3, "sandbox/slow", status=Status.CANCELLED, **cancelled),
        a_run(4, "sandbox/drop", status=Status.INTERRUPTED, text="Imagine a coin"),
    )


async def structured(lab: Driver) -> None:
    """A JSON answer near a rate limit, a tool call, a refusal, a parameter that was dropped."""
    limits = {"requests_remaining": 12.0, "requests_limit": 500.0}
    near = Attempt(1, ModelRef("groq", "llama"), rate_limits=limits)
    as_json = '{\n  "coin": "heads",\n  "certain": false,\n  "odds": [0.5, 0.5]\n}'
    call = ToolCall("call_1", "look_at", '{"coin":{"side":"heads","tosses":3},"closely":true}')
    refusal = {"text": "", "refusal": "I can't help with that.", "status": Status.REFUSED}
    await show(
        lab,
        a_run(1, "groq/llama-3.3-70b-versatile", text=as_json, attempts=(near,)),
        a_run(2, "openai/gpt-4o-mini", text="Let me look.", tool_calls=(call,)),
        a_run(3, "sandbox/refuser", **refusal),
        a_run(4, "openai/o3-mini", dropped_parameters=(("top_p", "o3-mini does not take it"),)),
    )


async def failed(lab: Driver) -> None:
    limited = an_error(ErrorKind.RATE_LIMIT, "Rate limit reached.", "wait a little and try again")
    await show(lab, a_run(1, "groq/llama", status=Status.ERROR, **limited))


async def not_recording(lab: Driver) -> None:
    error = LabError(ErrorKind.STORAGE, "the disk is full", "make room; it goes on by itself")
    for timer in list(lab.app._timers):
        timer.stop()  # the next look at the history would find it well
    lab.app.troubles.not_recording = error
    lab.app._frame_changed()
    await lab.pilot.pause()


async def going_on(lab: Driver) -> None:
    """A prompt is written while answers are there."""
    await finished(lab)
    await lab.press("c")
    await lab.write("And who looks?")


async def told(lab: Driver) -> None:
    """Something keeps the prompt from being run, and answers are there."""
    await finished(lab)
    await lab.press("escape")
    await lab.write(" For {{whom}}.")
    await lab.press("ctrl+j")
    await lab.until(lambda: lab.notices)


async def zoomed(lab: Driver) -> None:
    await finished(lab)
    await lab.press("ctrl+n", "z", "v")


async def model_picker(lab: Driver) -> None:
    await lab.press("ctrl+l", *"mark", "down", "space")
    listed = lab.app.screen.query_one(OptionList)
    await lab.until(lambda: "free" in str(listed.get_option("sandbox/markdown").prompt))


async def parameters(lab: Driver) -> None:
    await lab.press("f3", "9")


async def commands(lab: Driver) -> None:
    await lab.press("ctrl+p")


async def jumping(lab: Driver) -> None:
    await lab.press("ctrl+o")


async def help_text(lab: Driver) -> None:
    await lab.press("f1")


async def finding(lab: Driver) -> None:
    await finished(lab)
    await lab.press("ctrl+f", *"coin")


STATES: list[Steps] = [
    first_run,
    composing,
    attaching,
    attached,
    conversation,
    waiting,
    streaming,
    finished,
    ended_otherwise,
    structured,
    failed,
    not_recording,
    going_on,
    told,
    zoomed,
    model_picker,
    parameters,
    commands,
    jumping,
    help_text,
    finding,
]


def picture(compare: Any, folder: Path, size: tuple[int, int], steps: Steps, **kwargs: Any) -> bool:
    app = an_app(folder, **kwargs)

    async def go(pilot: Pilot[Any]) -> None:
        lab = Driver(app, pilot)
        await lab.until(lambda: app.lab is not None)
        await pilot.pause()
        await steps(lab)
        await lab.stands_still()

    return bool(compare(app, terminal_size=size, run_before=go))


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
@pytest.mark.parametrize("steps", STATES, ids=lambda steps: steps.__name__)
def test_lab(snap_compare: Any, tmp_path: Path, steps: Steps, size: tuple[int, int]) -> None:
    assert picture(snap_compare, tmp_path, size, steps)


@pytest.mark.parametrize("steps", [finished, going_on], ids=lambda steps: steps.__name__)
def test_lab_side_by_side(snap_compare: Any, tmp_path: Path, steps: Steps) -> None:
    assert picture(snap_compare, tmp_path, (160, 45), steps)


def test_too_small(snap_compare: Any, tmp_path: Path) -> None:
    assert picture(snap_compare, tmp_path, (59, 15), first_run)


@pytest.mark.parametrize("theme", ["lab-light", "high-contrast", "terminal"])
def test_theme(snap_compare: Any, tmp_path: Path, theme: str) -> None:
    environ = {"TUI_LAB_UI__THEME": theme}
    assert picture(snap_compare, tmp_path, (80, 24), finished, environ=environ)
