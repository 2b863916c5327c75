from __future__ import annotations

import json
from typing import Any

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.messages import DocumentPart, ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters
from tui_lab.providers.catalogue import load_catalogue
from tui_lab.providers.openai_chat import OpenAIChat
from tui_lab.providers.wire import Call, WireRequest

CHAT = OpenAIChat()


def request(model: str = "gpt-4o-mini", *messages: Message, **given: Any) -> WireRequest:
    turns = messages or (Message.of("user", "Hi"),)
    return CHAT.request(Call(model, turns, parameters=Parameters(**given)))


def body(sent: WireRequest) -> dict[str, Any]:
    found = json.loads(sent.body)
    assert isinstance(found, dict)
    return found


def test_the_least_request() -> None:
    sent = request()
    assert sent.path == "/chat/completions"
    assert sent.headers == {"content-type": "application/json"}
    assert sent.dropped == ()
    assert body(sent) == {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_an_unstreamed_request_asks_for_no_stream_options() -> None:
    sent = body(CHAT.request(Call("m", (Message.of("user", "Hi"),), stream=False)))
    assert sent["stream"] is False
    assert "stream_options" not in sent


def test_extra_headers_go_out_as_they_are() -> None:
    sent = CHAT.request(Call("m", (), headers={"x-title": "lab"}))
    assert sent.headers == {"content-type": "application/json", "x-title": "lab"}


def test_the_system_prompt_is_the_first_message() -> None:
    turns = (Message.of("user", "1"), Message.of("assistant", "2"), Message.of("user", "3"))
    sent = body(CHAT.request(Call("m", turns, system="Be brief.")))
    assert [(turn["role"], turn["content"]) for turn in sent["messages"]] == [
        ("system", "Be brief."),
        ("user", "1"),
        ("assistant", "2"),
        ("user", "3"),
    ]


def test_every_parameter_in_the_dialects_words() -> None:
    schema = {"type": "object"}
    sent = body(
        request(
            temperature=0.0,
            top_p=0.9,
            top_k=0,
            max_tokens=10,
            stop=("\n",),
            seed=0,
            reasoning="low",
            schema=schema,
            logprobs=2,
        )
    )
    assert {name: sent[name] for name in sent if name not in ("model", "messages")} == {
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "top_p": 0.9,
        "top_k": 0,
        "max_tokens": 10,
        "stop": ["\n"],
        "seed": 0,
        "reasoning_effort": "low",
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        },
        "logprobs": True,
        "top_logprobs": 2,
    }


def test_no_alternatives_are_asked_for_where_the_token_alone_is_wanted() -> None:
    sent = body(request(logprobs=0))
    assert sent["logprobs"] is True
    assert "top_logprobs" not in sent


@pytest.mark.parametrize(
    "model", ["o1", "o3-mini-2025-01-31", "o4-mini", "gpt-5", "gpt-5.6-mini", "openai/gpt-5-nano"]
)
def test_reasoning_models_are_given_max_completion_tokens(model: str) -> None:
    sent = body(request(model, max_tokens=10))
    assert sent["max_completion_tokens"] == 10
    assert "max_tokens" not in sent


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-oss:20b", "o1js", "olmo-7b", "qwen/qwen3-o3"])
def test_other_models_are_given_max_tokens(model: str) -> None:
    assert body(request(model, max_tokens=10))["max_tokens"] == 10


def test_what_the_dialect_has_no_word_for_is_named() -> None:
    sent = request(reasoning=2048)
    assert [name for name, _ in sent.dropped] == ["reasoning"]
    assert not {"reasoning", "reasoning_effort"} & set(body(sent))


def test_images_and_documents_by_address_and_by_bytes() -> None:
    parts = (
        TextPart("Look:"),
        ImagePart(url="https://example.org/a.png"),
        ImagePart(data=b"\x01", media_type="image/gif"),
        DocumentPart(data=b"%PDF", media_type="application/pdf", name="a.pdf"),
    )
    content = body(request("m", Message("user", parts)))["messages"][0]["content"]
    assert content == [
        {"type": "text", "text": "Look:"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/gif;base64,AQ=="}},
        {
            "type": "file",
            "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERg=="},
        },
    ]


def test_a_document_by_address_is_refused_where_only_its_bytes_are_taken() -> None:
    with pytest.raises(LabError, match="no documents by address") as caught:
        request("m", Message("user", (DocumentPart(url="https://example.org/b.pdf"),)))
    assert caught.value.kind is ErrorKind.USAGE


PDF_BYTES = "data:application/pdf;base64,JVBERg=="


@pytest.mark.parametrize(
    ("provider", "by_address", "by_bytes"),
    [
        (
            "openrouter",
            {"type": "file", "file": {"filename": "document.pdf", "file_data": "https://x/b.pdf"}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": PDF_BYTES}},
        ),
        (
            "mistral",
            {"type": "document_url", "document_url": "https://x/b.pdf"},
            {"type": "document_url", "document_url": PDF_BYTES},
        ),
        (
            "perplexity",
            {"type": "file_url", "file_url": {"url": "https://x/b.pdf"}},
            {"type": "file_url", "file_url": {"url": "JVBERg=="}},
        ),
    ],
)
def test_documents_in_the_part_that_the_provider_wants(
    provider: str, by_address: Any, by_bytes: Any
) -> None:
    parts = (
        DocumentPart(url="https://x/b.pdf"),
        DocumentPart(data=b"%PDF", media_type="application/pdf", name="a.pdf"),
    )
    sent = accented(provider, Message("user", parts))
    assert sent["messages"][0]["content"] == [by_address, by_bytes]


@pytest.mark.parametrize(
    ("provider", "asked", "sent"),
    [
        ("openai", "low", {"reasoning_effort": "low"}),
        ("openai", 0, {"reasoning_effort": "none"}),
        ("openrouter", "high", {"reasoning": {"effort": "high"}}),
        ("openrouter", 2000, {"reasoning": {"max_tokens": 2000}}),
        ("openrouter", 0, {"reasoning": {"effort": "none"}}),
        ("deepseek", "none", {"thinking": {"type": "disabled"}}),
        ("deepseek", "max", {"thinking": {"type": "enabled"}, "reasoning_effort": "max"}),
        ("deepseek", 2000, {}),
        ("moonshot", 0, {"thinking": {"type": "disabled"}}),
        ("vllm", "none", {"chat_template_kwargs": {"enable_thinking": False}}),
        (
            "llamacpp",
            "high",
            {
                "reasoning_effort": "high",
                "chat_template_kwargs": {"enable_thinking": True, "reasoning_effort": "high"},
            },
        ),
    ],
)
def test_reasoning_is_asked_for_in_the_providers_own_way(
    provider: str, asked: str | int, sent: dict[str, Any]
) -> None:
    assert added(accented(provider, reasoning=asked)) == sent


def test_mistral_has_a_word_of_its_own_for_the_seed_and_tells_usage_unasked() -> None:
    sent = accented("mistral", seed=7)
    assert sent["random_seed"] == 7
    assert not {"seed", "stream_options"} & set(sent)


@pytest.mark.parametrize(("asked", "sent"), [(0, 1), (5, 5)])
def test_together_counts_logprobs(asked: int, sent: int) -> None:
    assert added(accented("together", logprobs=asked)) == {"logprobs": sent}


def accented(provider: str, *messages: Message, **given: Any) -> dict[str, Any]:
    """The body that is sent to a provider of the catalogue."""
    turns = messages or (Message.of("user", "Hi"),)
    accent = load_catalogue()[provider].accent
    return body(CHAT.request(Call("m", turns, parameters=Parameters(**given), accent=accent)))


def added(sent: dict[str, Any]) -> dict[str, Any]:
    """What the parameters put into a body."""
    return {
        name: value
        for name, value in sent.items()
        if name not in ("model", "messages", "stream", "stream_options")
    }


def test_an_attachment_without_its_bytes_is_refused_before_sending() -> None:
    with pytest.raises(LabError, match=r"photo\.png") as caught:
        request("m", Message("user", (ImagePart(name="photo.png"),)))
    assert caught.value.kind is ErrorKind.USAGE
