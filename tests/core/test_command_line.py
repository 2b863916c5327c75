"""A run as the command line that repeats it."""

from __future__ import annotations

import shlex
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_record
from tui_lab.core.command_line import as_command, parameter_options
from tui_lab.core.messages import ImagePart, Message, TextPart
from tui_lab.core.parameters import Parameters


def words(**changes: Any) -> list[str]:
    return shlex.split(as_command(a_record(**changes)))


def test_model_prompt_and_what_was_set_are_said() -> None:
    said = words(
        prompt="it's me",
        workspace="work",
        system="Be brief.",
        parameters=Parameters(temperature=0.5, stop=("END", "\n"), reasoning="low"),
    )
    assert said == [
        *("tui-lab", "run", "--workspace=work", "-m", "sandbox/echo", "--system=Be brief."),
        *("-o", "temperature=0.5", "-o", "stop=END", "-o", "stop=\\n", "-o", "reasoning=low"),
        "it's me",
    ]


def a_route(strategy: str | None, *models: str) -> dict[str, Any]:
    parts = (model.split("/", 1) for model in models)
    candidates = [{"provider": provider, "model": model} for provider, model in parts]
    return {"strategy": strategy, "candidates": candidates}


def test_fallbacks_and_strategies_are_said() -> None:
    fallback = words(prompt="Hi", route=a_route(None, "sandbox/echo", "a/one", "b/two/x"))
    assert fallback[2:] == [
        *("-m", "sandbox/echo", "--fallback", "a/one", "--fallback", "b/two/x", "Hi"),
    ]
    pinned = words(prompt="Hi", route=a_route("best", "sandbox/echo", "a/one"))
    assert pinned[2:] == ["-m", "sandbox/echo", "--route", "best", "Hi"]
    routed = words(prompt="Hi", model="auto", route=a_route("auto", "a/one"))
    assert routed[2:] == ["--route", "auto", "Hi"]


def test_attachments_are_named_as_they_were() -> None:
    picture = ImagePart(name="-cat.png", media_type="image/png", size=3, sha256="ab")
    other = ImagePart(url="https://example.org/b.gif")
    message = Message("user", (picture, other, TextPart("Look")))
    said = words(prompt="Look", messages=(message,))
    assert said[4:] == ["--image=-cat.png", "--image=https://example.org/b.gif", "Look"]


def test_a_prompt_that_is_no_plain_word_comes_by_standard_input() -> None:
    for prompt in ("-v", "\x1b[0m", "x" * 200_000):
        command = as_command(a_record(prompt=prompt))
        assert command.startswith("printf %")
        assert command.endswith(" | tui-lab run -m sandbox/echo")


def test_what_a_command_line_cannot_say_is_asked_again_from_the_history() -> None:
    turns = (Message.of("user", "a"), Message.of("assistant", "b"), Message.of("user", "c"))
    beside = Message("user", (TextPart("Look"), TextPart("<document>")))
    again = ["tui-lab", "history", "rerun", a_record().id]
    assert words(prompt="c", messages=turns) == again
    assert words(prompt="Look\n\n<document>", messages=(beside,)) == again
    assert words(prompt="Look", system="\x1b[0m") == again


@given(
    st.builds(
        Parameters,
        temperature=st.none() | st.floats(0, 2),
        max_tokens=st.none() | st.integers(1, 10**9),
        stop=st.none() | st.lists(st.text(min_size=1), min_size=1, max_size=3).map(tuple),
        reasoning=st.none() | st.sampled_from(("low", "high")) | st.integers(0, 9999),
        schema=st.none() | st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
        logprobs=st.none() | st.integers(0, 20),
    )
)
def test_options_are_read_as_the_parameters_they_were_made_of(parameters: Parameters) -> None:
    read = Parameters()
    for option in parameter_options(parameters):
        name, _, value = option.partition("=")
        read = read.with_text(name, value)
    assert read == parameters
