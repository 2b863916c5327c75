"""A run tells no key that is known, however a provider or a model words it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.scripted import KEY, FakeStore, ScriptedProvider, a_draft, scripted_engine
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import (
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    Stamped,
    Started,
    TextDelta,
    UsageReport,
)
from tui_lab.core.messages import Message
from tui_lab.core.secret import MASKED, KnownSecrets, Secret
from tui_lab.core.usage import Usage
from tui_lab.engine.key_filter import KeyFilter
from tui_lab.engine.tap import Tap

SECRET = "local-key-0123"


def filtered(*events: Event) -> list[Stamped]:
    """The events, one each 10 ms."""
    known = KnownSecrets()
    known.add(Secret(SECRET))
    keys = KeyFilter(known)
    stamped = (Stamped(10.0 * number, event) for number, event in enumerate(events))
    return [clean for one in stamped for clean in keys.feed(one)]


def text(stamped: list[Stamped]) -> str:
    return "".join(one.event.text for one in stamped if isinstance(one.event, TextDelta))


def test_a_key_in_pieces_is_found() -> None:
    events = filtered(TextDelta("it is lo"), TextDelta("cal-key-01"), TextDelta("23."), Finished())
    assert text(events) == f"it is {MASKED}."


def test_usage_between_pieces_does_not_hide_a_key() -> None:
    report = UsageReport(Usage(output_tokens=1))
    events = filtered(TextDelta("local-"), report, TextDelta("key-0123"), Finished())
    assert text(events) == MASKED


def test_what_was_held_back_comes_at_the_end_with_its_own_time() -> None:
    events = filtered(TextDelta("animal"), Finished())
    assert [one.event for one in events] == [TextDelta("anima"), TextDelta("l"), Finished()]
    assert [one.t_ms for one in events] == [0.0, 0.0, 10.0]


def test_reasoning_and_text_keep_their_order() -> None:
    events = filtered(ReasoningDelta("well"), TextDelta("all"), Finished())
    assert [one.event for one in events] == [
        ReasoningDelta("wel"),
        ReasoningDelta("l"),
        TextDelta("al"),
        TextDelta("l"),
        Finished(),
    ]


@given(st.lists(st.text(alphabet="loca-key0123 x", max_size=6)))
def test_text_without_a_key_passes_whole(pieces: list[str]) -> None:
    whole = "".join(pieces)
    events = filtered(*map(TextDelta, pieces), Finished())
    assert text(events) == whole.replace(SECRET, MASKED)
    times = [one.t_ms for one in events]
    assert times == sorted(times)


def test_names_and_errors_are_cleaned() -> None:
    error = LabError(
        ErrorKind.AUTH, f"bad {SECRET}", raw=f"and sk-proj-0123456789abcdefghij {SECRET}"
    )
    started, failed = filtered(
        Started(200, served_model=f"m {SECRET}", request_id=SECRET), Failed(error, SECRET)
    )
    assert started.event == Started(200, served_model=f"m {MASKED}", request_id=MASKED)
    cleaned = LabError(ErrorKind.AUTH, f"bad {MASKED}", raw=f"and {MASKED} {MASKED}")
    assert failed.event == Failed(cleaned, MASKED)


@pytest.mark.anyio
async def test_a_key_in_a_prompt_is_sent_as_it_is_and_recorded_without() -> None:
    hello = b'data: {"choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\n'
    provider, store = ScriptedProvider((hello, b"data: [DONE]\n\n")), FakeStore()
    engine = scripted_engine(provider, store)
    first = await engine.start(
        a_draft(), Tap(lambda: None)
    )  # the key becomes known when it is used
    await first.done
    prompt = Message.of("user", f"is {KEY.reveal()} good?")
    batch = await engine.start(a_draft(messages=(prompt,), system=KEY.reveal()), Tap(lambda: None))
    (record,) = await batch.done
    assert KEY.reveal() in repr(provider.requests[1]["body"])
    assert record.prompt == f"is {MASKED} good?"
    assert KEY.reveal() not in repr(store)
    await engine.close()
