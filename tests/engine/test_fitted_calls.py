"""What the engine sends once a draft is fitted to the model, and what it records of that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.scripted import (
    DONE,
    SCRIPTED,
    STOP,
    FakeStore,
    ScriptedProvider,
    a_draft,
    chunk,
    scripted_engine,
)
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.events import AttemptFailed, Note, Routed, Stamped
from tui_lab.core.fold import fold
from tui_lab.core.handler import HttpAnswer
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.model_facts import ModelFacts, Reasoning
from tui_lab.core.parameters import Parameters
from tui_lab.core.record import RunRecord, Status
from tui_lab.core.refs import ModelRef
from tui_lab.engine.calls import LONG_PROMPT, fitted_call
from tui_lab.engine.tap import Tap
from tui_lab.providers.catalogue import load_catalogue

pytestmark = pytest.mark.anyio

HELLO = (chunk(role="assistant", content=""), chunk(content="Hello"), STOP, DONE)


class Picky(ScriptedProvider):
    """Refuses these words as OpenAI does, and answers whoever comes without."""

    refused: tuple[str, ...] = ()
    said: str = "Unsupported parameter: '{word}' is not supported with this model."

    async def __call__(self, method: str, path: str, headers: Any, body: bytes) -> HttpAnswer:
        word = next((word for word in self.refused if word in json.loads(body)), None)
        self.pieces, self.status = HELLO, 200
        if word is not None:
            error = {"error": {"message": self.said.format(word=word), "code": "x"}}
            self.pieces, self.status = (json.dumps(error).encode(),), 400
        return await super().__call__(method, path, headers, body)


def picky(*refused: str) -> Picky:
    provider = Picky()
    provider.refused = refused
    return provider


async def run(
    provider: ScriptedProvider, facts: ModelFacts | None = None, **draft: Any
) -> tuple[RunRecord, list[Stamped]]:
    """The record of a run, and what happened in it."""
    store, tap = FakeStore(), Tap(lambda: None)
    engine = scripted_engine(provider, store, lambda model: facts or ModelFacts(model.model))
    batch = await engine.start(a_draft(**draft), tap)
    (record,) = await batch.done
    await engine.close()
    events = [event for news in tap.drain() for event in news.events]
    assert store.finished[0][0] == record
    assert fold(batch.runs[0], events) == record
    return record, events


def notes(events: list[Stamped]) -> list[str]:
    return [one.event.text for one in events if isinstance(one.event, Note)]


async def test_a_parameter_that_the_model_refuses_is_not_sent_and_the_person_is_told() -> None:
    provider = ScriptedProvider(HELLO)
    facts = ModelFacts("m", refused=frozenset({"temperature"}))
    given = Parameters(temperature=0.5, top_p=0.9)
    record, events = await run(provider, facts, parameters=given)
    assert "temperature" not in provider.requests[0]["body"]
    assert record.parameters == Parameters(top_p=0.9)
    [(name, reason)] = record.dropped_parameters
    assert name == "temperature"
    assert notes(events) == [reason]
    assert len(record.attempts) == 1


async def test_on_the_providers_complaint_it_is_dropped_and_tried_once_more() -> None:
    provider = picky("temperature")
    record, events = await run(provider, parameters=Parameters(temperature=0.5, seed=1))
    assert [request["body"].get("temperature") for request in provider.requests] == [0.5, None]
    assert [request["body"]["seed"] for request in provider.requests] == [1, 1]
    assert (record.status, record.text) == (Status.OK, "Hello")
    assert [name for name, _ in record.dropped_parameters] == ["temperature"]
    assert record.parameters == Parameters(seed=1)
    assert notes(events) == ["temperature was not sent: the provider refused it"]
    first, second = record.attempts
    assert (first.n, first.status, second.n, second.status) == (1, Status.ERROR, 2, Status.OK)
    assert first.error is not None
    assert first.error.kind is ErrorKind.UNSUPPORTED_PARAMETER
    assert [one.event.attempt for one in events if isinstance(one.event, Routed)] == [1, 2]


async def test_the_word_that_the_provider_wants_is_used_in_place_of_the_refused_one() -> None:
    provider = picky("max_tokens")
    provider.said = (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead."
    )
    record, events = await run(provider, parameters=Parameters(max_tokens=9))
    assert provider.requests[1]["body"]["max_completion_tokens"] == 9
    assert (record.parameters, record.dropped_parameters) == (Parameters(max_tokens=9), ())
    assert notes(events) == [
        "max_tokens was sent as max_completion_tokens: the provider wants it so"
    ]


async def test_a_model_is_asked_in_its_own_dialect_with_the_headers_of_that() -> None:
    provider = ScriptedProvider(HELLO)
    engine = scripted_engine(provider)
    both = ModelRef("nearby", "claude-x"), ModelRef("nearby", "other")
    await (await engine.start(a_draft(models=both), Tap(lambda: None))).done
    await engine.close()
    asked = {one["path"].rpartition("/")[2]: one["headers"] for one in provider.requests}
    assert asked["messages"]["anthropic-version"] == "2023-06-01"
    assert "anthropic-version" not in asked["completions"]


async def test_a_second_complaint_is_the_end() -> None:
    provider = picky("temperature", "seed")
    record, _ = await run(provider, parameters=Parameters(temperature=0.5, seed=1))
    assert len(provider.requests) == 2
    assert record.status is Status.ERROR
    assert record.error is not None
    assert "seed" in record.error.message


async def test_a_complaint_about_what_was_not_sent_is_an_error() -> None:
    said = b'{"error":{"message":"Unsupported parameter: \'temperature\'","code":"x"}}'
    provider = ScriptedProvider((said,), status=400)
    record, events = await run(provider, parameters=Parameters(seed=1))
    assert len(provider.requests) == 1
    assert record.error is not None
    assert record.error.kind is ErrorKind.UNSUPPORTED_PARAMETER
    assert not any(isinstance(one.event, AttemptFailed) for one in events)


async def test_nothing_is_tried_again_once_a_piece_was_seen() -> None:
    said = b'data: {"error":{"message":"Unsupported parameter: \'seed\'","code":"x"}}\n\n'
    provider = ScriptedProvider((chunk(content="Hel"), said))
    record, _ = await run(provider, parameters=Parameters(seed=1))
    assert len(provider.requests) == 1
    assert (record.text, record.status) == ("Hel", Status.ERROR)


async def test_what_the_dialect_cannot_say_is_told_once_whatever_is_tried() -> None:
    provider = picky("temperature")
    record, events = await run(provider, parameters=Parameters(temperature=0.5, reasoning=5000))
    assert [name for name, _ in record.dropped_parameters] == ["reasoning", "temperature"]
    assert len(notes(events)) == 2


async def test_a_prompt_that_is_too_long_is_blocked_before_anything_is_sent() -> None:
    provider = ScriptedProvider(HELLO)
    facts = ModelFacts("m", context_window=1000, guessed=False)
    record, _ = await run(provider, facts, messages=(Message.of("user", "word " * 3000),))
    assert provider.requests == []
    assert (record.status, record.attempts) == (Status.BLOCKED, ())
    assert record.error is not None
    assert record.error.kind is ErrorKind.CONTEXT_OVERFLOW
    assert "1,000" in record.error.message


async def test_an_overflow_that_the_provider_reports_is_an_error() -> None:
    said = b'{"error":{"message":"prompt is too long: 9 tokens > 8 maximum"}}'
    record, _ = await run(ScriptedProvider((said,), status=400))
    assert record.error is not None
    assert (record.status, record.error.kind) == (Status.ERROR, ErrorKind.CONTEXT_OVERFLOW)


async def test_a_guess_blocks_nothing() -> None:
    provider = ScriptedProvider(HELLO)
    facts = ModelFacts("m", context_window=1000)
    record, events = await run(provider, facts, messages=(Message.of("user", "word " * 3000),))
    assert record.status is Status.OK
    assert "unknown" in notes(events)[0]


async def test_the_record_of_a_cut_prompt_holds_exactly_what_was_sent() -> None:
    provider = ScriptedProvider(HELLO)
    facts = ModelFacts("m", context_window=1000, guessed=False)
    prompt = f"Read this. {'word ' * 3000} Now answer in French."
    record, events = await run(
        provider, facts, messages=(Message.of("user", prompt),), truncate=True
    )
    sent = provider.requests[0]["body"]["messages"]
    assert [message.text for message in record.messages] == [one["content"] for one in sent]
    assert sent[0]["content"].startswith("Read this.")
    assert sent[0]["content"].endswith("Now answer in French.")
    assert record.prompt == prompt
    assert "left out" in notes(events)[0]
    assert record.usage.input_tokens is not None
    assert record.usage.input_tokens < 1000


async def test_an_image_for_a_model_that_reads_none_is_refused_before_anything_is_sent() -> None:
    provider = ScriptedProvider(HELLO)
    image = ImagePart(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")
    turn = Message("user", (image, TextPart("What is this?")))
    blind = ModelFacts("m", inputs=frozenset(), reasoning=Reasoning())
    record, _ = await run(provider, blind, messages=(turn,))
    assert provider.requests == []
    assert record.status is Status.BLOCKED
    assert record.error is not None
    assert record.error.message == "m reads no images"
    record, _ = await run(provider, None, messages=(turn,))
    assert record.status is Status.OK


async def test_each_lane_is_fitted_to_its_own_model() -> None:
    provider, tap = ScriptedProvider(HELLO), Tap(lambda: None)
    blind = {"a": frozenset({"temperature"}), "b": frozenset[str]()}
    engine = scripted_engine(
        provider, FakeStore(), lambda model: ModelFacts(model.model, refused=blind[model.model])
    )
    models = (ModelRef(SCRIPTED.provider, "a"), ModelRef(SCRIPTED.provider, "b"))
    draft = a_draft(models=models, parameters=Parameters(temperature=0.5))
    batch = await engine.start(draft, tap)
    first, second = await batch.done
    assert [first.parameters.temperature, second.parameters.temperature] == [None, 0.5]
    await engine.close()


async def test_a_long_prompt_is_fitted_too() -> None:
    provider = ScriptedProvider(HELLO)
    facts = ModelFacts("m", context_window=1000, guessed=False)
    turn = Message.of("user", "word " * (LONG_PROMPT // 4))
    record, _ = await run(provider, facts, messages=(turn,))
    assert record.status is Status.BLOCKED
    assert provider.requests == []


async def test_a_window_that_is_set_for_the_run_is_the_one_that_counts() -> None:
    ollama = load_catalogue()["ollama"]
    model = ModelRef("ollama", "m")
    draft = a_draft("word " * 3000, models=(model,), options={"ollama": {"num_ctx": "1000"}})
    with pytest.raises(LabError, match="1,000 tokens") as refused:
        fitted_call(draft, model, ollama, ModelFacts("m", context_window=131_072, guessed=False))
    assert refused.value.kind is ErrorKind.CONTEXT_OVERFLOW
