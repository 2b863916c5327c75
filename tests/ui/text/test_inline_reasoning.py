"""Reasoning at the beginning of a text is told apart, however the text is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.ui.text.inline_reasoning import InlineReasoning

TEXTS = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "think>", "</", "a", "\n", " ", "\r\n"])
).map("".join)


def parted(pieces: list[str]) -> tuple[str, str]:
    inline = InlineReasoning()
    told = [*map(inline.feed, pieces), inline.end()]
    return "".join(reasoning for reasoning, _ in told), "".join(text for _, text in told)


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("<think>\nhm\n</think>\n\nyes", "hm\n", "yes"),
        ("\n<think>hm</think>yes</think>", "hm", "yes</think>"),
        ("<think>\n\n</think>\n\nyes", "", "yes"),
        ("<think>cut off </thi", "cut off </thi", ""),
        ("use <think> like this</think>", "", "use <think> like this</think>"),
        ("<thinking>", "", "<thinking>"),
        ("  <", "", "  <"),
        ("", "", ""),
    ],
)
def test_only_what_stands_in_the_tag_at_the_beginning_is_reasoning(
    text: str, reasoning: str, answer: str
) -> None:
    assert parted([text]) == (reasoning, answer)


@given(TEXTS)
def test_the_same_text_in_single_characters_is_parted_alike(text: str) -> None:
    assert parted(list(text)) == parted([text])
