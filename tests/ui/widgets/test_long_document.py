"""What is remembered of a long text is what Textual would count."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.document._wrapped_document import WrappedDocument

from tui_lab.ui.widgets.long_document import LongDocument, LongWrappedDocument
from tui_lab.ui.widgets.prompt_editor import PromptEditor

PLACES = st.tuples(st.integers(0, 4), st.integers(0, 6))
TEXTS = st.text("ab \t\n", max_size=30)


@given(TEXTS, st.lists(st.tuples(PLACES, PLACES, TEXTS), max_size=5), st.integers(1, 12))
def test_text_and_height_follow_every_edit(
    text: str, edits: list[tuple[tuple[int, int], tuple[int, int], str]], width: int
) -> None:
    document = LongDocument(text)
    wrapped = LongWrappedDocument(document, width)
    for one, other, put in edits:
        start, end = sorted((one, other))
        start, end = _inside(document, start), _inside(document, end)
        result = document.replace_range(start, end, put)
        wrapped.wrap_range(start, end, result.end_location)
        assert document.text == "\n".join(document.lines)
        assert wrapped.height == WrappedDocument(document, width).height


def test_the_editor_of_a_prompt_holds_such_a_document() -> None:
    editor = PromptEditor("placeholder", id="editor")
    editor.text = "one\ntwo"
    assert isinstance(editor.document, LongDocument)
    assert isinstance(editor.wrapped_document, LongWrappedDocument)
    assert (editor.text, editor.wrapped_document.height) == ("one\ntwo", 2)


def _inside(document: LongDocument, place: tuple[int, int]) -> tuple[int, int]:
    row = min(place[0], document.line_count - 1)
    return row, min(place[1], len(document.lines[row]))
