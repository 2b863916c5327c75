"""An answer shows what was recorded, whatever is folded, searched or looked at raw."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.text.builders import WIDTHS, cut_texts, spans_of
from tui_lab.core.record import ToolCall
from tui_lab.core.sanitise import is_safe, sanitise
from tui_lab.core.tokens import estimate_tokens
from tui_lab.ui.text.answer import Answer, Section
from tui_lab.ui.text.document import Place
from tui_lab.ui.text.ink import Ink
from tui_lab.ui.text.search import literally

STREAMED = (Section.REASONING, Section.TEXT)
HOSTILE = st.text(
    st.sampled_from("\x1b\x1b[]P\\;0mJa \x07\x08\r\n\t\x9b\u202e\u200b\ud800🇩[/b|-*_`#> 1.")
)


def answer(text: str = "", reasoning: str = "", width: int = 40) -> Answer:
    made = Answer(width)
    made.append(reasoning, Section.REASONING)
    made.append(text, Section.TEXT)
    return made


def rows(made: Answer) -> list[str]:
    places = [made.row(y) for y in range(made.row_count)]
    return [place[1].drawn if place else made.heading for place in places]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("append"), st.sampled_from(STREAMED), HOSTILE),
            st.tuples(st.just("rewrap"), WIDTHS),
            st.sampled_from([("fold",), ("raw",), ("find",)]),
        ),
        max_size=20,
    )
)
def test_the_shown_text_is_the_recorded_text_made_safe(steps: list[tuple[object, ...]]) -> None:
    made = Answer(30)
    recorded = dict.fromkeys(STREAMED, "")
    for step in steps:
        match step:
            case ("append", Section() as section, str() as text):
                made.append(text, section)
                recorded[section] += text
            case ("rewrap", int() as width):
                made.rewrap(width)
            case ("fold",):
                made.folded = not made.folded
            case ("raw",):
                made.show_raw(not made.raw)
            case _:
                made.find(literally("a"))
    made.end()
    made.show_raw(False)
    for section in STREAMED:
        assert made.document(section).text == sanitise(recorded[section])
    assert all(is_safe(row) for row in rows(made))


@given(cut_texts(), cut_texts(), WIDTHS, st.booleans())
def test_rows_before_the_first_changed_one_stay(
    text: list[str], reasoning: list[str], width: int, folded: bool
) -> None:
    made = Answer(width)
    made.folded = folded
    pieces = [(piece, Section.REASONING) for piece in reasoning]
    for piece, section in [*pieces, *((piece, Section.TEXT) for piece in text)]:
        before, had = rows(made), made.has_reasoning
        changed = made.append(piece, section)
        after = rows(made)
        if had and changed:
            before[0], after[0] = "", ""  # the heading counts the tokens
        assert after[:changed] == before[:changed]


def test_the_raw_view_writes_out_what_cannot_be_seen() -> None:
    made = answer("a\x1b[2Jb\t\u202e\\ \ud800\u00a0é漢\n# [x]")
    made.show_raw(True)
    assert rows(made) == [r"a\x1b[2Jb\t\u202e\\ \ud800\xa0é漢", "# [x]"]
    made.append("\x9b", Section.TEXT)
    assert rows(made)[-1] == r"# [x]\x9b"
    made.show_raw(False)
    assert sanitise("a\x1b[2Jb") in rows(made)[0]


def test_reasoning_is_a_heading_until_it_is_unfolded() -> None:
    made = answer("text", "why not")
    assert rows(made) == [f"▸ reasoning · ~{estimate_tokens('why not')} tokens", "text"]
    made.folded = False
    made.reasoning_tokens = 3
    assert rows(made) == ["▾ reasoning · 3 tokens", "why not", "text"]


def test_an_answer_without_reasoning_has_no_heading() -> None:
    assert rows(answer("text")) == ["text"]


def test_a_place_keeps_its_line_number_while_reasoning_grows() -> None:
    made = answer("one\ntwo", "why")
    number = made.line_number(Section.TEXT, 1)
    made.append("\nmore\nand more", Section.REASONING)
    assert made.copy(Place(number, 0), None) == "two"


def test_copying_leaves_out_what_is_folded_away() -> None:
    made = answer("text", "why")
    assert made.copy(None, None) == "text"
    made.folded = False
    assert made.copy(None, None) == "why\ntext"
    why = made.line_number(Section.REASONING, 0)
    assert made.copy(Place(why, 1), Place(0, 2)) == "hy\nte"
    assert made.copy(Place(why, 1), Place(why, 2)) == "h"


def test_search_finds_in_any_case_and_goes_on_while_text_comes() -> None:
    made = answer("A [b] a\nc", "a")
    assert len(made.find(literally("a"))) == 3
    made.append("\na and A", Section.TEXT)
    assert len(made.found) == 6
    assert [match.start for _, match in made.find(literally("[B]"))] == [2]
    assert made.find(literally("")) == made.found == []


def test_what_is_found_over_the_end_of_a_row_is_marked_in_both() -> None:
    made = answer("aaaaaaaabbbb", width=10)
    made.find(literally("abbb"))
    marked = [
        len(list(made.found_in(Section.TEXT, row.line, row.pieces[0])))
        for row in made.document(Section.TEXT).rows
    ]
    assert marked == [1, 1]


def test_text_after_the_end_is_shown_too() -> None:
    made = answer("```\ncode\n```")
    made.end()
    made.append("\nmore", Section.TEXT)
    made.end()
    assert made.document(Section.TEXT).text == "```\ncode\n```\nmore"
    assert made.document(Section.TEXT).code_blocks() == [("", "code\n")]


CALL = ToolCall("call_1", "look", '{"coin":{"side":1.0}}')


def test_tool_calls_stand_below_the_text_with_a_line_for_each_value() -> None:
    made = answer("Let me look.", "why")
    made.show_calls([CALL])
    assert rows(made)[1:] == [
        "Let me look.",
        "",
        "→ look",
        "{",
        '  "coin": {',
        '    "side": 1.0',
        "  }",
        "}",
    ]
    made.show_raw(True)
    assert rows(made)[-1] == 'look({"coin":{"side":1.0}})'


def test_tool_calls_are_found_selected_and_coloured_like_text() -> None:
    made = answer("Let me look.")
    made.show_calls([CALL])
    (hit,) = made.find(literally("side"))
    assert rows(made)[made.y_of(hit[0], Place(hit[1].line, hit[1].start))] == '    "side": 1.0'
    name = made.line_number(Section.CALLS, 1)
    assert made.copy(Place(name, 2), Place(name, 6)) == "look"
    document = made.document(Section.CALLS)
    inks = [[span.ink for span in spans_of(document, row)] for row in document.rows]
    assert inks[1] == [Ink.HEADING]
    assert inks[4] == [Ink.NAME, Ink.NUMBER]


@given(HOSTILE, HOSTILE)
def test_hostile_tool_calls_are_made_safe(name: str, arguments: str) -> None:
    made = answer()
    made.show_calls([ToolCall(None, name, arguments)])
    made.end()
    assert all(is_safe(row) for row in rows(made))


def test_a_text_in_one_language_is_coloured_and_otherwise_as_it_came() -> None:
    made = answer('{"a": 1}\n# no heading\n```\n')
    made.end()
    made.show_as("json")
    document = made.document(Section.TEXT)
    assert document.text == '{"a": 1}\n# no heading\n```\n'
    inks = [[span.ink for span in spans_of(document, row)] for row in document.rows]
    assert Ink.NAME in inks[0]
    assert Ink.HEADING not in inks[1]
    assert document.code_blocks() == []


def test_reasoning_in_a_tag_is_folded_like_any_and_raw_shows_the_tag() -> None:
    made = Answer(40)
    for piece in ("<thi", "nk>\nhm\n</think>\n", "\nyes"):
        made.append(piece, Section.TEXT)
    made.end()
    assert rows(made) == ["▸ reasoning · ~2 tokens", "yes"]
    assert made.document(Section.TEXT).text == "yes"
    made.folded = False
    assert rows(made) == ["▾ reasoning · ~2 tokens", "hm", "", "yes"]
    made.show_raw(True)
    assert "".join(rows(made)).startswith("<think>")
    assert not made.has_reasoning


def test_a_text_that_is_no_answer_keeps_its_tags() -> None:
    made = Answer(40, thinks=False)
    made.append("<think>what is this?", Section.TEXT)
    assert rows(made) == ["<think>what is this?"]
