from __future__ import annotations

from decimal import Decimal

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.template_text import render_all, variables
from tui_lab.core.template_variables import Variable, VariableType

LINES = Variable(
    "lines", type=VariableType.NUMBER, least=Decimal(1), most=Decimal("9.5"), whole=True
)
TONE = Variable("tone", type=VariableType.CHOICE, choices=("dry", "warm"))
FILE = Variable("doc", type=VariableType.FILE)


@pytest.mark.parametrize("value", ["1", "9", " 4 ", "3.0", "1e0"])
def test_a_number_within_its_bounds_is_taken_as_it_was_written(value: str) -> None:
    LINES.check(value)


@pytest.mark.parametrize("value", ["0", "10", "2.5", "many", "", "NaN", "Infinity"])
def test_any_other_number_is_refused_with_what_it_may_be(value: str) -> None:
    with pytest.raises(LabError) as raised:
        LINES.check(value)
    assert raised.value.kind is ErrorKind.USAGE
    assert raised.value.hint == "it is a whole number from 1 to 9.5"


def test_a_choice_is_one_of_its_words() -> None:
    TONE.check("warm")
    with pytest.raises(LabError, match="tone cannot be 'warn'") as raised:
        TONE.check("warn")
    assert raised.value.hint == "did you mean warm?"


def test_a_declaration_adds_to_what_the_text_says_and_keeps_its_order() -> None:
    found = variables("{{tone | warm}} {{lines}} {{who}}", declared=(LINES, TONE))
    assert [one.name for one in found] == ["tone", "lines", "who"]
    assert (found[0].type, found[0].default) == (VariableType.CHOICE, "warm")


def test_the_default_of_a_declaration_comes_before_that_of_the_text() -> None:
    declared = Variable("who", default="Ada")
    assert variables("{{who | Bob}}", declared=[declared]) == (declared,)


def test_the_content_of_a_file_takes_the_place_of_its_path() -> None:
    read = {"a.txt": "inside {{tone}}"}.__getitem__
    assert render_all(["<{{doc}}>"], {"doc": "a.txt"}, [FILE], read) == ("<inside {{tone}}>",)


def test_defaults_are_checked_too() -> None:
    with pytest.raises(LabError, match="lines cannot be"):
        render_all(["{{lines | many}}"], {}, [LINES])
