"""A document looks the same however it came, and gives back what was put in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.text.builders import TEXTS, WIDTHS, cut_texts, spans_of
from tui_lab.ui.text import layout, markdown
from tui_lab.ui.text.cells import row_end
from tui_lab.ui.text.document import Document, Place
from tui_lab.ui.text.ink import Ink, Span
from tui_lab.ui.text.inline import LONGEST_LINE, inline_spans
from tui_lab.ui.text.layout import Row

Picture = list[tuple[Row, list[Span]]]


def document(*pieces: str, width: int = 40, markdown: bool = True) -> Document:
    made = Document(width, markdown=markdown)
    for piece in pieces:
        made.append(piece)
    return made


def picture(made: Document) -> Picture:
    return [(row, spans_of(made, row)) for row in made.rows]


def inks(made: Document, line: int) -> set[Ink]:
    return {span.ink for row in made.rows if row.line == line for span in spans_of(made, row)}


@given(cut_texts(), WIDTHS, st.booleans())
def test_the_same_text_in_any_pieces_looks_the_same(
    pieces: list[str], width: int, whole: bool
) -> None:
    in_pieces, at_once = document(*pieces, width=width), document("".join(pieces), width=width)
    if whole:
        in_pieces.end()
        at_once.end()
    assert picture(in_pieces) == picture(at_once)


@given(st.text("ab *_`~[](){}<>|-#>\\\n1.:/漢\u0301عר👍"), st.data(), WIDTHS)
def test_any_marks_in_any_pieces_look_the_same(text: str, data: st.DataObject, width: int) -> None:
    cut = data.draw(st.integers(0, len(text)))
    in_pieces, at_once = document(text[:cut], text[cut:], width=width), document(text, width=width)
    assert picture(in_pieces) == picture(at_once)
    assert in_pieces.end() <= len(in_pieces.rows)
    at_once.end()
    assert picture(in_pieces) == picture(at_once)
    assert in_pieces.text == text


@given(cut_texts(), WIDTHS, WIDTHS)
def test_nothing_is_lost_or_moved_at_any_width(pieces: list[str], first: int, then: int) -> None:
    made = document(*pieces, width=first)
    assert made.text == "".join(pieces)
    made.rewrap(then)
    assert made.text == "".join(pieces)
    assert picture(made) == picture(document(*pieces, width=then))


@given(cut_texts(), WIDTHS)
def test_rows_before_the_first_changed_one_look_as_before(pieces: list[str], width: int) -> None:
    made = document(width=width)
    for piece in pieces:
        before = picture(made)
        changed = made.append(piece)
        assert picture(made)[:changed] == before[:changed]
    before = picture(made)
    changed = made.end()
    assert picture(made)[:changed] == before[:changed]


@pytest.mark.parametrize("start", ["", "```python\n", "word " * 200_000, "x" * 1_000_000])
def test_a_token_costs_the_same_after_50_000_others(
    start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def counting(text: str, begin: int, width: int) -> int | None:
        looked_at.append(len(text) - begin)
        return row_end(text, begin, width)

    made = document(start, width=80)
    if len(start) < 100:
        made.append("    return x + 1\n" * 10_000)
    monkeypatch.setattr(layout, "row_end", counting)
    for _ in range(200):
        rows = len(made.rows)
        changed = made.append(" tok")
        assert changed >= rows - 1
        assert len(made.rows) <= rows + 1
    assert len(looked_at) <= 2 * 200
    assert max(looked_at) <= 2 * 80 + 4


def test_a_settled_line_of_a_long_fence_is_the_only_one_coloured_again() -> None:
    made = document("```python\n", "x = 'a'  # b\n" * 3000)
    rows = len(made.rows)
    assert made.append("def f(): pass\n") == rows - 1


def test_tabs_reach_the_next_stop_and_come_back_as_tabs() -> None:
    made = document("a\tb\n漢", "\tc\n\t", "\td")
    assert [row.drawn for row in made.rows] == ["a   b", "漢  c", "        d"]
    assert made.text == "a\tb\n漢\tc\n\t\td"
    assert made.copy(Place(0, 2), Place(2, 5)) == "\tb\n漢\tc\n\t\t"


@pytest.mark.parametrize("word", ["python", "-", "1a", "a b", "{.x}", "[/red]", "../x", "#id", "é"])
def test_a_fence_with_any_language_word_is_shown_as_it_is(word: str) -> None:
    made = document(f"```{word}\n[b]x[/b]\n```\n")
    assert made.text == f"```{word}\n[b]x[/b]\n```\n"
    assert made.code_blocks() == [(word.split()[0], "[b]x[/b]\n")]


def test_code_is_coloured_by_its_language() -> None:
    made = document("```python\ndef f(): return 'a'  # 1\n```\ndef f(): return 'a'\n")
    assert {Ink.KEYWORD, Ink.STRING, Ink.COMMENT, Ink.NAME} <= inks(made, 1)
    assert inks(made, 0) == inks(made, 2) == {Ink.FENCE}
    assert inks(made, 3) == set()


def test_what_begins_on_one_line_goes_on_on_the_next() -> None:
    made = document('```python\ns = """a\nif b\n"""\nif c: pass\n```\n')
    assert inks(made, 2) == {Ink.CODE, Ink.STRING}
    assert Ink.KEYWORD in inks(made, 4)
    made = document("```js\nlet a /* b\nif c\n*/ if (d) {}\n```\n")
    assert inks(made, 2) == {Ink.CODE, Ink.COMMENT}
    assert {Ink.COMMENT, Ink.KEYWORD} <= inks(made, 3)


def test_code_blocks_come_in_order_with_their_tabs_also_the_open_one() -> None:
    made = document("a\n```py\n\tx\n\ty\n```\nb\n  ~~~\n```\n~~~~\n````c\n```\nz")
    assert made.code_blocks() == [("py", "\tx\n\ty\n"), ("", "```\n"), ("c", "```\nz\n")]


def test_headings_are_marked_and_hashes_in_code_are_not() -> None:
    made = document("## One\n#two\n```\n# three\n```\n# fo", "ur")
    assert inks(made, 0) == inks(made, 5) == {Ink.HEADING, Ink.MARK}
    assert Ink.HEADING not in inks(made, 1) | inks(made, 3)


def test_rows_of_an_item_or_a_quote_stand_below_its_text() -> None:
    made = document("- [x] some words\n> a quote\n  10. عربى עברית\n- " + "漢" * 9, width=14)
    assert [row.drawn for row in made.rows] == [
        *["- [x] some ", "      words"],
        *["> a quote"],
        *["  10. عربى ", "      עברית"],
        *["- 漢漢漢漢漢漢", "  漢漢漢"],
    ]


def test_what_lines_begin_with_is_told_from_their_text() -> None:
    made = document("- [ ] *a*\n> b\n***\n1. c\n* d*\n")
    assert inks(made, 0) == {Ink.BULLET, Ink.EMPHASIS, Ink.MARK}
    assert inks(made, 1) == {Ink.QUOTE, Ink.MARK}
    assert inks(made, 2) == {Ink.MARK}
    assert inks(made, 3) == inks(made, 4) == {Ink.BULLET}


@pytest.mark.parametrize("token", [" tok", "*a", "`", "[a](b", "_*", "| a "])
def test_an_unfinished_line_is_looked_through_as_often_as_it_pays(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def counting(text: str, begin: int = 0, end: int | None = None) -> list[Span]:
        looked_at.append(len(text))
        return inline_spans(text, begin, end)

    monkeypatch.setattr(markdown, "inline_spans", counting)
    made = document("x" * 600)
    looked_at.clear()
    for _ in range(3000):
        made.append(token)
    assert len(looked_at) <= LONGEST_LINE // 64


def test_emphasis_is_seen_as_soon_as_it_ends() -> None:
    made = document("a " * 30 + "**b", width=20)
    assert inks(made, 0) == set()
    last = len(made.rows) - 1
    assert made.append("** c") == last
    assert inks(made, 0) == {Ink.STRONG, Ink.MARK}
    made = document("**a " + "b " * 30, width=20)
    assert made.append("b**") == 0


@given(TEXTS)
def test_without_markdown_nothing_means_anything(text: str) -> None:
    made = document(text, markdown=False)
    made.end()
    assert made.text == text
    assert not made.code_blocks()
    assert not any(spans for _, spans in picture(made))
