"""Emphasis, code and links within a line: what is marked, and that all of it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.ui.text.ink import Ink
from tui_lab.ui.text.inline import LONGEST_LINE, inline_spans

CONTENT = {ink for ink in Ink if ink is not Ink.MARK}


def marked(text: str) -> list[tuple[str, Ink]]:
    return [(text[start:end], ink) for start, end, ink in inline_spans(text) if ink in CONTENT]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a *b* c", [("*b*", Ink.EMPHASIS)]),
        ("a _b_ c", [("_b_", Ink.EMPHASIS)]),
        ("**a** and __b__", [("**a**", Ink.STRONG), ("__b__", Ink.STRONG)]),
        ("***a***", [("***a***", Ink.EMPHASIS), ("**a**", Ink.STRONG)]),
        ("**a *b* c**", [("**a *b* c**", Ink.STRONG), ("*b*", Ink.EMPHASIS)]),
        ("~~a~~ ~b~", [("~~a~~", Ink.STRIKE)]),
        ("`a *b*` and ``c ` d``", [("`a *b*`", Ink.INLINE_CODE), ("``c ` d``", Ink.INLINE_CODE)]),
        ("[a *b*](c_d_(e)) x", [("a *b*", Ink.LINK), ("*b*", Ink.EMPHASIS)]),
        ("see https://a.b/c_d_e.", [("https://a.b/c_d_e", Ink.LINK)]),
        ("<https://a.b>", [("<https://a.b>", Ink.LINK)]),
        ("漢*字*漢", [("*字*", Ink.EMPHASIS)]),
    ],
)
def test_what_is_marked_is_found(text: str, expected: list[tuple[str, Ink]]) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *["2 * 3 * 4", "snake_case_name", "a ** b ** c", r"\*a\*", r"\`a\`", "*a", "`a", "**a*b"],
        *["[a]", "[a](b", "](b)", "[/]", "[@click=app.quit]x[/]", "a ~ b ~ c", "<b>a</b>", "_a"],
    ],
)
def test_what_only_looks_like_a_mark_is_text(text: str) -> None:
    assert [span for span in marked(text) if span[1] is not Ink.EMPHASIS] == []
    assert marked(text) in ([], [("*a*", Ink.EMPHASIS)])


def test_marks_are_told_from_what_lies_between_them() -> None:
    text = "**a** [b](c)"
    marks = [text[start:end] for start, end, ink in inline_spans(text) if ink is Ink.MARK]
    assert marks == ["**", "**", "[", "](c)"]


@given(st.text(st.sampled_from('*_~`[]()\\<> ab漢."!:/http')), st.data())
def test_spans_stay_within_their_part_of_the_line_outer_ones_first(
    text: str, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    spans = inline_spans(text, begin, end)
    assert all(begin <= span.start < span.end <= end for span in spans)
    assert spans == sorted(spans, key=lambda span: (span.start, -span.end))


@pytest.mark.parametrize("piece", ["*a", "**a *", "`", "[", "[a](", "_*", "<http://", "](a(b)"])
def test_nothing_is_looked_at_beyond_the_longest_line(piece: str) -> None:
    text = piece * LONGEST_LINE
    assert inline_spans(text) == inline_spans(text[:LONGEST_LINE])
