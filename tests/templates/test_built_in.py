"""The templates that come with the program."""

from __future__ import annotations

import pytest

from tui_lab.core.refs import ModelRef
from tui_lab.resources import templates_file
from tui_lab.templates.library import load_templates
from tui_lab.templates.template import Library, Template

IDS = [
    "explain-quantum",
    "write-poem",
    "code-function",
    "analyze-sentiment",
    "logic-puzzle",
    "summarize-text",
    "translate-language",
    "math-problem",
    "role-play",
    "brainstorm-ideas",
]


def library() -> Library:
    return load_templates([templates_file()])


def test_the_ten_are_there_without_a_problem() -> None:
    built_in = library()
    assert [template.id for template in built_in.templates] == IDS
    assert built_in.problems == ()


def test_nine_categories_are_covered() -> None:
    assert {template.category for template in library().templates} == {
        "explanation",
        "creative",
        "coding",
        "analysis",
        "reasoning",
        "summarization",
        "translation",
        "mathematics",
        "conversation",
    }


@pytest.fixture(params=IDS)
def template(request: pytest.FixtureRequest) -> Template:
    return library().get(request.param)


def test_each_runs_without_any_variable_given(template: Template) -> None:
    assert template.variables
    for text in template.fill({}):
        assert "{{" not in (text or "")
        assert "}}" not in (text or "")


def test_each_is_described_in_one_line_that_fits_a_list(template: Template) -> None:
    assert 0 < len(template.name) <= 36
    assert 0 < len(template.description) <= 60
    assert "\n" not in template.name + template.description


def test_each_suggests_models_and_at_last_the_sandbox(template: Template) -> None:
    models = [ModelRef.parse(model) for model in template.suggested_models]
    assert len(models) >= 3
    assert [model.provider for model in models].count("sandbox") == 1
    assert models[-1].provider == "sandbox"


def test_a_text_beside_it_becomes_its_subject() -> None:
    inputs = {template.id: template.input for template in library().templates}
    assert inputs == {
        "explain-quantum": "topic",
        "write-poem": "subject",
        "code-function": "task",
        "analyze-sentiment": "text",
        "logic-puzzle": "puzzle",
        "summarize-text": "text",
        "translate-language": "text",
        "math-problem": "problem",
        "role-play": "opening",
        "brainstorm-ideas": "goal",
    }
