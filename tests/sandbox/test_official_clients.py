"""The official SDKs as judges: each reads everything that the sandbox says, without complaint.

They are no dependencies: a test is skipped where its SDK is not installed.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tui_lab.sandbox.handler import Sandbox
from tui_lab.sandbox.scenarios import SCENARIOS, Availability
from tui_lab.sandbox.server import serving
from tui_lab.sandbox.speech import Ending

pytestmark = pytest.mark.anyio

ANSWERING = [
    scenario.id
    for scenario in SCENARIOS.values()
    if scenario.availability is not Availability.NEVER
    and scenario.ending not in (Ending.LOST, Ending.SILENT)
]
every_model = pytest.mark.parametrize("model", ANSWERING)


def sdk(name: str) -> Any:
    return pytest.importorskip(
        name, reason=f"the SDK {name} is not installed", exc_type=ImportError
    )


async def no_wait(seconds: float) -> None:
    """Time flies."""


@asynccontextmanager
async def sandbox() -> AsyncIterator[str]:
    async with serving(Sandbox(sleep=no_wait)) as port:
        yield f"http://127.0.0.1:{port}"


async def spoken(model: str) -> str:
    """What the model says to `Hi`, by the sandbox's own word."""
    body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
    handler = Sandbox(sleep=no_wait)
    while True:
        answer = await handler("POST", "/chat/completions", {}, json.dumps(body).encode())
        told = json.loads(b"".join([chunk async for chunk in answer.body]))
        if answer.status == 200:
            message = told["choices"][0]["message"]
            return str(message["refusal"] or message["content"])


@every_model
async def test_openai_reads_chat_completions(model: str) -> None:
    openai = sdk("openai")
    ask: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
    async with sandbox() as url, openai.AsyncOpenAI(api_key="any", base_url=f"{url}/v1") as client:
        whole = (await client.chat.completions.create(**ask)).choices[0].message
        async with client.chat.completions.stream(**ask) as stream:
            async for _ in stream:
                pass
            streamed = (await stream.get_final_completion()).choices[0].message
    for message in (whole, streamed):
        assert (message.refusal or message.content) == await spoken(model)


@every_model
async def test_openai_reads_responses(model: str) -> None:
    openai = sdk("openai")
    ask: dict[str, Any] = {"model": model, "input": "Hi"}
    async with sandbox() as url, openai.AsyncOpenAI(api_key="any", base_url=f"{url}/v1") as client:
        whole = await client.responses.create(**ask)
        async with client.responses.stream(**ask) as stream:
            async for _ in stream:
                pass
            streamed = await stream.get_final_response()
    for response in (whole, streamed):
        said = response.output[-1].content[0]
        text = said.refusal if said.type == "refusal" else said.text
        assert text == await spoken(model)
        assert response.usage.total_tokens


@every_model
async def test_anthropic_reads_messages(model: str) -> None:
    anthropic = sdk("anthropic")
    ask: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": 4096,
    }
    async with sandbox() as url, anthropic.AsyncAnthropic(api_key="any", base_url=url) as client:
        whole = await client.messages.create(**ask)
        async with client.messages.stream(**ask) as stream:
            async for _ in stream:
                pass
            streamed = await stream.get_final_message()
    for message in (whole, streamed):
        said = "".join(block.text for block in message.content if block.type == "text")
        refused = message.stop_reason == "refusal"
        assert (message.stop_details.explanation if refused else said) == await spoken(model)


@every_model
async def test_google_reads_generate_content(model: str) -> None:
    genai = sdk("google.genai")
    options = genai.types.HttpRetryOptions(attempts=2, initial_delay=0)
    async with sandbox() as url:
        at = genai.types.HttpOptions(base_url=url, retry_options=options)
        client = genai.Client(api_key="any", http_options=at).aio
        whole = await client.models.generate_content(model=model, contents="Hi")
        stream = await client.models.generate_content_stream(model=model, contents="Hi")
        chunks = [chunk async for chunk in stream]
        await client.aclose()
    refused = model == "refuser"  # why, this SDK does not pass on
    expected = "" if refused else (await spoken(model)).replace("\ud800", "?")
    for answer in ([whole], chunks):
        assert "".join(_google_text(chunk) for chunk in answer) == expected
        assert answer[-1].candidates[0].finish_reason.name == ("SAFETY" if refused else "STOP")


def _google_text(chunk: Any) -> str:
    parts = chunk.candidates[0].content.parts or []
    return "".join(part.text or "" for part in parts if not part.thought)


async def test_every_client_lists_the_models() -> None:
    openai, anthropic, genai = sdk("openai"), sdk("anthropic"), sdk("google.genai")
    async with sandbox() as url:
        async with openai.AsyncOpenAI(api_key="any", base_url=f"{url}/v1") as client:
            assert [model.id async for model in client.models.list()] == list(SCENARIOS)
        async with anthropic.AsyncAnthropic(api_key="any", base_url=url) as client:
            assert [model.id async for model in client.models.list()] == list(SCENARIOS)
        google = genai.Client(api_key="any", http_options=genai.types.HttpOptions(base_url=url)).aio
        listed = [model.name async for model in await google.models.list()]
        await google.aclose()
    assert listed == [f"models/{id}" for id in SCENARIOS]


async def test_every_client_knows_the_failures_by_its_own_names() -> None:
    openai, anthropic, genai = sdk("openai"), sdk("anthropic"), sdk("google.genai")
    turn: Any = [{"role": "user", "content": "Hi"}]
    async with sandbox() as url:
        async with openai.AsyncOpenAI(api_key="any", base_url=f"{url}/v1", max_retries=0) as client:
            with pytest.raises(openai.RateLimitError):
                await client.chat.completions.create(model="flaky", messages=turn)
            with pytest.raises(openai.NotFoundError):
                await client.responses.create(model="nobody", input="Hi")
        async with anthropic.AsyncAnthropic(api_key="any", base_url=url, max_retries=0) as client:
            with pytest.raises(anthropic.NotFoundError):
                await client.messages.create(model="nobody", messages=turn, max_tokens=9)
        google = genai.Client(api_key="any", http_options=genai.types.HttpOptions(base_url=url)).aio
        with pytest.raises(genai.errors.ServerError, match="UNAVAILABLE"):
            await google.models.generate_content(model="down", contents="Hi")
        await google.aclose()
