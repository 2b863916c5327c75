"""Texts that are hard to lay out, and ways to cut them up."""

from __future__ import annotations

from hypothesis import strategies as st

from tui_lab.ui.text.document import Document
from tui_lab.ui.text.ink import Span
from tui_lab.ui.text.layout import Row

PIECES = [
    *["\n", "\n", " ", " ", "   ", "\t", "word ", "a", "-", "longer-word", "x" * 30, " " * 30],
    *["- ", "1. ", "> ", "[ ] ", "| ", "|", "|---|---|\n", "|a|b|\n|-|-|\n", " | x |\n", "\\"],
    *["*", "**", "_", "~~", "`", "``", "[", "](a)", "]", "<https://a>", "https://a/b.", "---\n"],
    *["```py\n", "```", "~~~\n", "````", "# ", "def f(): ", '"""', "/*", "*/", "'", "[/b]", "[x]"],
    *["漢字", "，", "한", "e\u0301", "\u0301", "❤\ufe0f", "❤", "#\ufe0f\u20e3", "👍🏽", "👍", "🏽"],
    *["👩\u200d👩\u200d👧", "🇩🇪", "🇩", "\u200d", "\ufe0f", "\u200c", "ب\u200dب", "\u0301" * 40],
]

TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
WIDTHS = st.integers(2, 40)


@st.composite
def cut_texts(draw: st.DrawFn) -> list[str]:
    """A text in pieces, cut anywhere."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def spans_of(document: Document, row: Row) -> list[Span]:
    """What is coloured in a row, piece by piece."""
    return [span for piece in row.pieces for span in document.spans(row.line, piece)]
