"""Lists of models as the engine keeps them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest

from tests.builders import NOON
from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.handler import HttpAnswer
from tui_lab.core.model_facts import ListedModel, ModelList
from tui_lab.engine.model_lists import ModelLists
from tui_lab.providers.catalogue import Provider
from tui_lab.providers.http import HttpRoom

pytestmark = pytest.mark.anyio


@dataclass
class Kept:
    """The history database, as far as lists go."""

    lists: list[ModelList] = field(default_factory=list)
    failing: bool = False

    async def save_model_list(self, listed: ModelList) -> None:
        if self.failing:
            raise LabError(ErrorKind.STORAGE, "the disk is full")
        self.lists.append(listed)

    async def model_lists(self) -> tuple[ModelList, ...]:
        return tuple(self.lists)


@dataclass
class Server:
    models: tuple[str, ...] = ("m",)
    gone: bool = False

    async def __call__(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> HttpAnswer:
        if self.gone:
            raise ConnectionRefusedError
        page = json.dumps({"data": [{"id": name} for name in self.models]}).encode()
        return HttpAnswer(200, {}, pieces(page))


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data


def a_provider(id: str, *, local: bool = False) -> Provider:
    return Provider(id, id, "openai-chat", f"http://{id}.invalid/v1", local=local)


def some_lists(kept: Kept, **servers: Server) -> ModelLists:
    room = HttpRoom({f"{id}.invalid": server for id, server in servers.items()})
    return ModelLists(room, kept, lambda: NOON)


async def test_a_refreshed_list_is_at_hand_and_kept() -> None:
    kept = Kept()
    lists = some_lists(kept, far=Server(("a", "b")))
    assert lists.of("far") is None
    listed = await lists.refresh(a_provider("far"), None)
    assert listed.models == (ListedModel("a"), ListedModel("b"))
    assert lists.of("far") == listed == kept.lists[0]
    assert listed.fetched_at == NOON


async def test_a_list_that_cannot_be_kept_is_still_at_hand() -> None:
    lists = some_lists(Kept(failing=True), far=Server())
    await lists.refresh(a_provider("far"), None)
    assert lists.of("far") is not None


async def test_where_a_refresh_fails_the_last_list_stays() -> None:
    server = Server()
    lists = some_lists(Kept(), far=server)
    listed = await lists.refresh(a_provider("far"), None)
    server.gone = True
    with pytest.raises(LabError):
        await lists.refresh(a_provider("far"), None)
    assert lists.of("far") == listed


async def test_only_lists_of_the_place_where_a_provider_is_now_are_loaded() -> None:
    here, moved = a_provider("here"), a_provider("moved")
    kept = Kept(
        [
            ModelList("here", here.base_url, NOON, ()),
            ModelList("moved", "http://old.invalid/v1", NOON, ()),
            ModelList("dropped", "http://dropped.invalid/v1", NOON, ()),
        ]
    )
    lists = some_lists(kept)
    await lists.load({"here": here, "moved": moved})
    assert lists.of("here") is not None
    assert lists.of("moved") is None
    assert lists.of("dropped") is None


async def test_local_servers_are_found_and_forgotten() -> None:
    kept, one, other = Kept(), Server(("x",)), Server(gone=True)
    lists = some_lists(kept, one=one, other=other)
    local = [a_provider("one", local=True), a_provider("other", local=True)]
    await lists.look_around(local)
    found = lists.of("one")
    assert found is not None
    assert found.models == (ListedModel("x"),)
    assert lists.of("other") is None
    one.gone, other.gone = True, False
    await lists.look_around(local)
    assert lists.of("one") is None
    assert lists.of("other") is not None


async def test_what_a_local_server_had_is_remembered_and_written_once() -> None:
    kept, server, local = Kept(), Server(("x",)), a_provider("near", local=True)
    lists = some_lists(kept, near=server)
    await lists.look_around([local])
    await lists.look_around([local])
    assert len(kept.lists) == 1
    server.gone = True
    await lists.look_around([local])
    later = some_lists(kept)
    await later.load({"near": local})
    for one in (lists, later):
        assert one.of("near") is None
        remembered = one.remembered("near")
        assert remembered is not None
        assert remembered.models == (ListedModel("x"),)


def test_ollama_means_the_latest_where_no_tag_is_given() -> None:
    listed = ModelList("ollama", "http://o.invalid", NOON, (ListedModel("gemma3:latest"),))
    assert listed.find("gemma3") == ListedModel("gemma3:latest")
    assert listed.find("gemma") is None
