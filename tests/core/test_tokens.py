"""The estimate is steady under cutting, and near enough to be shown with a ~."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.messages import Message
from tui_lab.core.tokens import TokenEstimate, estimate_messages, estimate_tokens

TEXT = st.text(
    st.sampled_from("aZéß yx A\n\r\t 0123.,-_`{\"'漢かカ한日привет\u0301👍🏽\ud800\u200d°—")
)


@given(st.lists(TEXT))
def test_the_same_text_in_any_pieces_gives_the_same_count(pieces: list[str]) -> None:
    text = "".join(pieces)
    for parts in (pieces, list(text)):
        estimate = TokenEstimate()
        for part in parts:
            estimate.feed(part)
        assert estimate.tokens == estimate_tokens(text)


@pytest.mark.parametrize("run", ["a", "A", "é", " ", "\n", "-", "7", "漢", "я", "👍", "-\n", "Aa"])
def test_runs_without_end_are_counted_the_same_in_pieces(run: str) -> None:
    estimate = TokenEstimate()
    for char in run * 300:
        estimate.feed(char)
    assert estimate.tokens == estimate_tokens(run * 300)


def test_an_empty_text_has_no_tokens_and_any_other_has_some() -> None:
    assert estimate_tokens("") == 0
    assert all(estimate_tokens(char) >= 1 for char in "a .漢я👍\n7")


def test_the_count_includes_a_word_that_may_go_on() -> None:
    estimate = TokenEstimate()
    estimate.feed("The cat")
    assert estimate.tokens == 2


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        # Around what GPT-4 and GPT-4o tokenizers make of them.
        ("The quick brown fox jumps over the lazy dog.", 9, 11),
        ("Hello, world!", 4, 4),
        ("1234567890", 4, 4),
        ("    return x + 1\n", 5, 8),
        ("```python\nprint('hi')\n```", 7, 10),
        ("你好，世界", 3, 7),
        ("Привет, мир! Как дела?", 6, 14),
        ("\n\n\n\n", 1, 1),
    ],
)
def test_known_texts_come_near_what_tokenizers_count(text: str, least: int, most: int) -> None:
    assert least <= estimate_tokens(text) <= most


def test_a_request_counts_its_texts_and_what_the_format_adds() -> None:
    messages = [Message.of("user", "one"), Message.of("assistant", "two")]
    assert estimate_messages(None, messages) == 2 * (1 + 4) + 3
    assert estimate_messages("be brief", messages) == estimate_messages(None, messages) + 2 + 4
