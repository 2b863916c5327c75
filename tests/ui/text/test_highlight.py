"""Colours for code of any language, also of lexers that are unlike the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.text.builders import TEXTS
from tui_lab.ui.text.highlight import LONGEST_LINE, Highlighter
from tui_lab.ui.text.ink import Ink

LANGUAGES = ["python", "js", "c", "html", "json", "yaml", "php", "bash", "rust", "sql", "erb", "md"]


@given(st.sampled_from(LANGUAGES), TEXTS)
@settings(deadline=None)  # lexers are imported as they are met
def test_spans_are_in_order_within_the_line_and_do_not_overlap(language: str, text: str) -> None:
    highlighter = Highlighter(language)
    for line in text.split("\n"):
        end = 0
        for span in highlighter.line(line):
            assert end <= span.start < span.end <= len(line)
            end = span.end


@pytest.mark.parametrize(
    ("language", "line", "ink"),
    [
        ("json", '{"a": 1}', Ink.NUMBER),
        ("yaml", "# a", Ink.COMMENT),
        ("php", "<?php if (1) {}", Ink.KEYWORD),
        ("html", "<b>", Ink.NAME),
        ("PYTHON", "if a: pass", Ink.KEYWORD),
    ],
)
def test_every_kind_of_lexer_colours(language: str, line: str, ink: Ink) -> None:
    assert ink in {span.ink for span in Highlighter(language).line(line)}


@pytest.mark.parametrize("language", ["", "no-such-language", "\x00", "*", "../../etc/passwd"])
def test_an_unknown_language_has_no_colours(language: str) -> None:
    assert Highlighter(language).line("if 1: pass") == ()


def test_very_long_lines_stay_plain() -> None:
    assert Highlighter("python").line("x = 1;" * LONGEST_LINE) == ()


def test_a_comment_opener_in_a_string_opens_nothing() -> None:
    highlighter = Highlighter("js")
    highlighter.line('let a = "/*"')
    assert Ink.KEYWORD in {span.ink for span in highlighter.line("if (b) {}")}


@pytest.mark.parametrize("language", ["bash", "python", "yaml"])
def test_a_comment_opener_means_nothing_where_there_are_no_such_comments(language: str) -> None:
    highlighter = Highlighter(language)
    highlighter.line("ls /tmp/*")
    assert Ink.COMMENT not in {span.ink for span in highlighter.line("if true")}
