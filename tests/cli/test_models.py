"""`tui-lab models`: lists from providers and from servers on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from tests.cli.program import ECHO, Program


@contextmanager
def listing(*models: dict[str, Any], asked: list[str] | None = None) -> Iterator[str]:
    """The base URL of a server that lists these models; `asked` takes the paths it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            body = json.dumps({"data": models}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def names(done: Any) -> list[str]:
    return [item["model"] for item in done.json["items"]]


def test_models_are_told_with_what_they_read(program: Program) -> None:
    items = {one["model"]: one for one in program("models", "--json").json["items"]}
    mini = items["openai/gpt-4o-mini"]
    assert (mini["context_window"], mini["context_window_guessed"]) == (128_000, False)
    assert mini["inputs"] == ["text", "document", "image"]
    assert mini["source"]


def test_the_list_is_filtered_by_what_is_known(program: Program) -> None:
    sees = names(program("models", "--can", "image", "--min-context", "1000000", "--json"))
    assert "openai/gpt-5.6-terra" in sees
    assert "openai/gpt-4o-mini" not in sees
    assert "deepseek/deepseek-v4-pro" not in sees
    assert program("models", "--can", "fly").code == 2
    assert program("models", "--min-context", "0").code == 2


def test_a_list_is_fetched_kept_and_its_limits_win(program: Program) -> None:
    model = {
        "id": "new/model",
        "context_length": 5000,
        "architecture": {"input_modalities": ["text"]},
    }
    with listing(model) as url:
        online = program.with_environ(
            OPENROUTER_API_KEY="sk-or-0123456789", TUI_LAB_PROVIDERS__OPENROUTER__BASE_URL=url
        )
        done = online("models", "--refresh", "--provider", "openrouter", "--json")
        assert done.code == 0
        assert "openrouter/new/model" in names(done)
    offline = online("models", "--provider", "openrouter")
    assert "openrouter/new/model" in offline.text
    assert "5,000" in offline.text
    assert "openrouter: 1 models, listed within the last hour" in offline.errors
    failed = online("models", "--refresh", "--provider", "openrouter", "--json")
    assert failed.code == 1
    assert "openrouter was not listed anew" in failed.errors
    assert "openrouter/new/model" in names(failed)
    blocked = online("run", "-m", "openrouter/new/model", "--json", given=b"word " * 9000)
    assert blocked.json["error"]["kind"] == "context_overflow"


def test_a_local_server_is_found_with_the_models_that_it_has(program: Program) -> None:
    with listing({"id": "my-model", "max_model_len": 4096}) as url:
        near = program.with_environ(TUI_LAB_PROVIDERS__VLLM__BASE_URL=url)
        [item] = near("models", "--provider", "vllm", "--json").json["items"]
        assert (item["model"], item["context_window"]) == ("vllm/my-model", 4096)
        assert "local, running" in near("models", "--provider", "vllm").text
    assert near("models", "--provider", "vllm", "--json").json["items"] == []


def test_refreshing_needs_a_key_where_the_provider_does(program: Program) -> None:
    done = program("models", "--refresh", "--provider", "openai")
    assert done.code == 3
    assert "OPENAI_API_KEY" in done.errors


def test_a_run_asks_nobody_for_lists(program: Program) -> None:
    asked: list[str] = []
    with listing({"id": "my-model"}, asked=asked) as url:
        near = program.with_environ(TUI_LAB_PROVIDERS__VLLM__BASE_URL=url)
        assert near("run", "hi", *ECHO).code == 0
        assert asked == []
        near("models", "--provider", "vllm")
        assert asked == ["/v1/models"]
