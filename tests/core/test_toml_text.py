from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_lab.core.problem import Problem
from tui_lab.core.toml_text import Path, key_places, parse_toml


def test_good_toml_is_parsed() -> None:
    assert parse_toml("a = 1\n", "f.toml") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = \n", 2, 5),
        ("a = 1\na = 2\n", 2, 6),
        ('a = 1\nb = """open\nstill open\n', 3, 11),
    ],
)
def test_broken_toml_is_shown_where_it_breaks(text: str, line: int, column: int) -> None:
    problem = parse_toml(text, "f.toml")
    assert isinstance(problem, Problem)
    assert (problem.file, problem.line) == ("f.toml", line)
    assert abs((problem.column or 0) - column) <= 1  # releases of tomllib differ by one
    assert problem.message.startswith("not valid TOML: ")
    assert "at line" not in problem.message


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a = " + "9" * 5_000])
def test_absurd_values_are_a_problem_and_no_crash(text: str) -> None:
    assert isinstance(parse_toml(text, "f.toml"), Problem)


def test_tables_and_keys_have_places() -> None:
    text = 'a = 1\n\n[t]\n  b = [\n  1,\n]\n[t."x y"]\nc.d = 2\n'
    assert key_places(text) == {
        ("a",): (1, 1),
        ("t",): (3, 1),
        ("t", "b"): (4, 3),
        ("t", "x y"): (7, 1),
        ("t", "x y", "c"): (8, 1),
        ("t", "x y", "c", "d"): (8, 1),
    }


def test_elements_of_an_array_of_tables_are_numbered() -> None:
    places = key_places("[[t]]\na = 1\n[t.sub]\nb = 1\n[[t]]\na = 2\n")
    assert places["t", 0, "a"] == (2, 1)
    assert places["t", 0, "sub", "b"] == (4, 1)
    assert places["t", 1] == (5, 1)
    assert places["t", 1, "a"] == (6, 1)


def test_a_table_that_is_only_part_of_a_longer_name_has_a_place_too() -> None:
    assert key_places("[a.b]\n[a.c]\n") == {
        ("a",): (1, 1),
        ("a", "b"): (1, 1),
        ("a", "c"): (2, 1),
    }


def test_text_inside_strings_and_comments_is_no_key() -> None:
    text = 'p = """\n[[t]]\nx = 1\n\\"""" # [no]\nq = \'\'\'\n[u]\n\'\'\'\n# y = 2\nz = "[w] # ="\n'
    assert set(key_places(text)) == {("p",), ("q",), ("z",)}
    assert key_places(text)["z",] == (9, 1)


KEYS = st.text(alphabet="ab_-1", min_size=1, max_size=3)
VALUES = st.one_of(
    st.integers().map(str),
    st.text(alphabet='ab[]{}#=\n"', max_size=8).map(
        lambda text: '"""\n' + text.replace('"', '\\"') + '"""'
    ),
    st.text(alphabet="ab[]{}#=\n", max_size=8).map(lambda text: f"'''\n{text}'''"),
    st.sampled_from(['"a # b"', "'[c]'", "[1,\n [2], # x\n]", "{ k = 1 }"]),
)


@given(st.lists(st.tuples(KEYS, st.dictionaries(KEYS, VALUES, max_size=3)), max_size=4))
def test_every_key_of_a_document_is_found_on_its_line(
    tables: list[tuple[str, dict[str, str]]],
) -> None:
    lines: list[str] = []
    expected: dict[Path, int] = {}
    counts: dict[str, int] = {}
    for name, keys in tables:
        index = counts[name] = counts.get(name, -1) + 1
        expected[name, index] = len("\n".join(lines).split("\n")) + bool(lines)
        expected.setdefault((name,), expected[name, index])
        lines.append(f"[[{name}]]")
        for key, value in keys.items():
            expected[name, index, key] = len("\n".join(lines).split("\n")) + 1
            lines.append(f"{key} = {value}")
    text = "\n".join(lines)
    document: dict[str, Any] = tomllib.loads(text)
    assert {path: line for path, (line, _) in key_places(text).items()} == expected
    assert set(document) == set(counts)
