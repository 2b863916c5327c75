"""The quality of models: from the table, from ratings, or a guess that says so."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from tui_lab.core.refs import ModelRef
from tui_lab.core.routing import Ratings
from tui_lab.models.registry import load_registry
from tui_lab.providers.catalogue import load_catalogue
from tui_lab.routing.quality import Quality, corrected, load_quality

TABLE = load_quality()
REGISTRY = load_registry()


def quality_of(model: str) -> Quality:
    return TABLE.find(REGISTRY.find(ModelRef.parse(model)).name)


def test_every_figure_is_between_0_and_100_and_every_name_stands_once() -> None:
    packaged = tomllib.loads(files("tui_lab.routing").joinpath("quality.toml").read_text("utf-8"))
    names = [name for row in packaged["models"] for name in row["names"]]
    assert len(names) == len(set(names))
    assert all(0 <= row["quality"] <= 100 for row in packaged["models"])
    assert {"names", "quality"} == {field for row in packaged["models"] for field in row}
    assert packaged["judged"]


@pytest.mark.parametrize(
    "model",
    [
        str(ModelRef(provider.id, model))
        for provider in load_catalogue().values()
        for model in provider.models
        if not provider.simulated
    ],
)
def test_every_suggested_model_has_a_figure(model: str) -> None:
    assert not quality_of(model).guessed


def test_dates_vendors_and_hosts_make_no_other_model() -> None:
    mini = quality_of("openai/gpt-4o-mini")
    assert quality_of("openai/gpt-4o-mini-2024-07-18") == mini
    assert quality_of("openrouter/openai/gpt-4o-mini") == mini
    assert quality_of("groq/llama-3.3-70b-versatile") == quality_of(
        "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"
    )
    assert quality_of("openai/gpt-4o") != mini


def test_what_nobody_knows_is_a_modest_guess_that_says_so() -> None:
    unknown = quality_of("gateway/my-gpt-4o-clone")
    assert unknown.guessed
    assert unknown.score < quality_of("openai/gpt-4o-mini").score
    assert unknown.words == "quality 45 (a guess)"
    assert quality_of("gateway/My-GPT-4o-clone").family == unknown.family


def test_ratings_move_the_figure_the_more_the_more_they_are() -> None:
    table = Quality(50, "a")
    few, many = (corrected(table, Ratings(count, 5)) for count in (1, 1000))
    assert 50 < few.score < 55 < many.score <= 70
    assert corrected(table, Ratings(1000, 1)).score < 31
    assert corrected(table, Ratings(7, 3)).score == 50
    assert corrected(table, None) == table


def test_ratings_never_leave_the_scale_and_are_told() -> None:
    assert corrected(Quality(97, "a"), Ratings(900, 5)).score == 100
    assert corrected(Quality(3, "a"), Ratings(900, 1)).score == 0
    assert corrected(Quality(50, "a"), Ratings(1, 3)).words == "quality 50 (1 judgement)"
    guess = Quality(50, "a", guessed=True)
    assert corrected(guess, Ratings(2, 3)).words == "quality 50 (a guess, 2 judgements)"
