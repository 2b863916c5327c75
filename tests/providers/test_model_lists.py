"""Lists of models, in every form that providers have for them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.handler import HttpAnswer
from tui_lab.core.model_facts import ListedModel
from tui_lab.core.price import Price, Rates
from tui_lab.core.secret import Secret
from tui_lab.providers.catalogue import Provider, load_catalogue, with_overrides
from tui_lab.providers.http import HttpRoom
from tui_lab.providers.model_lists import SOURCE, fetch_models

pytestmark = pytest.mark.anyio

KEY = Secret("sk-listed-0123456789abcdef")


class Server:
    """Answers each path with what a test says; remembers what it was asked."""

    def __init__(self, pages: Mapping[str, Any], status: int = 200) -> None:
        self.pages = pages
        self.status = status
        self.asked: list[tuple[str, str]] = []
        self.headers: Mapping[str, str] = {}

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        self.asked.append((method, path))
        self.headers = headers
        page = self.pages.get(path, {"data": [], "models": []})
        data = page if isinstance(page, bytes) else json.dumps(page).encode()
        return HttpAnswer(self.status, {"content-type": "application/json"}, pieces(data))


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


def provider(id: str) -> Provider:
    return with_overrides(load_catalogue(), {id: {"base_url": "http://listed.invalid/v1"}})[id]


async def listed(id: str, server: Server, key: Secret | None = KEY) -> list[ListedModel]:
    room = HttpRoom({"listed.invalid": server})
    try:
        return list(await fetch_models(room, provider(id), key))
    finally:
        await room.aclose()


async def test_openais_list_is_read_with_the_key_and_without_what_does_not_chat() -> None:
    names = ["gpt-4o", "text-embedding-3-small", "whisper-1", "dall-e-3", "gpt-4o-mini-tts", "o3"]
    server = Server({"/v1/models": {"object": "list", "data": [{"id": name} for name in names]}})
    assert [model.id for model in await listed("openai", server)] == ["gpt-4o", "o3"]
    assert server.asked == [("GET", "/v1/models")]
    assert server.headers["authorization"] == f"Bearer {KEY.reveal()}"


async def test_a_bare_array_is_a_list_too() -> None:
    server = Server(
        {
            "/v1/models": [
                {"id": "meta-llama/Llama-3.3-70B", "type": "chat", "context_length": 131072},
                {"id": "black-forest/flux", "type": "image"},
            ]
        }
    )
    assert await listed("together", server) == [
        ListedModel("meta-llama/Llama-3.3-70B", context_window=131072)
    ]


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("groq", {"context_window": 7000, "max_completion_tokens": 500}),
        ("mistral", {"max_context_length": 7000, "capabilities": {"completion_chat": True}}),
        ("vllm", {"max_model_len": 7000}),
        ("llamacpp", {"meta": {"n_ctx": 7000, "n_ctx_train": 131072}}),
        ("deepinfra", {"metadata": {"context_length": 7000}}),
    ],
)
async def test_each_provider_has_its_own_word_for_the_window(id: str, told: Any) -> None:
    server = Server({"/v1/models": {"data": [{"id": "m", **told}]}})
    [model] = await listed(id, server)
    assert model.context_window == 7000


async def test_openrouter_tells_limits_inputs_parameters_and_efforts() -> None:
    item = {
        "id": "openai/gpt-5.6-terra",
        "name": "GPT-5.6 Terra",
        "context_length": 1050000,
        "architecture": {
            "input_modalities": ["text", "image", "file"],
            "output_modalities": ["text"],
        },
        "top_provider": {"context_length": 400000, "max_completion_tokens": 128000},
        "supported_parameters": ["max_tokens", "reasoning", "structured_outputs", "tools"],
        "reasoning": {"supported_efforts": ["none", "low", "high"]},
        "pricing": {"prompt": "0.000002", "completion": "0.000008"},
    }
    drawing = {"id": "x/draws", "architecture": {"output_modalities": ["image"]}}
    server = Server({"/v1/models": {"data": [item, drawing]}})
    assert await listed("openrouter", server) == [
        ListedModel(
            "openai/gpt-5.6-terra",
            "GPT-5.6 Terra",
            1050000,
            128000,
            frozenset({"image", "document"}),
            frozenset({"max_tokens", "reasoning", "schema"}),
            ("none", "low", "high"),
            Price(Rates(Decimal(2), Decimal(8)), source=SOURCE),
        )
    ]


async def test_anthropics_pages_are_followed() -> None:
    first = {"data": [{"id": "a", "max_input_tokens": 200000, "max_tokens": 64000}]}
    server = Server(
        {
            "/v1/models?limit=1000": first | {"has_more": True, "last_id": "a"},
            "/v1/models?limit=1000&after_id=a": {"data": [{"id": "b"}], "has_more": False},
        }
    )
    models = await listed("anthropic", server)
    assert models == [ListedModel("a", None, 200000, 64000), ListedModel("b")]
    assert server.headers["anthropic-version"] == "2023-06-01"
    assert server.headers["x-api-key"] == KEY.reveal()


async def test_geminis_pages_are_followed_and_what_generates_nothing_is_left_out() -> None:
    talks = {"supportedGenerationMethods": ["generateContent"], "inputTokenLimit": 1048576}
    server = Server(
        {
            "/v1/models?pageSize=1000": {
                "models": [
                    {"name": "models/gemini-a", "displayName": "A", **talks},
                    {"name": "models/embedder", "supportedGenerationMethods": ["embedContent"]},
                ],
                "nextPageToken": "x/y",
            },
            "/v1/models?pageSize=1000&pageToken=x%2Fy": {
                "models": [{"name": "models/gemini-b", **talks}]
            },
        }
    )
    models = await listed("gemini", server)
    assert [model.id for model in models] == ["gemini-a", "gemini-b"]
    assert models[0] == ListedModel("gemini-a", "A", 1048576)


async def test_ollamas_tags_are_its_models() -> None:
    server = Server({"/v1/api/tags": {"models": [{"name": "llama3:8b"}, {"name": "nomic-embed"}]}})
    assert [model.id for model in await listed("ollama", server, None)] == ["llama3:8b"]
    assert "authorization" not in server.headers


class Ollama(Server):
    """Tells of each model what a test says, and of others nothing."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        super().__init__({"/v1/api/tags": {"models": [{"name": name} for name in shown]}})
        self.shown = shown

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        if method == "GET":
            return await super().__call__(method, path, headers, body)
        assert (method, path) == ("POST", "/v1/api/show")
        told = self.shown[json.loads(body)["model"]]
        status = 200 if told else 500
        return HttpAnswer(status, {}, pieces(json.dumps(told).encode()))


async def test_ollama_is_asked_what_each_model_reads() -> None:
    shown = {
        "gemma3:4b": {
            "capabilities": ["completion", "vision"],
            "model_info": {"general.architecture": "gemma3", "gemma3.context_length": 131072},
            "parameters": 'stop "<end_of_turn>"\nnum_ctx                        8192',
        },
        "gpt-oss:20b": {
            "capabilities": ["completion", "thinking"],
            "thinking": {"values": ["low", "medium", "high"], "default": "medium"},
            "model_info": {"gptoss.context_length": 131072},
        },
        "qwen3.6": {
            "capabilities": ["completion", "thinking"],
            "thinking": {"values": [False, True], "default": True},
        },
        "bge-m3": {"capabilities": ["embedding"]},
        "broken": {},
    }
    assert await listed("ollama", Ollama(shown), None) == [
        ListedModel("gemma3:4b", None, 8192, None, frozenset({"image"}), None, ()),
        ListedModel(
            "gpt-oss:20b", None, 131072, None, frozenset(), None, ("low", "medium", "high")
        ),
        ListedModel("qwen3.6", inputs=frozenset()),
        ListedModel("broken"),
    ]


async def test_pages_that_lead_nowhere_come_to_an_end() -> None:
    page = {"data": [{"id": "a"}], "has_more": True, "last_id": "a"}
    server = Server({"/v1/models?limit=1000": page, "/v1/models?limit=1000&after_id=a": page})
    assert [model.id for model in await listed("anthropic", server)] == ["a"]
    assert len(server.asked) == 2


async def test_a_page_without_chat_models_is_not_the_last() -> None:
    server = Server(
        {
            "/v1/models?pageSize=1000": {"models": [], "nextPageToken": "2"},
            "/v1/models?pageSize=1000&pageToken=2": {
                "models": [
                    {"name": "models/g", "supportedGenerationMethods": ["generateContent"]},
                ]
            },
        }
    )
    assert [model.id for model in await listed("gemini", server)] == ["g"]


async def test_names_that_nothing_can_have_are_left_out() -> None:
    names: list[Any] = ["ok", "", None, 7, "with space", "\x1b[31mred", "x" * 201, "ok"]
    server = Server({"/v1/models": {"data": [*({"id": name} for name in names), None, "text"]}})
    assert [model.id for model in await listed("openai", server)] == ["ok"]


@pytest.mark.parametrize(
    ("page", "status", "kind"),
    [
        (
            b'{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}',
            401,
            "auth",
        ),
        (b"<html><title>Not found</title></html>", 404, "not_found"),
        (b"<html><title>Hello</title></html>", 200, "protocol"),
        (b"", 200, "protocol"),
        (b"[" * 5000, 200, "protocol"),
        (b'{"message": "welcome"}', 200, "protocol"),
    ],
)
async def test_what_is_no_list_is_an_error(page: bytes, status: int, kind: str) -> None:
    with pytest.raises(LabError) as failed:
        await listed("openai", Server({"/v1/models": page}, status))
    assert failed.value.kind == ErrorKind(kind)


async def test_a_list_that_never_ends_is_given_up() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1024 * 1024

    async def server(method: str, path: str, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        return HttpAnswer(200, {}, endless())

    room = HttpRoom({"listed.invalid": server})
    with pytest.raises(LabError, match="more than 16384 KiB"):
        await fetch_models(room, provider("openai"), None)
    await room.aclose()


@pytest.mark.parametrize(
    ("id", "path", "file", "name", "window"),
    [
        (
            "gemini",
            "/v1/models?pageSize=1000",
            "gemini/models-llm-gemini-models.json",
            "gemini-2.5-flash",
            1048576,
        ),
        (
            "openrouter",
            "/v1/models",
            "openrouter/models-llm-openrouter-models-subset.json",
            "openai/gpt-4o",
            128000,
        ),
    ],
)
async def test_recorded_lists_are_read(
    shared_data: Path, id: str, path: str, file: str, name: str, window: int
) -> None:
    page = (shared_data / "wire" / "corpus" / file).read_bytes()
    models = {one.id: one for one in await listed(id, Server({path: page}))}
    assert models[name].context_window == window
    assert not any("embedding" in one for one in models)
