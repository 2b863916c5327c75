from __future__ import annotations

from pathlib import Path

import pytest

from tui_lab.core.errors import ErrorKind, LabError
from tui_lab.core.problem import Problem
from tui_lab.core.template_variables import Variable
from tui_lab.templates.library import load_templates, read_templates
from tui_lab.templates.template import Library, Template

FILE = "own.toml"


def table(template_id: str = "hello", **fields: str) -> str:
    """One `[[template]]` table; fields are TOML values, an empty one is left out."""
    lines = {"id": f'"{template_id}"', "name": '"N"', "category": '"c"', "prompt": '"Hi"'} | fields
    return "[[template]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items() if value)


def ids(library: Library) -> list[str]:
    return [template.id for template in library.templates]


def only_problem(library: Library) -> Problem:
    (problem,) = library.problems
    return problem


def test_a_template_needs_id_name_category_and_prompt_only() -> None:
    library = read_templates(table(), FILE)
    assert library == Library((Template("hello", "N", "Hi", "c"),))


def test_every_field_is_read() -> None:
    text = table(
        description='"d"',
        system='"s"',
        suggested_models='["openai/gpt-4o", "sandbox/markdown"]',
        version="3",
    )
    assert read_templates(text, FILE).templates == (
        Template("hello", "N", "Hi", "c", "d", ("openai/gpt-4o", "sandbox/markdown"), "s", 3),
    )


def test_a_text_beside_a_template_fills_the_variable_that_input_names_else_the_first() -> None:
    prompt = '"{{count|3}} lines on {{subject}}"'
    assert read_templates(table(prompt=prompt), FILE).templates[0].input == "count"
    named = read_templates(table(prompt=prompt, input='"subject"'), FILE)
    assert named.templates[0].input == "subject"
    assert read_templates(table(), FILE).templates[0].input is None


def test_an_input_that_names_no_variable_is_refused_with_the_nearest() -> None:
    library = read_templates(table(prompt='"On {{subject}}"', input='"subjet"'), FILE)
    assert library.templates == ()
    problem = only_problem(library)
    assert "names no variable: 'subjet'" in problem.message
    assert problem.hint == "did you mean subject?"
    assert problem.line == 6


def test_line_ends_around_a_prompt_are_not_part_of_it() -> None:
    library = read_templates(table(prompt='"""\n\n  a\nb\n"""'), FILE)
    assert library.templates[0].prompt == "  a\nb"


def test_a_later_file_replaces_templates_by_id_and_keeps_the_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text(table("one") + table("two"))
    second.write_text(table("three") + table("one", prompt='"mine"'))
    library = load_templates([first, second])
    assert ids(library) == ["one", "two", "three"]
    assert library.get("one").prompt == "mine"


def test_missing_files_are_empty(tmp_path: Path) -> None:
    assert load_templates([tmp_path / "none.toml"]) == Library(())


def test_an_unreadable_file_is_a_problem_and_the_others_load(tmp_path: Path) -> None:
    good = tmp_path / "good.toml"
    good.write_text(table())
    library = load_templates([tmp_path, good])
    assert ids(library) == ["hello"]
    assert only_problem(library).file == str(tmp_path)


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(LabError) as raised:
        read_templates(table("write-poem"), FILE).get("write-peom")
    assert raised.value.kind is ErrorKind.USAGE
    assert raised.value.hint == "did you mean write-poem?"


def test_broken_toml_costs_only_the_template_it_is_in() -> None:
    text = table("one") + table("two", prompt='"open') + table("three")
    library = read_templates(text, FILE)
    assert ids(library) == ["one", "three"]
    assert (only_problem(library).file, only_problem(library).line) == (FILE, 10)
    assert only_problem(library).column is not None


def test_an_unclosed_long_string_costs_only_its_template() -> None:
    text = table("one", prompt='"""open') + table("two", prompt='"""closed"""')
    library = read_templates(text, FILE)
    assert ids(library) == ["two"]
    assert only_problem(library).line == 5


def test_trouble_before_the_first_template_costs_none() -> None:
    library = read_templates("what is this\n" + table(), FILE)
    assert ids(library) == ["hello"]
    assert only_problem(library).line == 1


def test_a_header_line_inside_a_prompt_is_text() -> None:
    library = read_templates(table(prompt='"""\n[[template]]\nid = "x"\n"""'), FILE)
    assert ids(library) == ["hello"]
    assert library.problems == ()


def test_tables_that_clash_as_a_whole_are_still_reported() -> None:
    library = read_templates("template = []\n" + table(), FILE)
    assert ids(library) == ["hello"]
    assert only_problem(library).line == 2


@pytest.mark.parametrize(
    ("fields", "line", "words"),
    [
        ({"name": ""}, 1, "name is missing"),
        ({"prompt": '""'}, 5, "prompt is missing"),
        ({"name": "7"}, 3, "name should be text"),
        ({"version": "true"}, 6, "version should be a whole number"),
        ({"suggested_models": '"openai/x"'}, 6, "should be a list"),
        ({"suggested_models": '["gpt-4o"]'}, 6, "gpt-4o"),
        ({"suggested_models": "[1]"}, 6, "holds 1"),
        ({"id": '"Bad Id"'}, 2, "id may hold only"),
        ({"id": '"a\\n"'}, 2, "id may hold only"),
    ],
)
def test_a_bad_field_is_shown_where_it_is(fields: dict[str, str], line: int, words: str) -> None:
    library = read_templates(table(**fields) + table("good"), FILE)
    assert ids(library) == ["good"]
    problem = only_problem(library)
    assert problem.line == line
    assert words in problem.message
    assert problem.message.startswith("template ")
    assert problem.hint


def test_a_template_without_an_id_is_shown_at_its_header() -> None:
    problem = only_problem(read_templates("\n" + table(id=""), FILE))
    assert (problem.line, problem.column) == (2, 1)
    assert "without an id" in problem.message


def test_of_two_templates_of_one_id_the_first_stays() -> None:
    library = read_templates(table(prompt='"first"') + table(prompt='"second"'), FILE)
    assert library.get("hello").prompt == "first"
    assert only_problem(library).line == 7
    assert "twice" in only_problem(library).message


def test_an_unknown_field_is_reported_and_the_template_kept() -> None:
    library = read_templates(table(descripton='"d"'), FILE)
    assert ids(library) == ["hello"]
    assert only_problem(library).line == 6
    assert only_problem(library).hint == "did you mean description?"


def test_other_tables_are_reported() -> None:
    library = read_templates(table() + "[[templates]]\nid = 'x'\n", FILE)
    assert ids(library) == ["hello"]
    assert only_problem(library).line == 6
    assert only_problem(library).hint == "did you mean template?"


def test_a_template_that_is_no_table_is_reported() -> None:
    library = read_templates('template = "x"\n', FILE)
    assert library.templates == ()
    assert "[[template]]" in only_problem(library).hint


def test_filling_gives_prompt_and_system_prompt() -> None:
    template = Template("x", "X", "Hi {{who}}", "c", system="Be {{tone|kind}} to {{who}}")
    assert template.variables == (Variable("who"), Variable("tone", "kind"))
    assert template.fill({"who": "Ada"}) == ("Hi Ada", "Be kind to Ada")


def test_without_a_system_prompt_none_is_made() -> None:
    assert Template("x", "X", "Hi {{who|you}}", "c").fill({}) == ("Hi you", None)


def test_files_are_never_written(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(table("one") + "broken\n" + table("two", id='"B A D"'))
    before = file.read_bytes()
    file.chmod(0o444)
    load_templates([file])
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["own.toml"]


TYPED = """\
[[template]]
id = "typed"
name = "T"
category = "c"
prompt = "{{n}} {{tone | dry}} {{doc}}"
[template.variables.n]
type = "number"
min = 1
max = 5
integer = true
default = 3
[template.variables.tone]
type = "choice"
choices = ["dry", "warm"]
description = "how it sounds"
[template.variables.doc]
type = "file"
"""


def test_variables_have_types_limits_and_defaults() -> None:
    library = read_templates(TYPED, FILE)
    assert library.problems == ()
    n, tone, doc = library.templates[0].variables
    assert (n.type, n.default, n.form) == ("number", "3", "a whole number from 1 to 5")
    assert (tone.default, tone.choices, tone.description) == (
        "dry",
        ("dry", "warm"),
        "how it sounds",
    )
    assert (doc.type, doc.default) == ("file", None)


@pytest.mark.parametrize(
    ("was", "instead", "line", "words"),
    [
        ('type = "number"', 'type = "numbr"', 7, "variables.n.type cannot be 'numbr'"),
        ("default = 3", "default = 7", 11, "variables.n.default cannot be '7'"),
        ("default = 3", "default = true", 11, "variables.n.default should be text"),
        ("min = 1", 'min = "1"', 8, "variables.n.min should be a number"),
        ("min = 1", "min = 9", 8, "variables.n.min is more than max"),
        ('choices = ["dry", "warm"]', "", 12, "variables.tone has no choices"),
        ('choices = ["dry", "warm"]', "choices = [1]", 14, "should be a list of texts"),
        ('type = "file"', 'type = "file"\nmax = 3', 18, "is for the type number only"),
        ("[template.variables.doc]", "[[template.variables.doc]]", 16, "should be a table"),
    ],
)
def test_a_bad_variable_is_shown_where_it_is(was: str, instead: str, line: int, words: str) -> None:
    library = read_templates(TYPED.replace(was, instead) + table("good"), FILE)
    assert ids(library) == ["good"]
    assert library.problems[0].line == line
    assert words in library.problems[0].message


def test_a_variable_that_nothing_asks_for_is_reported_and_the_template_kept() -> None:
    library = read_templates(TYPED.replace("{{doc}}", ""), FILE)
    assert ids(library) == ["typed"]
    assert "variables.doc is nowhere in the prompt" in only_problem(library).message


def test_what_a_model_is_asked_makes_the_digest_and_nothing_else() -> None:
    template = read_templates(TYPED, FILE).templates[0]
    renamed = read_templates(TYPED.replace('"T"', '"Other"'), FILE).templates[0]
    retyped = read_templates(TYPED.replace("max = 5", "max = 6"), FILE).templates[0]
    assert renamed.digest == template.digest
    assert retyped.digest != template.digest
