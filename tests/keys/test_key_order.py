"""The workspace's own key first, then the shared one where it may, else none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.keys.builders import FIRST, MINE, SECOND, WORK, own_keys
from tui_lab.core.errors import LabError
from tui_lab.core.keys import KeyKind
from tui_lab.core.secret import KnownSecrets, Secret
from tui_lab.keys.key_order import KeyOrder
from tui_lab.keys.own_keys import OwnKeys
from tui_lab.keys.references import Reference

NAMES = ("OPENAI_API_KEY", "OTHER_NAME")


def an_order(keys: OwnKeys, environ: dict[str, str]) -> KeyOrder:
    return KeyOrder(keys, environ, lambda workspace: workspace == "default", KnownSecrets())


def used(order: KeyOrder, workspace: str = "default") -> Secret | None:
    key = order.read(workspace, "openai", NAMES)
    return key.secret if key else None


def source(order: KeyOrder, workspace: str = "default") -> str | None:
    found = order.found(workspace, "openai", NAMES)
    return found.source if found else None


def test_the_own_key_goes_before_the_shared_one(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    order = an_order(keys, {"OPENAI_API_KEY": SECOND.reveal()})
    assert used(order) == SECOND
    assert source(order) == "environment OPENAI_API_KEY"
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    assert used(order) == FIRST
    assert source(order) == "encrypted vault"
    keys.delete(MINE)
    assert used(order) == SECOND


def test_a_workspace_that_may_not_share_has_no_key(tmp_path: Path) -> None:
    keys = own_keys(tmp_path)
    keys.keep(MINE, FIRST, KeyKind.VAULT)
    order = an_order(keys, {"OPENAI_API_KEY": SECOND.reveal()})
    assert used(order, "team") is None
    assert source(order, "team") is None


def test_a_change_in_the_environment_is_seen_at_once(tmp_path: Path) -> None:
    environ = {"OTHER_NAME": FIRST.reveal()}
    order = an_order(own_keys(tmp_path), environ)
    assert source(order) == "environment OTHER_NAME"
    environ["OPENAI_API_KEY"] = f" {SECOND.reveal()}\n"
    assert used(order) == SECOND
    environ.clear()
    assert used(order) is None


def test_a_shared_key_of_one_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="too short"):
        used(an_order(own_keys(tmp_path), {"OPENAI_API_KEY": "x"}))


def test_an_own_key_that_cannot_be_had_is_not_replaced_by_the_shared_one(tmp_path: Path) -> None:
    keys = own_keys(tmp_path, {})
    keys.refer(MINE, Reference.parse("env:NOT_SET"))
    order = an_order(keys, {"OPENAI_API_KEY": SECOND.reveal()})
    assert source(order) is None
    with pytest.raises(LabError, match="NOT_SET is not set"):
        used(order)


def test_a_locked_vault_is_no_reason_to_use_the_shared_key(tmp_path: Path) -> None:
    own_keys(tmp_path).keep(WORK, FIRST, KeyKind.VAULT)
    order = an_order(own_keys(tmp_path, {}), {"OPENAI_API_KEY": SECOND.reveal()})
    assert source(order) == "encrypted vault"
    with pytest.raises(LabError, match="locked"):
        used(order)


def test_a_damaged_list_of_keys_is_no_reason_to_use_the_shared_key(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    order = an_order(own_keys(tmp_path), {"OPENAI_API_KEY": SECOND.reveal()})
    assert source(order) is None
    with pytest.raises(LabError, match="damaged"):
        used(order)
