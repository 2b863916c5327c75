"""Keys do not get out, whichever way they are shown and however a text is cut."""

from __future__ import annotations

import copy
import itertools
import json
import pickle
from dataclasses import asdict, dataclass
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.messages import Message
from tui_lab.core.secret import (
    MASKED,
    KnownSecrets,
    Secret,
    SecretFilter,
    remove_key_formats,
    without_keys,
)

KEY = "sk-proj-abcdefghijklmnopqrstuvwx"
INSIDE = KEY[4:-4]


class Kind(StrEnum):
    LOCAL = "local-key"


@dataclass(frozen=True)
class Holder:
    secret: Secret


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        "{}".format,
        "{:>40}".format,
        "{!r}".format,
        "%s".__mod__,
        json.dumps,
        lambda secret: json.dumps({"keys": [secret]}, ensure_ascii=False),
        lambda secret: json.dumps(asdict(Holder(secret))),
        lambda secret: repr(Holder(secret)),
        lambda secret: "key: " + secret,
        lambda secret: "".join(secret),
        lambda secret: secret.encode().decode(),
        lambda secret: pickle.dumps(secret).decode("latin-1"),
        lambda secret: pickle.dumps(Holder(secret), protocol=0).decode("latin-1"),
        lambda secret: str(pickle.loads(pickle.dumps(secret))),
        lambda secret: str(ValueError(secret)),
    ],
)
def test_every_way_of_showing_a_key_shows_its_mask(show: object) -> None:
    assert callable(show)
    shown = show(Secret(KEY))
    assert "sk-p" in shown
    assert INSIDE not in shown


def test_only_asking_for_it_reveals_a_key() -> None:
    assert Secret(KEY).reveal() == KEY
    assert Secret(KEY).mask == "sk-p…uvwx"


def test_nothing_of_a_short_key_is_shown() -> None:
    assert Secret("short-key").mask == "…"
    assert Secret("x" * 19).mask == "…"


def test_keys_are_equal_by_what_they_hide() -> None:
    same_mask = Secret(KEY.replace("h", "i"))
    assert same_mask.mask == Secret(KEY).mask
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != same_mask
    assert Secret(KEY) != Secret(KEY).mask
    assert len({Secret(KEY), Secret(KEY), same_mask}) == 2


def test_a_copy_is_the_same_key() -> None:
    assert copy.deepcopy(Secret(KEY)).reveal() == copy.copy(Secret(KEY)).reveal() == KEY


def test_what_looks_like_a_key_is_removed_from_text() -> None:
    for key in (KEY, "sk-ant-api03-" + "x" * 30, "gsk_" + "y" * 40, "AIza" + "z" * 35):
        assert key not in remove_key_formats(f"bad key: {key}.")
    assert remove_key_formats("a risk-free task") == "a risk-free task"


@pytest.mark.parametrize("words", ["a task-oriented-dialogue-system", "FAQ.questions_often_asked"])
def test_a_long_word_is_no_key(words: str) -> None:
    assert remove_key_formats(words) == words
    assert not KnownSecrets().seem_in(words)


@pytest.mark.parametrize("before", [r"\n", "%3D", "key"])
@pytest.mark.parametrize("key", ["sk-0123456789abcdefghij", "AQ.Ab8RN6Jabcdefghijklmnop"])
def test_a_key_is_removed_also_where_letters_stand_before_it(before: str, key: str) -> None:
    assert remove_key_formats(before + key) == before + MASKED


def known(*values: str) -> KnownSecrets:
    secrets = KnownSecrets()
    for value in values:
        secrets.add(Secret(value))
    return secrets


def test_known_keys_are_removed_also_where_one_begins_another() -> None:
    secrets = known("local-key", "local-key-of-another")
    assert secrets.remove_from("a local-key-of-another b local-key") == f"a {MASKED} b {MASKED}"


def test_a_known_key_that_is_too_short_to_be_told_from_words_stays() -> None:
    assert known("word").remove_from("a word") == "a word"


def test_known_keys_are_removed_from_values_of_any_shape() -> None:
    secrets = known("local-key")
    value = {"a": (Message.of("user", "it is local-key"), ["local-key", 1]), "b": Kind.LOCAL}
    assert without_keys(value, secrets) == {
        "a": (Message.of("user", f"it is {MASKED}"), [MASKED, 1]),
        "b": Kind.LOCAL,
    }
    untouched = (Message.of("user", "hi"), {"c": None})
    assert without_keys(untouched, secrets) is untouched


def test_only_what_may_become_a_key_is_held_back() -> None:
    piecewise = SecretFilter(known("local-key"))
    assert piecewise.feed("plain text") == "plain text"
    assert piecewise.feed("it is local") == "it is "
    assert piecewise.feed(" food") == "local food"
    assert piecewise.feed("loc") == ""
    assert piecewise.end() == "loc"


@given(
    st.lists(st.sampled_from(["local-key", "local", "loc", "l", "-key", "lolocal-key", "\n"])),
    st.lists(st.integers(0, 60)),
)
def test_pieces_end_in_the_same_text_as_the_whole(words: list[str], cuts: list[int]) -> None:
    secrets = known("local-key")
    text = "".join(words)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    piecewise = SecretFilter(secrets)
    fed = [piecewise.feed(text[a:b]) for a, b in itertools.pairwise(edges)]
    assert "".join([*fed, piecewise.end()]) == secrets.remove_from(text)
