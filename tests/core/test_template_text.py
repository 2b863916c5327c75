from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.template_text import (
    Placeholder,
    PlainText,
    pieces,
    render,
    render_all,
    variables,
)
from tui_lab.core.template_variables import Variable

NAMES = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_-]{0,8}", fullmatch=True)
# Built from the characters that matter to the parser, so that near misses are common.
TEXTS = st.text(alphabet=st.sampled_from('{}|ab1_- \n"é'), max_size=60)


def test_a_value_takes_the_place_of_its_name() -> None:
    assert render("Hello {{ name }}!", {"name": "Ada"}) == "Hello Ada!"


def test_a_default_is_used_when_nothing_is_given() -> None:
    assert render("for {{audience | a curious newcomer}}.", {}) == "for a curious newcomer."


def test_a_given_value_wins_over_the_default() -> None:
    assert render("{{n | 3}}", {"n": "5"}) == "5"


def test_an_empty_default_is_a_default() -> None:
    assert variables("{{ note | }}") == (Variable("note", ""),)
    assert render("a{{ note | }}b", {}) == "ab"


def test_an_empty_value_is_a_value() -> None:
    assert render("a{{ x | y }}b", {"x": ""}) == "ab"


def test_variables_come_in_order_and_once() -> None:
    assert variables("{{b}} {{a|x}} {{b|late}} {{a|y}}") == (
        Variable("b", "late"),
        Variable("a", "x"),
    )


def test_the_first_default_serves_every_place_of_a_name() -> None:
    assert render("{{a}}, {{a|x}}, {{a|y}}", {}) == "x, x, x"


def test_pieces_know_where_they_are() -> None:
    assert pieces("to {{ x }}!") == (
        PlainText("to ", 0, 3),
        Placeholder("x", None, 3, 10),
        PlainText("!", 10, 11),
    )


def test_missing_values_are_named_with_the_way_to_give_them() -> None:
    with pytest.raises(LabError) as raised:
        render("{{topic}} {{tone|dry}} {{length}}", {})
    assert raised.value.kind is ErrorKind.USAGE
    assert raised.value.message == "the template needs a value for topic, length"
    assert raised.value.hint == "give it with -v topic=… -v length=…"


def test_a_value_nobody_asked_for_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(LabError) as raised:
        render("{{audience|all}}", {"audiense": "me"})
    assert raised.value.kind is ErrorKind.USAGE
    assert "audiense" in raised.value.message
    assert raised.value.hint == "did you mean audience?"


def test_placeholders_inside_a_value_are_left_alone() -> None:
    assert render("{{a}} {{b|1}}", {"a": "{{b}}"}) == "{{b}} 1"


def test_texts_that_belong_together_share_variables_and_defaults() -> None:
    texts = ("{{who|you}} and {{what}}", "as {{who}} in {{tone|dry}}")
    assert variables(*texts) == (
        Variable("who", "you"),
        Variable("what"),
        Variable("tone", "dry"),
    )
    assert render_all(texts, {"what": "I"}) == ("you and I", "as you in dry")


@pytest.mark.parametrize(
    "text",
    ["{{", "}}", "{{}}", "{{ a b }}", "{{1a}}", "{{_a}}", "{{a", "{{a|b", "{ {a} }", '{{"k": 1}}'],
)
def test_what_is_no_placeholder_stays_as_it_is(text: str) -> None:
    assert render(text, {}) == text
    assert variables(text) == ()


def test_json_around_a_placeholder_survives() -> None:
    filled = render('{"outer": {"inner": {"q": "{{q}}"}}}', {"q": "why"})
    assert json.loads(filled) == {"outer": {"inner": {"q": "why"}}}


def test_names_may_be_of_any_script() -> None:
    assert render("{{größe}} {{名前}}", {"größe": "1", "名前": "2"}) == "1 2"


def test_a_default_may_span_lines() -> None:
    assert render("{{code|\na = 1\nb = 2\n}}", {}) == "a = 1\nb = 2"


@given(TEXTS)
def test_pieces_cover_the_text_without_gaps(text: str) -> None:
    cut = pieces(text)
    assert "".join(text[piece.start : piece.end] for piece in cut) == text
    assert [piece.start for piece in cut[1:]] == [piece.end for piece in cut[:-1]]


@given(TEXTS)
def test_text_without_placeholders_renders_as_itself(text: str) -> None:
    if not variables(text):
        assert render(text, {}) == text


@given(TEXTS, TEXTS)
def test_a_value_goes_in_unchanged(text: str, value: str) -> None:
    names = [variable.name for variable in variables(text)]
    expected = "".join(
        piece.text if isinstance(piece, PlainText) else value for piece in pieces(text)
    )
    assert render(text, dict.fromkeys(names, value)) == expected


@given(NAMES, st.text(alphabet="ab }{\n", max_size=12))
def test_every_good_name_is_found(name: str, around: str) -> None:
    assert Variable(name) in variables(f"{around}\n{{{{{name}}}}}{around}")
