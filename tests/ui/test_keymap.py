"""Keys of one's own: what can be is used, what cannot be is told."""

from __future__ import annotations

from textual.binding import Binding

from tui_lab.ui.keymap import make_keymap

BINDINGS = {
    name: Binding(key, "act", id=name)
    for name, key in {"app.quit": "ctrl+q", "lab.run": "ctrl+j", "lane.copy": "y"}.items()
}


def problems(**chosen: str) -> list[str]:
    return [str(one) for one in make_keymap(_ids(chosen), BINDINGS).problems]


def _ids(chosen: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "."): key for name, key in chosen.items()}


def test_a_free_key_is_used() -> None:
    assert make_keymap({"lab.run": "f9,f10"}, BINDINGS).keys == {"lab.run": "f9,f10"}


def test_an_unknown_id_is_told_with_the_nearest() -> None:
    assert "did you mean lab.run?" in problems(lab_rum="f9")[0]


def test_a_key_of_the_app_cannot_be_taken_on_a_screen() -> None:
    assert "app.quit" in problems(lab_run="ctrl+q")[0]


def test_places_that_are_never_active_together_may_share_a_key() -> None:
    assert make_keymap({"lab.run": "y"}, BINDINGS).problems == ()


def test_a_key_is_free_once_its_binding_has_another() -> None:
    chosen = {"app.quit": "f10", "lab.run": "ctrl+q"}
    assert make_keymap(chosen, BINDINGS).keys == chosen
