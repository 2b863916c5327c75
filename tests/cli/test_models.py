"""`tui-lab models`: lists from providers and from servers on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
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
    assert "openrouter: 1 models, listed just now" in offline.errors
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


def test_models_are_told_with_what_they_charge(program: Program) -> None:
    items = {one["model"]: one for one in program("models", "--json").json["items"]}
    mini = items["openai/gpt-4o-mini"]
    assert (mini["price"]["input"], mini["price"]["output"]) == ("0.15", "0.6")
    assert mini["price"]["source"].startswith("genai-prices")
    assert mini["cost"] == "0.00045"
    assert items["sandbox/echo"]["free"]
    assert not mini["free"]
    done = program("models", "--provider", "openai")
    assert "$0.15/$0.6" in done.text
    assert "genai-prices" in done.errors


def test_the_cheapest_are_sorted_and_no_more_than_asked(program: Program) -> None:
    items = program("models", "--cheapest", "5", "--json").json["items"]
    costs = [Decimal(one["cost"]) for one in items]
    assert len(costs) == 5
    assert costs == sorted(costs)
    assert not any(one["simulated"] for one in items)
    assert program("models", "--cheapest", "0").code == 2


def test_free_models_are_labelled(program: Program) -> None:
    free = {"pricing": {"prompt": "0", "completion": "0"}}
    known = {"pricing": {"prompt": "0.000001", "completion": "0.000002"}}
    models = ({"id": "x/a:free"} | free, {"id": "x/b"} | known, {"id": "x/c"})
    with listing(*models) as url:
        own = program.with_environ(
            TUI_LAB_PROVIDERS__OPENROUTER__BASE_URL=url, OPENROUTER_API_KEY="sk-or-v1-0"
        )
        wanted = ("models", "--provider", "openrouter", "--tokens", "1000000:0", "--json")
        items = own(*wanted, "--refresh", "--cheapest", "3").json["items"]
    assert (items[0]["model"], items[0]["free"]) == ("openrouter/x/a:free", True)
    listed = {one["model"]: one for one in own(*wanted).json["items"]}
    assert listed["openrouter/x/b"]["cost"] == "1"
    assert listed["openrouter/x/c"]["price"] is None
    assert listed["openrouter/x/b"]["price"]["date"]


def test_savings_are_told_against_a_baseline(program: Program) -> None:
    against = ("models", "--baseline", "openai/gpt-4o-mini", "--provider", "openai")
    done = program(*against, "--json")
    saved = {one["model"]: one["saving_percent"] for one in done.json["items"]}
    assert saved["openai/gpt-4o-mini"] == 0
    assert saved["openai/gpt-5.6-luna"] < 0
    told = program(*against)
    assert "% more" in told.text
    assert "1,000 tokens in and 500 out" in told.errors
    unknown = program("models", "--baseline", "openai/my-gpt-4o-clone")
    assert unknown.code == 2
    assert "nobody knows what openai/my-gpt-4o-clone costs" in unknown.errors


def test_a_failed_refresh_leaves_the_last_good_prices_and_their_date(program: Program) -> None:
    known = {"id": "x/b", "pricing": {"prompt": "0.000001", "completion": "0.000002"}}
    with listing(known) as url:
        own = program.with_environ(
            TUI_LAB_PROVIDERS__OPENROUTER__BASE_URL=url, OPENROUTER_API_KEY="sk-or-v1-0"
        )
        assert own("models", "--provider", "openrouter", "--refresh").code == 0
    failed = own("models", "--provider", "openrouter", "--refresh", "--json")
    assert failed.code == 1
    price = {one["model"]: one["price"] for one in failed.json["items"]}["openrouter/x/b"]
    assert (price["input"], price["output"]) == ("1", "2")
    assert date.fromisoformat(price["date"])
